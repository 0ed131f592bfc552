import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import sirv from 'sirv';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Core } from '#core/create-core.ts';
import type { Guest } from '#core/people/people-service.ts';
import { openByteRange } from '#core/media/byte-range.ts';
import { AppError } from '#shared/contract/errors.ts';
import { SESSION_ENDED } from '#shared/contract/wire.ts';
import { CLIPS_ARCHIVE } from '#shared/contract/media-urls.ts';
import type { Access } from './access.ts';
import { socketWire } from './socket-wire.ts';
import { receiveUpload } from './upload.ts';
import { zipDownload } from './zip-download.ts';

const SECURITY_HEADERS = {
  'Content-Security-Policy':
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'",
  'X-Content-Type-Options': 'nosniff',
  // Everything here is somebody's work; what may be kept says so itself.
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

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
  const serveStatic = sirv(parts.rendererDir, {
    etag: true,
    // The build puts a hash into their names, and they are the same for everybody.
    setHeaders: (response, file) => response.setHeader('Cache-Control', file.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-store'),
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    const admission = access.admit(request);
    if (admission.kind === 'entered') return sendIn(request, response, admission.cookie);
    if (admission.kind === 'refused') return sendText(response, admission.status, admission.message);
    const { url } = admission;
    if (request.method === 'POST' && url.pathname === '/upload') {
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
      // Without its query, which may hold a token.
      if (!(error instanceof AppError)) parts.onError(error, request.url?.split('?')[0] ?? '');
      if (response.headersSent) response.destroy();
      else sendError(response, error, core);
    });
  });

  server.on('upgrade', (request, socket, head) => {
    // Browsers always send Origin on an upgrade; without one it is no browser, and there the cookie alone decides.
    const admission = access.admit(request);
    if (admission.kind !== 'guest' || admission.url.pathname !== '/wire') {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => serveGuest(core, webSocket, admission.guest));
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

/** The wire of one page: it ends with the page or with its person's session. */
function serveGuest(core: Core, webSocket: WebSocket, guest: Guest): void {
  const depart = guest.arrive();
  const stopListening = guest.onEnd(() => webSocket.close(SESSION_ENDED, 'This session has ended'));
  webSocket.on('close', () => {
    stopListening();
    depart();
  });
  core.dispatcher.serve(socketWire(webSocket), guest);
}

/**
 * Leads on to the studio. Whoever came by a link in a mail or chat gets a page for that in place of a redirection: the way from there
 * counts as another site's, and a cookie that is `SameSite=Strict` is not sent along it.
 */
function sendIn(request: IncomingMessage, response: ServerResponse, cookie: string): void {
  const cameFrom = request.headers['sec-fetch-site'];
  if (cameFrom === undefined || cameFrom === 'none' || cameFrom === 'same-origin') {
    response.writeHead(303, { 'Set-Cookie': cookie, Location: '/' }).end();
    return;
  }
  const page = '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/"><title>Shotluck Studio</title><a href="/">Shotluck Studio</a></html>';
  response.writeHead(200, { 'Set-Cookie': cookie, 'Content-Type': 'text/html; charset=utf-8' }).end(page);
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

function sendError(response: ServerResponse, error: unknown, { veil }: Core): void {
  if (!(error instanceof AppError)) return sendText(response, 500, 'Something unexpected went wrong; the log has the details.');
  const status = error.code === 'disk-full' ? 507 : error.code.startsWith('media-') || error.code === 'not-found' ? 404 : 400;
  sendJson(response, status, { code: error.code, message: veil.text(error.message) });
}

function isPrematureClose(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ERR_STREAM_PREMATURE_CLOSE' || error.code === 'ECONNRESET');
}
