import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type FileToSend, openByteRange } from '#core/media/byte-range.ts';
import type { FolderVeil } from '#core/base/without-folders.ts';
import { AppError, type AppErrorCode } from '#shared/contract/errors.ts';

/** What is not here is the client's mistake: 400. */
const STATUS: Partial<Record<AppErrorCode, number>> = {
  'disk-full': 507,
  busy: 503,
  forbidden: 403,
  conflict: 409,
  'not-found': 404,
  'media-missing': 404,
  'media-corrupt': 404,
};

export function sendText(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(message);
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}

export function sendError(response: ServerResponse, error: unknown, veil: FolderVeil): void {
  if (!(error instanceof AppError)) return sendText(response, 500, 'Something went wrong unexpectedly; the log has the details.');
  sendJson(response, STATUS[error.code] ?? 400, veil.all(error.refusal));
}

/** A file, or the range of it that is asked for; the caller has set its content type. Ends with the client. */
export async function sendFile(request: IncomingMessage, response: ServerResponse, file: FileToSend): Promise<void> {
  const range = await openByteRange(file, request.headers.range ?? null);
  response.writeHead(range.status, range.headers);
  if (range.stream === null || request.method === 'HEAD') {
    range.stream?.destroy();
    response.end();
  } else await sendStream(range.stream, response);
}

/** Ends with the client, also with one that has gone already: then a pipeline refuses to begin, and leaves the stream open. */
export async function sendStream(stream: Readable, response: ServerResponse): Promise<void> {
  try {
    await pipeline(stream, response);
  } finally {
    stream.destroy();
  }
}

/** Aborted when the connection closes, so that nobody works on for a client that has gone. */
export function signalOf(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  return controller.signal;
}
