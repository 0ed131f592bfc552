import path from 'node:path';
import { HubApiError, listFiles, modelInfo } from '@huggingface/hub';
import { z } from 'zod';
import type { HubConfig } from '#core/base/config.ts';
import { type AnswerWatch, type Overrun, watchAnswer } from '#core/base/answer-watch.ts';
import { ModelFilePath, type HubModel, type HubVariant } from './model-manifest.ts';
import { AppError } from '#shared/contract/errors.ts';
import { inEnglish, words, type Words } from '#shared/words/words.ts';
import { RECEIPT_FILE } from './receipt.ts';

/** Taken with every choice of weights: config, tokenizer, templates, licence and card. */
const SMALL_FILES = ['*.json', '*.txt', '*.jinja', '*.model', 'LICENSE*', 'LICENCE*', 'README.md'];

/**
 * What a file must hash to. Large files (Git LFS) are named by their SHA-256; of others the hub states Git's id, the SHA-1 of
 * `blob <length>\0` and the content (Git book, "Git Objects").
 */
const FileHash = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sha256'), hex: z.string().regex(/^[0-9a-f]{64}$/u) }),
  z.object({ kind: z.literal('git-blob'), hex: z.string().regex(/^[0-9a-f]{40}$/u) }),
]);
export type FileHash = z.infer<typeof FileHash>;

export const HubFile = z.object({ path: ModelFilePath, bytes: z.int().nonnegative(), hash: FileHash });
export type HubFile = z.infer<typeof HubFile>;

/** The files of one choice of weights at one commit. */
export const HubListing = z.object({
  repo: z.string(),
  commit: z.string().regex(/^[0-9a-f]{40}$/u),
  files: z.array(HubFile).min(1),
});
export type HubListing = z.infer<typeof HubListing>;

/** A page names a thousand files in a few hundred kilobytes. */
const MAX_LISTING_BYTES = 20_000_000;
/** No model of the catalogue has more than a few hundred. */
const MAX_FILES = 5_000;
const MAX_REQUESTS = 100;
/** Pauses of a slow hub, in all of its pages. */
const STALLS = 10;

/**
 * Asks the hub which files a model has at its revision, and keeps those of `variant`, small ones first.
 * @throws AppError `network` when the hub does not answer, `not-found` when it has no such model, revision or weights,
 * `unsupported` when it wants an account, `model-broken` when its answer cannot be trusted
 */
export async function listHubFiles(
  { url: hubUrl, stallMs }: Pick<HubConfig, 'url' | 'stallMs'>,
  model: HubModel,
  variant: HubVariant,
  signal: AbortSignal,
): Promise<HubListing> {
  const { repo, revision } = model.hub;
  const watch = watchAnswer({ silenceMs: stallMs, totalMs: STALLS * stallMs, maxBytes: MAX_LISTING_BYTES });
  const ask = listingFetch(hubUrl, watch, signal);
  // Weights above 2 GB lie beside their network: NAME.onnx_data, NAME.onnx_data_1, …
  const wanted = [...SMALL_FILES, ...variant.include.flatMap((pattern) => [pattern, `${pattern}_data*`])];
  try {
    const { sha: commit } = await modelInfo({ name: repo, revision, hubUrl, additionalFields: ['sha'], fetch: ask });
    const files: unknown[] = [];
    let seen = 0;
    for await (const entry of listFiles({ repo, revision: commit, recursive: true, hubUrl, fetch: ask })) {
      if (++seen > MAX_FILES) throw untrusted(model, words('models.tooManyFiles', { files: MAX_FILES }));
      if (entry.type !== 'file' || !wanted.some((pattern) => path.posix.matchesGlob(entry.path, pattern))) continue;
      const hash = entry.lfs === undefined ? { kind: 'git-blob', hex: entry.oid } : { kind: 'sha256', hex: entry.lfs.oid };
      files.push({ path: entry.path, bytes: entry.lfs?.size ?? entry.size, hash });
    }
    const listing = checkListing({ repo, commit, files }, model);
    requireWeights(listing, model, variant);
    return { ...listing, files: listing.files.toSorted((a, b) => a.bytes - b.bytes) };
  } catch (error) {
    if (error instanceof AppError) throw error;
    const overrun = watch.overrun();
    throw hubFailure(overrun === null ? error : new ListingError(OVERRUNS[overrun]), { hubUrl, repo, revision }, signal);
  } finally {
    watch.stop();
  }
}

const OVERRUNS: Readonly<Record<Overrun, Words>> = { silent: words('models.listSilent'), endless: words('models.listEndless') };

/** The hub answers, but not as a hub does. */
class ListingError extends Error {
  readonly words: Words;

  constructor(said: Words) {
    super(inEnglish(said));
    this.words = said;
  }
}

/** Asks the hub alone, and not for ever: the address of each further page comes from the page before. */
function listingFetch(hubUrl: string, watch: AnswerWatch, signal: AbortSignal): typeof fetch {
  let count = 0;
  return (input, init) => {
    const address = new URL(input instanceof Request ? input.url : input);
    if (address.origin !== new URL(hubUrl).origin) throw new ListingError(words('models.listContinuesAt', { host: address.host }));
    if (++count > MAX_REQUESTS) throw new ListingError(words('models.listDoesNotEnd'));
    return watch.fetch(input, { ...init, signal: AbortSignal.any([signal, watch.signal]) });
  };
}

/** Address of a file at a commit; the hub may answer with a redirect to where large files lie. */
export function hubFileUrl(hubUrl: string, { repo, commit }: HubListing, file: HubFile): string {
  return `${hubUrl}/${repo}/resolve/${commit}/${file.path.split('/').map(encodeURIComponent).join('/')}`;
}

function checkListing(answer: unknown, model: HubModel): HubListing {
  const parsed = HubListing.safeParse(answer);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw untrusted(
      model,
      words('models.hubAnswerWrong', { key: issue?.path.join('.') ?? '', problem: issue?.message ?? words('models.wrongShape') }),
    );
  }
  const paths = new Set<string>([RECEIPT_FILE]);
  for (const { path: file } of parsed.data.files) {
    // The record of the download lies beside the files, and must stay ours.
    if (paths.has(file)) throw untrusted(model, words('models.listedTwice', { file }));
    paths.add(file);
  }
  return parsed.data;
}

function untrusted({ hub }: HubModel, reason: Words): AppError {
  return new AppError('model-broken', words('models.hubUntrusted', { repo: hub.repo, reason }));
}

/** A pattern that finds nothing would give a model that cannot be loaded. */
function requireWeights(listing: HubListing, model: HubModel, variant: HubVariant): void {
  const empty = variant.include.find((pattern) => !listing.files.some((file) => path.posix.matchesGlob(file.path, pattern)));
  if (empty === undefined) return;
  throw new AppError(
    'not-found',
    words('models.weightsNotAvailable', { repo: model.hub.repo, file: empty, commit: listing.commit.slice(0, 12), title: variant.title }),
  );
}

interface Asked {
  readonly hubUrl: string;
  readonly repo: string;
  readonly revision: string;
}

function hubFailure(error: unknown, { hubUrl, repo, revision }: Asked, signal: AbortSignal): AppError {
  if (signal.aborted) return new AppError('cancelled', words('models.cancelled'), { cause: error });
  if (error instanceof HubApiError) return statusFailure(error.statusCode, { host: new URL(hubUrl).host, what: `${repo} (${revision})` });
  return unreachable(new URL(hubUrl).host, error);
}

/** What an answer other than success means, for listings and files alike. */
export function statusFailure(status: number, { host, what }: { readonly host: string; readonly what: string }): AppError {
  if (status === 404 || status === 410) return new AppError('not-found', words('models.hostHasNot', { host, what }));
  if (status === 401 || status === 403) {
    return new AppError('unsupported', words('models.needsAccount', { host, what }));
  }
  return new AppError('network', words('models.hostAnswered', { host, status, what }));
}

export function unreachable(host: string, error: unknown): AppError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof ListingError ? cause.words : cause instanceof Error ? cause.message || cause.name : String(cause);
  return new AppError('network', words('models.unreachable', { host, reason }), { cause: error });
}
