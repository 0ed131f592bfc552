import { inMegabytes } from '#core/base/bytes.ts';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { HubConfig } from '#core/base/config.ts';
import type { HubModel, HubVariant } from './model-manifest.ts';
import { isMissing } from '#core/base/files/file-errors.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import { sha256IfRight } from './check-file.ts';
import type { DownloadFolder } from './download-folder.ts';
import { fetchIntoPart } from './fetch-file.ts';
import { hubFileUrl, listHubFiles, type HubFile, type HubListing } from './hub-listing.ts';
import { writeReceipt, type Receipt } from './receipt.ts';

/** Kept free beside what a model needs: a full disk harms more than a download. */
const SPARE_BYTES = 200_000_000;

export interface DownloadStep {
  readonly state: 'listing' | 'downloading' | 'retrying' | 'checking';
  readonly receivedBytes: number;
  /** Null while the hub has not answered. */
  readonly totalBytes: number | null;
  readonly file: string | null;
}

export interface DownloadParts {
  readonly hub: HubConfig;
  readonly folder: DownloadFolder;
  /** Free bytes on the disk of the user's models, less what other downloads still need. */
  freeBytes(): Promise<number>;
  nowMs(): number;
}

export interface DownloadRequest {
  readonly model: HubModel;
  readonly variant: HubVariant;
  readonly signal: AbortSignal;
  readonly onStep: (step: DownloadStep) => void;
}

/**
 * Downloads a model into the download folder, checks every file, and installs it. Goes on where an earlier run stopped; whatever ends
 * it keeps what came.
 * @throws AppError `network`, `disk-full`, `model-broken` (a file whose hash is wrong, already deleted), `not-found`, `unsupported`, `cancelled`
 */
export async function downloadModel(parts: DownloadParts, request: DownloadRequest): Promise<void> {
  const { folder } = parts;
  const { model, variant } = request;
  const listing = await listingOf(parts, request);
  await folder.prepare(model.id);
  const received = await folder.receivedBytes(model.id, listing);
  const totalBytes = listing.files.reduce((sum, file) => sum + file.bytes, 0);
  await requireSpace(parts, model.title, totalBytes - received);

  const files: Receipt['files'] = [];
  let doneBytes = 0;
  for (const file of listing.files) {
    const sha256 = await bringFile(parts, { ...request, listing, file, doneBytes, totalBytes });
    files.push({ path: file.path, bytes: file.bytes, sha256 });
    doneBytes += file.bytes;
  }
  request.signal.throwIfAborted();
  const { repo, commit } = listing;
  await writeReceipt(folder.filesOf(model.id), {
    modelId: model.id,
    variantId: variant.id,
    repo,
    commit,
    installedAtMs: parts.nowMs(),
    files,
  });
  await folder.install(model.id, listing);
}

/** What the hub answered when the download was begun: a branch that moved on meanwhile must not mix two versions. */
async function listingOf({ hub, folder }: DownloadParts, { model, variant, signal, onStep }: DownloadRequest): Promise<HubListing> {
  const known = folder.load(model.id);
  if (known?.variantId === variant.id && known.listing?.repo === model.hub.repo) return known.listing;
  onStep({ state: 'listing', receivedBytes: 0, totalBytes: null, file: null });
  const listing = await withRetries(hub, { signal, onRetry: () => undefined }, () => listHubFiles(hub, model, variant, signal));
  folder.save({ modelId: model.id, variantId: variant.id, listing, error: null });
  return listing;
}

async function requireSpace(parts: DownloadParts, title: string, neededBytes: number): Promise<void> {
  const freeBytes = await parts.freeBytes();
  if (freeBytes >= neededBytes + SPARE_BYTES) return;
  throw new AppError(
    'disk-full',
    words('models.notEnoughSpace', {
      title,
      needed: inMegabytes(neededBytes),
      spare: inMegabytes(SPARE_BYTES),
      free: inMegabytes(Math.max(0, freeBytes)),
    }),
  );
}

interface FileRequest extends DownloadRequest {
  readonly listing: HubListing;
  readonly file: HubFile;
  /** Of the files before this one. */
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** One file, there and right; gives its SHA-256. */
async function bringFile({ hub, folder }: DownloadParts, request: FileRequest): Promise<string> {
  const { model, listing, file, doneBytes, totalBytes, signal, onStep } = request;
  const whole = path.join(folder.filesOf(model.id), file.path);
  const part = `${whole}.part`;
  const report = (state: DownloadStep['state'], position: number): void =>
    onStep({ state, receivedBytes: doneBytes + position, totalBytes, file: file.path });
  // Finished by an earlier run: checked again, because it may have been of other weights, or changed.
  await rename(whole, part).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
  await mkdir(path.dirname(whole), { recursive: true });
  let position = 0;
  const onPosition = (now: number): void => {
    position = now;
    report('downloading', now);
  };
  const url = hubFileUrl(hub.url, listing, file);
  await withRetries(hub, { signal, onRetry: () => report('retrying', position) }, () =>
    fetchIntoPart({ url, name: file.path, part, bytes: file.bytes, stallMs: hub.stallMs, signal, onPosition }),
  );
  report('checking', file.bytes);
  const sha256 = await sha256IfRight(part, file);
  if (sha256 === null) {
    await rm(part, { force: true });
    throw new AppError('model-broken', words('models.arrivedDamaged', { file: file.path, title: model.title }));
  }
  await rename(part, whole);
  return sha256;
}

/** Trouble with the network is given a few more chances, each after a longer pause. */
async function withRetries<T>(
  { retryDelaysMs }: HubConfig,
  { signal, onRetry }: { readonly signal: AbortSignal; readonly onRetry: () => void },
  attempt: () => Promise<T>,
): Promise<T> {
  for (const delayMs of retryDelaysMs) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'network') throw error;
      onRetry();
      await wait(delayMs, undefined, { signal }).catch((cause: unknown) => {
        throw new AppError('cancelled', words('models.cancelledKept'), { cause });
      });
    }
  }
  return attempt();
}
