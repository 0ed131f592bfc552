import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Guest } from '#core/app/people/people-service.ts';
import type { Admission } from './access.ts';
import { createByteBudget, type WireLimits } from './byte-budget.ts';
import { endAtOnce } from './end-at-once.ts';
import { turnAway } from './request-gate.ts';

/** One message of a client. The largest is a verdict on every shot of the longest video, with what was seen of each: 2.5 MB for 20,000. */
const MAX_MESSAGE_BYTES = 3 * 1024 * 1024;
/** Chromium sends so long a message in thirty parts, others in one, and a slow line brings it in some thousand pieces; each takes room of its own. */
const MAX_FRAGMENTS = 256;
const MAX_BUFFERED_CHUNKS = 8_192;
/** Whoever sent what is no frame is told so; ws would read on for half a minute to hear that they are gone. */
const FAREWELL_MS = 1_000;
const PING_INTERVAL_MS = 30_000;
/** A browser answers a ping by itself and at once; */
const MAX_UNANSWERED = 2;
/** … behind a long answer on a slow line its pong takes its time. */
const MAX_UNANSWERED_WHILE_SENDING = 10;

export interface UpgradeParts {
  admit(request: IncomingMessage): Admission;
  onWire(socket: WebSocket, guest: Guest): void;
  /** Something went wrong with one connection, which ends by itself. */
  onSocketError(error: Error): void;
  readonly pingIntervalMs?: number;
  readonly wireLimits?: WireLimits;
}

export interface Wires {
  accept(request: IncomingMessage, connection: Duplex, head: Buffer): void;
  close(): void;
}

/** Takes WebSockets at `/wire`, watches that their other ends live, and returns their orderly end. */
export function acceptWires(parts: UpgradeParts): Wires {
  const budget = createByteBudget(parts.wireLimits);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    maxFragments: MAX_FRAGMENTS,
    maxBufferedChunks: MAX_BUFFERED_CHUNKS,
    // One message or pong of each wire, then it is the others' turn: a single read brings ten thousand of the smallest.
    allowSynchronousEvents: false,
  });

  /** Who may have a wire, or the status with which the request is turned away. */
  function guestOf(request: IncomingMessage): Guest | number {
    // Browsers always send Origin on an upgrade; without one it is no browser, and there the cookie alone decides.
    const admission = parts.admit(request);
    if (admission.kind === 'refused') return admission.status;
    return admission.kind !== 'guest' || admission.url.pathname !== '/wire' ? 404 : admission.guest;
  }

  const stopPinging = endDeadSockets(sockets, parts.pingIntervalMs ?? PING_INTERVAL_MS);
  return {
    accept(request, connection, head) {
      const guest = guestOf(request);
      if (typeof guest === 'number') return turnAway(connection, guest);
      sockets.handleUpgrade(request, connection, head, (webSocket) => {
        webSocket.on('error', (error) => {
          parts.onSocketError(error);
          setTimeout(() => endAtOnce(webSocket), FAREWELL_MS).unref();
        });
        budget.watch(webSocket, connection, guest);
        parts.onWire(webSocket, guest);
      });
    },
    close() {
      stopPinging();
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
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
