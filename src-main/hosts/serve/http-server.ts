import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { WebSocket } from 'ws';
import type { Core } from '#core/app/create-core.ts';
import type { Guest } from '#core/app/people/people-service.ts';
import { refuseUnlessAllowed } from '#core/app/rpc/dispatcher.ts';
import { AppError } from '#shared/contract/errors.ts';
import { SESSION_ENDED } from '#shared/contract/wire.ts';
import { SECURITY_HEADERS } from '../common/security-headers.ts';
import { type Access, type Admission, refused } from './access.ts';
import { answerInTurn } from './answer-in-turn.ts';
import type { WireLimits } from './byte-budget.ts';
import { type ConnectionLimits, limitConnections } from './connections.ts';
import { createMediaRoute, isMediaPath } from './media-route.ts';
import { bodyBytesOf, createRequestGate } from './request-gate.ts';
import { sendError, sendText } from './responses.ts';
import { socketWire } from './socket-wire.ts';
import { createStaticFiles } from './static-files.ts';
import { limitUnaskedBytes } from './unasked-bytes.ts';
import { isUploadPath, takeUpload } from './upload-route.ts';
import { acceptWires } from './wire-upgrades.ts';

/** Everything here is somebody's work; what may be kept says so itself. */
const HEADERS = { ...SECURITY_HEADERS, 'Cache-Control': 'no-store' } as const;

/** A browser sends its headers at once; whoever drips them wants to keep a connection. */
const HEADERS_TIMEOUT_MS = 20_000;
const MAX_HEADERS = 100;

const NO_PLACE =
  'You or all users together have too many connections open. Your work is saved. Close some of the studio’s pages, then reload this one.';

export interface HttpServerParts {
  readonly core: Core;
  readonly access: Access;
  readonly rendererDir: string;
  onError(error: unknown, url: string): void;
  /** One connection broke or sent what is no request; it has ended and nothing else has. */
  onSocketError(error: Error): void;
  /** For tests that cannot wait half a minute. */
  readonly pingIntervalMs?: number;
  /** For tests that cannot open hundreds of connections. */
  readonly connectionLimits?: ConnectionLimits;
  /** For tests that cannot send megabytes. */
  readonly wireLimits?: WireLimits;
}

/** The studio for a browser: the built renderer, the wire at `/wire`, media with byte ranges, uploads. */
export function createHttpServer(parts: HttpServerParts): Server {
  const { core } = parts;
  const sendMedia = createMediaRoute(core);
  const sendStatic = createStaticFiles(parts.rendererDir);

  /** Who asks, and whether there is a place for them. */
  function admit(request: IncomingMessage): Admission {
    const admission = parts.access.admit(request);
    return admission.kind === 'guest' && !connections.assign(request.socket, admission.guest) ? refused(503, NO_PLACE) : admission;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const admission = admit(request);
    if (admission.kind === 'entered') return sendIn(response, admission.cookie);
    if (admission.kind === 'on-the-way') return sendThrough(response, admission);
    if (admission.kind === 'refused') return turnAway(response, admission.status, admission.message);
    const { url, guest } = admission;
    // The connection ends with the answer, so that nobody listens to a body that nothing is done with.
    if (request.method !== 'PATCH' && bodyBytesOf(request) > 0) return turnAway(response, 400, 'Only pieces of uploads have a body.');
    if (isUploadPath(url.pathname)) {
      refuseUnlessAllowed('work', guest);
      await takeUpload(core, request, response, { url, guest });
    } else if (request.method !== 'GET' && request.method !== 'HEAD') turnAway(response, 405, 'Only GET, HEAD and uploads are allowed.');
    else if (isMediaPath(url.pathname)) await sendMedia(request, response, { url, guest });
    else await sendStatic(request, response, url);
  }

  const gate = createRequestGate({
    onHead: (connection, bodyBytes) => unasked.expect(connection, bodyBytes),
    onLeave: (connection) => unasked.forget(connection),
    onSocketError: parts.onSocketError,
  });
  const server: Server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS, IncomingMessage: gate.IncomingMessage });
  const unasked = limitUnaskedBytes(server);
  answerInTurn(server, gate, (request, response) => {
    // A client that goes away in the middle is no error of ours; whoever reads or writes is notified by `close`.
    for (const side of [request, response]) side.on('error', parts.onSocketError);
    answer(request, response).catch((error: unknown) => {
      // A player that seeks drops the rest of its request: nothing went wrong.
      if (response.destroyed || isPrematureClose(error)) return;
      // Without its query, which may hold a token.
      if (!(error instanceof AppError)) parts.onError(error, request.url?.split('?')[0] ?? '');
      if (response.headersSent) response.destroy();
      else sendError(response, error, core.veil);
    });
  });

  const connections = limitConnections(server, parts.connectionLimits);
  server.maxHeadersCount = MAX_HEADERS;
  // A connection that could not be accepted, e.g. because too many files are open. Broken requests are answered by Node itself.
  server.on('error', parts.onSocketError);
  const wires = acceptWires({
    admit,
    onWire: (socket, guest) => serveGuest(core, socket, guest),
    onSocketError: parts.onSocketError,
    ...(parts.pingIntervalMs !== undefined && { pingIntervalMs: parts.pingIntervalMs }),
    ...(parts.wireLimits !== undefined && { wireLimits: parts.wireLimits }),
  });
  gate.onUpgrade(server, wires.accept);
  // Without this, open sockets would keep close() waiting for ever.
  const closeServer = server.close.bind(server);
  server.close = (done) => {
    wires.close();
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

function sendIn(response: ServerResponse, cookie: string | null): void {
  response.writeHead(303, { ...(cookie !== null && { 'Set-Cookie': cookie }), Location: '/' }).end();
}

/**
 * A page in place of a redirection: the way from a link in a mail or chat counts as another site's, and a cookie that is `SameSite=Strict` is not sent
 * along it.
 * @param address our own, of a token that was right, whose signs are safe in HTML
 */
function sendThrough(response: ServerResponse, { cookie, address }: { readonly cookie: string; readonly address: string }): void {
  const href = address.replaceAll('&', '&amp;');
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${href}"><title>Shotluck Studio</title><a href="${href}">Shotluck Studio</a></html>`;
  response.writeHead(200, { 'Set-Cookie': cookie, 'Content-Type': 'text/html; charset=utf-8' }).end(page);
}

/** Without waiting for what the client may still be sending. */
function turnAway(response: ServerResponse, status: number, message: string): void {
  response.setHeader('Connection', 'close');
  sendText(response, status, message);
}

function isPrematureClose(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ERR_STREAM_PREMATURE_CLOSE' || error.code === 'ECONNRESET');
}
