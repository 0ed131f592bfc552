import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Core } from '#core/create-core.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { Access } from './access.ts';
import { isMediaPath, sendMedia } from './media-route.ts';
import { targetOf } from './request-target.ts';
import { sendError, sendText } from './responses.ts';
import { socketWire } from './socket-wire.ts';
import { createStaticFiles } from './static-files.ts';
import { isUploadPath, takeUpload } from './upload-route.ts';
import { acceptWires } from './wire-upgrades.ts';

const SECURITY_HEADERS = {
  'Content-Security-Policy':
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

/** A browser sends its headers at once; whoever drips them wants to keep a connection. */
const HEADERS_TIMEOUT_MS = 20_000;
const MAX_HEADERS = 100;
/** Below the files that a process may have open, of which every connection is one. */
const MAX_CONNECTIONS = 512;

export interface HttpServerParts {
  readonly core: Core;
  readonly access: Access;
  readonly rendererDir: string;
  onError(error: unknown, url: string): void;
  /** One connection broke or sent what is no request; it has ended and nothing else has. */
  onSocketError(error: Error): void;
  /** For tests that cannot wait half a minute. */
  readonly pingIntervalMs?: number;
}

/** The studio for a browser: the built renderer, the wire at `/wire`, media with byte ranges, uploads. */
export function createHttpServer(parts: HttpServerParts): Server {
  const { core, access } = parts;
  const sendStatic = createStaticFiles(parts.rendererDir);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    const refusal = access.refuse(request);
    // Only who may knock at all (the right Host and Origin) can show a token.
    const url = refusal?.status === 403 ? null : targetOf(request);
    const cookie = url === null ? null : access.cookieFor(url);
    if (cookie !== null) response.writeHead(303, { 'Set-Cookie': cookie, Location: '/' }).end();
    else if (refusal !== null) turnAway(response, refusal.status, refusal.message);
    else if (url === null) turnAway(response, 400, 'This is no address of the studio.');
    else if (isUploadPath(url.pathname)) await takeUpload(core, request, response, url);
    else if (request.method !== 'GET' && request.method !== 'HEAD') turnAway(response, 405, 'Only GET, HEAD and uploads.');
    else if (isMediaPath(url.pathname)) await sendMedia(core, request, response, url);
    else await sendStatic(request, response, url);
  }

  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS }, (request, response) => {
    // A client that goes away in the middle is no error of ours; whoever reads or writes hears of it by `close`.
    for (const side of [request, response]) side.on('error', parts.onSocketError);
    answer(request, response).catch((error: unknown) => {
      // A player that seeks drops the rest of its request: nothing went wrong.
      if (response.destroyed || isPrematureClose(error)) return;
      if (!(error instanceof AppError)) parts.onError(error, request.url ?? '');
      if (response.headersSent) response.destroy();
      else sendError(response, error);
    });
  });

  server.maxHeadersCount = MAX_HEADERS;
  server.maxConnections = MAX_CONNECTIONS;
  // A connection that could not be accepted, e.g. because too many files are open. Broken requests are answered by Node itself.
  server.on('error', parts.onSocketError);
  const wires = acceptWires(server, {
    // Browsers always send Origin on an upgrade; without one it is no browser, and there the cookie alone decides.
    refuse: (request) => access.refuse(request)?.status ?? null,
    onWire: (socket) => core.dispatcher.serve(socketWire(socket)),
    onSocketError: parts.onSocketError,
    ...(parts.pingIntervalMs !== undefined && { pingIntervalMs: parts.pingIntervalMs }),
  });
  // Without this, open sockets would keep close() waiting for ever.
  const closeServer = server.close.bind(server);
  server.close = (done) => {
    wires.close();
    server.closeAllConnections();
    return closeServer(done);
  };
  return server;
}

/** Without waiting for what the client may still be sending. */
function turnAway(response: ServerResponse, status: number, message: string): void {
  response.setHeader('Connection', 'close');
  sendText(response, status, message);
}

function isPrematureClose(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ERR_STREAM_PREMATURE_CLOSE' || error.code === 'ECONNRESET');
}
