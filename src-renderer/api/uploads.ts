import { z } from 'zod';
import { AppError, Refusal } from '#shared/contract/errors.ts';
import type { FileGrant, GrantListeners } from '#shared/contract/host-api.ts';
import { GrantId } from '#shared/domain/ids.ts';
import { parseJson } from '#shared/parse-json.ts';
import { words } from '#shared/words/words.ts';

const UploadState = z.object({
  uploadId: z.string(),
  receivedBytes: z.int().nonnegative(),
  /** Once the whole file is there. */
  grant: z.object({ grantId: GrantId, name: z.string() }).nullable(),
});
type UploadState = z.infer<typeof UploadState>;

/** A piece should take a few seconds: small enough to be lost without regret, large enough to fill a fast line. */
const FIRST_PIECE_BYTES = 1024 * 1024;
const MIN_PIECE_BYTES = 128 * 1024;
const MAX_PIECE_BYTES = 32 * 1024 * 1024;
const SHORT_MS = 1_500;
const LONG_MS = 6_000;

/** Pauses before the first, second, … attempt after one that failed; the last one repeats. */
const RETRY_DELAYS_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000] as const;
/** Attempts without a byte that arrived, some ten minutes, before a person is notified. */
const MAX_FAILURES = 45;

export interface UploadParts {
  /** Sends one request; rejects with `disconnected` when no answer came. */
  send(request: UploadRequest): Promise<unknown>;
  /** Ids of uploads that this browser began, by file. */
  readonly known: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  pause(ms: number): Promise<void>;
  nowMs(): number;
}

export interface UploadRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly url: string;
  readonly body?: Blob;
  readonly onSent?: (bytes: number) => void;
}

/** How much of a file has been sent, and whether the studio is being waited for. */
type OnSent = (bytes: number, isWaiting: boolean) => void;

/**
 * One after the other: uploads share one disk and one network. A file that cannot be uploaded costs none of the others.
 * @throws AppError what happened to the first file, when none was uploaded
 */
export async function uploadFiles(
  parts: UploadParts,
  files: readonly File[],
  { onProgress, onRefused }: GrantListeners = {},
): Promise<readonly FileGrant[]> {
  const totalBytes = files.reduce((sum, file) => sum + file.size, 0);
  const grants: FileGrant[] = [];
  const refusals: AppError[] = [];
  let doneBytes = 0;
  for (const file of files) {
    const startBytes = doneBytes;
    try {
      grants.push(
        await uploadFile(parts, file, (sentBytes, isWaiting) =>
          onProgress?.({ fraction: totalBytes === 0 ? 1 : (startBytes + sentBytes) / totalBytes, isWaiting }),
        ),
      );
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      refusals.push(error);
      // What none of the others could get past either.
      if (error.code === 'disconnected' || error.code === 'forbidden') break;
    }
    doneBytes += file.size;
  }
  const [first] = refusals;
  if (first !== undefined && grants.length === 0) throw first;
  for (const refusal of refusals) onRefused?.(refusal);
  onProgress?.({ fraction: 1, isWaiting: false });
  return grants;
}

/**
 * Sends a file in pieces. Where the connection breaks it goes on as soon as there is one again, and the same file chosen anew, also after
 * the page was loaded anew, goes on where it stopped.
 */
async function uploadFile(parts: UploadParts, file: File, onSent: OnSent): Promise<FileGrant> {
  const key = `shotluck.upload ${file.size} ${file.lastModified} ${file.name}`;
  let state = await begun(parts, key, { name: file.name, size: file.size, onWaiting: () => onSent(0, true) });
  let pieceBytes = FIRST_PIECE_BYTES;
  let failures = 0;
  while (state.grant === null) {
    const { uploadId, receivedBytes } = state;
    onSent(receivedBytes, false);
    const startedMs = parts.nowMs();
    try {
      state = await sendPiece(parts, { file, uploadId, receivedBytes, pieceBytes, onSent });
      pieceBytes = nextPieceBytes(pieceBytes, parts.nowMs() - startedMs);
    } catch (error) {
      if (!mayGoOn(error)) throw error;
      await checkReadable(file, receivedBytes);
      onSent(receivedBytes, true);
      pieceBytes = Math.max(MIN_PIECE_BYTES, pieceBytes / 2);
      state = await ask(parts, { name: file.name }, { method: 'GET', url: `/uploads/${uploadId}` });
    }
    if (failures > MAX_FAILURES) throw brokenOff(file.name);
    failures = state.receivedBytes > receivedBytes ? 0 : failures + 1;
    if (failures > 0) await parts.pause(RETRY_DELAYS_MS[Math.min(failures, RETRY_DELAYS_MS.length) - 1] ?? 0);
  }
  parts.known.removeItem(key);
  return state.grant;
}

/** The upload of this file that this browser began before, else a new one. */
async function begun(parts: UploadParts, key: string, file: Sought & { readonly size: number }): Promise<UploadState> {
  const uploadId = parts.known.getItem(key);
  if (uploadId !== null) {
    try {
      return await ask(parts, file, { method: 'GET', url: `/uploads/${uploadId}` });
    } catch (error) {
      // It was swept meanwhile, or a project has its file: this is a new one.
      if (!(error instanceof AppError) || error.code !== 'not-found') throw error;
    }
  }
  const state = await ask(parts, file, {
    method: 'POST',
    url: `/uploads?${new URLSearchParams({ name: file.name, size: String(file.size) }).toString()}`,
  });
  parts.known.setItem(key, state.uploadId);
  return state;
}

interface Piece {
  readonly file: File;
  readonly uploadId: string;
  readonly receivedBytes: number;
  readonly pieceBytes: number;
  readonly onSent: OnSent;
}

async function sendPiece({ send }: UploadParts, { file, uploadId, receivedBytes, pieceBytes, onSent }: Piece): Promise<UploadState> {
  return UploadState.parse(
    await send({
      method: 'PATCH',
      url: `/uploads/${uploadId}?from=${receivedBytes}`,
      body: file.slice(receivedBytes, receivedBytes + pieceBytes),
      onSent: (bytes) => onSent(receivedBytes + bytes, false),
    }),
  );
}

/** The file that the studio is asked about, and whom to notify that it does not answer. */
interface Sought {
  readonly name: string;
  readonly onWaiting?: () => void;
}

/** Asks until there is an answer. */
async function ask({ send, pause }: UploadParts, { name, onWaiting }: Sought, request: UploadRequest): Promise<UploadState> {
  for (let failures = 0; ; failures++) {
    try {
      return UploadState.parse(await send(request));
    } catch (error) {
      if (!mayGoOn(error)) throw error;
      if (failures >= MAX_FAILURES) throw brokenOff(name);
      onWaiting?.();
      await pause(RETRY_DELAYS_MS[Math.min(failures, RETRY_DELAYS_MS.length - 1)] ?? 0);
    }
  }
}

/** A file that changed, or lies on a stick that was pulled out, looks like a broken connection to the request that sends it. */
async function checkReadable(file: File, fromBytes: number): Promise<void> {
  try {
    await file.slice(fromBytes, fromBytes + 1).arrayBuffer();
  } catch (cause) {
    throw new AppError('media-missing', words('wire.uploadChanged', { file: file.name }), { cause });
  }
}

/** A connection that broke, a server that restarts or has too much to do, a piece that did not follow on the one before. */
function mayGoOn(error: unknown): boolean {
  return error instanceof AppError && ['disconnected', 'busy', 'conflict'].includes(error.code);
}

function brokenOff(name: string): AppError {
  return new AppError('disconnected', words('wire.uploadBrokenOff', { file: name }));
}

function nextPieceBytes(pieceBytes: number, tookMs: number): number {
  if (tookMs < SHORT_MS) return Math.min(MAX_PIECE_BYTES, pieceBytes * 2);
  return tookMs > LONG_MS ? Math.max(MIN_PIECE_BYTES, pieceBytes / 2) : pieceBytes;
}

/** XMLHttpRequest, because fetch reports no progress of what it sends. The browser streams the piece from its disk. */
export function sendByXhr({ method, url, body, onSent }: UploadRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    if (onSent !== undefined) request.upload.addEventListener('progress', (event) => onSent(event.loaded));
    request.addEventListener('load', () => {
      const answer = parseJson(request.responseText);
      if (request.status >= 200 && request.status < 300) resolve(answer);
      else reject(refusalOf(request, answer));
    });
    request.addEventListener('error', () => reject(new AppError('disconnected', words('wire.lost'))));
    request.send(body ?? null);
  });
}

/** The studio says in JSON what went wrong; anything else came from something in between, or says that this browser may not (any more). */
function refusalOf(request: XMLHttpRequest, answer: unknown): AppError {
  const refusal = Refusal.safeParse(answer);
  if (refusal.success) return AppError.received(refusal.data);
  if ([408, 502, 503, 504].includes(request.status)) return new AppError('disconnected', words('wire.lost'));
  const reason =
    request.getResponseHeader('Content-Type')?.startsWith('text/plain') === true
      ? request.responseText
      : words('wire.answered', { status: request.status, text: request.statusText });
  return new AppError('internal', words('wire.notUploaded', { reason }));
}
