import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { targetOf } from './request-target.ts';

/** One message of a client; edits are short texts, so more than this is not ours. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
/** Browsers at once, each with a window or a few. */
const MAX_WIRES = 256;

const PING_INTERVAL_MS = 30_000;
/** A browser answers a ping by itself and at once; */
const MAX_UNANSWERED = 2;
/** … behind a long answer on a slow line its pong takes its time. */
const MAX_UNANSWERED_WHILE_SENDING = 10;

export interface UpgradeParts {
  /** Status with which a request is turned away, or null. */
  refuse(request: IncomingMessage): number | null;
  onWire(socket: WebSocket, request: IncomingMessage): void;
  /** Something went wrong with one connection, which ends by itself. */
  onSocketError(error: Error): void;
  readonly pingIntervalMs?: number;
}

/** Takes WebSockets at `/wire`, watches that their other ends live, and returns their orderly end. */
export function acceptWires(server: Server, parts: UpgradeParts): { close(): void } {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });

  function statusFor(request: IncomingMessage): number | null {
    const refused = parts.refuse(request);
    if (refused !== null) return refused;
    const target = targetOf(request);
    if (target === null) return 400;
    if (target.pathname !== '/wire') return 404;
    return sockets.clients.size >= MAX_WIRES ? 503 : null;
  }

  server.on('upgrade', (request, socket, head) => {
    // From here on nobody else listens to this socket, and an error without a listener ends the process.
    socket.on('error', parts.onSocketError);
    const status = statusFor(request);
    if (status !== null) return turnAway(socket, status);
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('error', parts.onSocketError);
      parts.onWire(webSocket, request);
    });
  });
  const stopPinging = endDeadSockets(sockets, parts.pingIntervalMs ?? PING_INTERVAL_MS);
  return {
    close() {
      stopPinging();
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

function turnAway(socket: Duplex, status: number): void {
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** A computer that was closed or a network that went away says no goodbye: who answers no ping is gone. */
function endDeadSockets(sockets: WebSocketServer, intervalMs: number): () => void {
  const unanswered = new WeakMap<WebSocket, number>();
  const timer = setInterval(() => {
    for (const socket of sockets.clients) {
      const count = unanswered.get(socket);
      if (count === undefined) for (const sign of ['pong', 'message'] as const) socket.on(sign, () => unanswered.set(socket, 0));
      if ((count ?? 0) >= (socket.bufferedAmount > 0 ? MAX_UNANSWERED_WHILE_SENDING : MAX_UNANSWERED)) socket.terminate();
      unanswered.set(socket, (count ?? 0) + 1);
      socket.ping();
    }
  }, intervalMs);
  return () => clearInterval(timer);
}
