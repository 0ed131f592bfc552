import { open, rm, stat } from 'node:fs/promises';
import { isMissing } from '#core/base/files/file-errors.ts';
import { errorCode } from '#core/base/files/error-code.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import { statusFailure, unreachable } from './hub-listing.ts';

export interface FetchFileRequest {
  readonly url: string;
  /** For messages. */
  readonly name: string;
  /** Absolute; what it holds already is not fetched again. */
  readonly part: string;
  /** Size of the whole file. */
  readonly bytes: number;
  /** A connection that gives nothing for this long is given up. */
  readonly stallMs: number;
  readonly signal: AbortSignal;
  /** How much of the file is in `part` now; falls back to 0 where the server cannot resume. */
  readonly onPosition: (position: number) => void;
}

/**
 * Brings `part` up to `bytes` by HTTP, going on where an earlier attempt stopped (RFC 9110, range requests). The content is not checked.
 * @throws AppError `network` for what another attempt may mend, `disk-full`, `cancelled`, `not-found`, `unsupported`
 */
export async function fetchIntoPart(request: FetchFileRequest): Promise<void> {
  const { url, name, part, bytes, signal } = request;
  const start = await usableLength(part, bytes);
  request.onPosition(start);
  if (start === bytes) return;
  const stall = createStallGuard(request.stallMs);
  try {
    const response = await fetch(url, {
      // Compressed on the way, a range would count other bytes than those of the file.
      headers: { 'Accept-Encoding': 'identity', ...(start > 0 && { Range: `bytes=${start}-` }) },
      signal: AbortSignal.any([signal, stall.signal]),
    });
    const position = await startOfBody(response, { ...request, start });
    await save(response, { ...request, position, onChunk: stall.calm });
  } catch (error) {
    if (signal.aborted) throw new AppError('cancelled', words('models.cancelledKept'), { cause: error });
    throw describe(error, { url, name, stalled: stall.signal.aborted });
  } finally {
    stall.end();
  }
}

/** Where the body of this answer starts in the file. */
async function startOfBody(
  response: Response,
  { url, name, part, bytes, start }: FetchFileRequest & { readonly start: number },
): Promise<number> {
  const { host } = new URL(url);
  if (response.status === 200) return 0;
  if (response.status === 206) {
    const range = /^bytes (\d+)-\d+\/(\d+)$/u.exec(response.headers.get('content-range') ?? '');
    if (Number(range?.[1]) === start && Number(range?.[2]) === bytes) return start;
  }
  await response.body?.cancel();
  if (response.status !== 206 && response.status !== 416) throw statusFailure(response.status, { host, what: name });
  await rm(part, { force: true });
  throw new AppError('network', words('models.cannotResume', { host, name }));
}

interface Body extends FetchFileRequest {
  /** Where the body starts in the file. */
  readonly position: number;
  readonly onChunk: () => void;
}

async function save(response: Response, { name, part, bytes, url, position: start, onPosition, onChunk }: Body): Promise<void> {
  const { host } = new URL(url);
  let position = start;
  onPosition(start);
  // Written piece by piece, not by a pipeline: that would throw away what it holds when the connection breaks.
  const file = await open(part, start === 0 ? 'w' : 'a');
  try {
    for await (const chunk of response.body ?? []) {
      onChunk();
      if (position + chunk.length > bytes) throw new AppError('model-broken', words('models.sentTooMuch', { host, name, bytes }));
      await file.appendFile(chunk);
      position += chunk.length;
      onPosition(position);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  if (position < bytes) throw new AppError('network', words('models.connectionLost', { host, name, position, bytes }));
}

/** A part that is longer than the file belongs to something else. */
async function usableLength(part: string, bytes: number): Promise<number> {
  const size = await stat(part).then(
    (found) => found.size,
    (error: unknown) => {
      if (isMissing(error)) return 0;
      throw error;
    },
  );
  if (size <= bytes) return size;
  await rm(part);
  return 0;
}

function createStallGuard(stallMs: number) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), stallMs);
  return { signal: controller.signal, calm: () => void timer.refresh(), end: () => clearTimeout(timer) };
}

function describe(error: unknown, { url, name, stalled }: { url: string; name: string; stalled: boolean }): unknown {
  if (error instanceof AppError) return error;
  const { host } = new URL(url);
  if (stalled) return new AppError('network', words('models.stoppedSending', { host, name }), { cause: error });
  const code = errorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new AppError('disk-full', words('models.diskFull', { name }), {
      cause: error,
    });
  // Node's fetch reports network trouble as TypeError, and a body that breaks off with a code of its HTTP parser.
  if (error instanceof TypeError || code?.startsWith('UND_') === true || code === 'ECONNRESET') return unreachable(host, error);
  return error;
}
