import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import sirv from 'sirv';
import { WebSocketServer } from 'ws';
import type { Core } from '#core/create-core.ts';
import { openByteRange } from '#core/media/byte-range.ts';
import { AppError } from '#shared/contract/errors.ts';
import { CLIPS_ARCHIVE } from '#shared/contract/media-urls.ts';
import { SECURITY_HEADERS } from '../common/security-headers.ts';
import type { Access } from './access.ts';
import { socketWire } from './socket-wire.ts';
import { receiveUpload } from './upload.ts';
import { zipDownload } from './zip-download.ts';

/** One message of a client; edits are short texts, so more than this is not ours. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

const MEDIA_PATH = /^\/(media|frame|sprite|waveform|curve|frame-times|export)\//;

export interface HttpServerParts {
  readonly core: Core;
  readonly access: Access;
  readonly rendererDir: string;
  readonly uploadsDir: string;
  onError(error: unknown, url: string): void;
}

/** The studio for a browser: the built renderer, the wire at `/wire`, media with byte ranges, uploads. */
export function createHttpServer(parts: HttpServerParts): Server {
  const { core, access } = parts;
  const serveStatic = sirv(parts.rendererDir, { etag: true });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://studio');
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    const cookie = access.cookieFor(url);
    if (cookie !== null) {
      response.writeHead(303, { 'Set-Cookie': cookie, Location: '/' }).end();
      return;
    }
    const refusal = access.refuse(request);
    if (refusal !== null) {
      sendText(response, refusal.status, refusal.message);
    } else if (request.method === 'POST' && url.pathname === '/upload') {
      await takeUpload(request, response, url.searchParams.get('name') ?? '');
    } else if (request.method !== 'GET' && request.method !== 'HEAD') {
      sendText(response, 405, 'Only GET, HEAD and uploads.');
    } else if (MEDIA_PATH.test(url.pathname)) {
      await sendMedia(request, response, url);
    } else {
      serveStatic(request, response, () => sendText(response, 404, 'There is nothing here.'));
    }
  }

  async function takeUpload(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    const stored = await receiveUpload(request, name, parts.uploadsDir);
    sendJson(response, 201, await core.files.grantPath(stored));
  }

  async function sendMedia(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const media = await core.resolveMedia(url.pathname + url.search);
    if (media === null) return sendText(response, 404, 'There is nothing here.');
    response.setHeader('Content-Type', media.contentType);
    response.setHeader('Cache-Control', `private, max-age=${media.cacheSeconds}`);
    if ('bytes' in media) {
      response.writeHead(200, { 'Content-Length': media.bytes.byteLength }).end(request.method === 'HEAD' ? undefined : media.bytes);
      return;
    }
    if ('archive' in media) return sendZip(request, response, media.archive);
    if (url.pathname.startsWith('/export/')) response.setHeader('Content-Disposition', attachment(path.basename(media.path)));
    const range = await openByteRange(media.path, request.headers.range ?? null);
    response.writeHead(range.status, range.headers);
    if (range.stream === null || request.method === 'HEAD') {
      range.stream?.destroy();
      response.end();
    } else await pipeline(range.stream, response);
  }

  async function sendZip(request: IncomingMessage, response: ServerResponse, files: readonly string[]): Promise<void> {
    const zip = await zipDownload(files);
    response.writeHead(200, { 'Content-Length': zip.bytes, 'Content-Disposition': attachment(CLIPS_ARCHIVE) });
    if (request.method === 'HEAD') response.end();
    else await pipeline(zip.open(), response);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      // A player that seeks drops the rest of its request: nothing went wrong.
      if (isPrematureClose(error)) return;
      if (!(error instanceof AppError)) parts.onError(error, request.url ?? '');
      if (response.headersSent) response.destroy();
      else sendError(response, error);
    });
  });

  server.on('upgrade', (request, socket, head) => {
    const isWire = new URL(request.url ?? '/', 'http://studio').pathname === '/wire';
    // Browsers always send Origin on an upgrade; without one it is no browser, and there the cookie alone decides.
    if (!isWire || access.refuse(request) !== null) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => core.dispatcher.serve(socketWire(webSocket)));
  });
  server.on('close', () => sockets.close());
  // Without this, open sockets would keep close() waiting for ever.
  const closeServer = server.close.bind(server);
  server.close = (done) => {
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    return closeServer(done);
  };
  return server;
}

function attachment(file: string): string {
  return `attachment; filename*=UTF-8''${encodeURIComponent(file)}`;
}

function sendText(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(message);
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}

function sendError(response: ServerResponse, error: unknown): void {
  if (!(error instanceof AppError)) return sendText(response, 500, 'Something unexpected went wrong; the log has the details.');
  const status = error.code === 'disk-full' ? 507 : error.code.startsWith('media-') || error.code === 'not-found' ? 404 : 400;
  sendJson(response, status, { code: error.code, message: error.message });
}

function isPrematureClose(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ERR_STREAM_PREMATURE_CLOSE' || error.code === 'ECONNRESET');
}
