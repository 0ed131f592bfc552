import { IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** A browser sends the next request of a connection when it has the answer to the one before, so there is an overlap of a moment at most. */
const MAX_UNANSWERED = 3;

/** Answered on the bare connection, and nothing further is read from it. */
type Refused = 411 | 417;
type Verdict = 'request' | 'upgrade' | 'drop' | Refused;

export interface GateParts {
  /** A request came whose body, if any, has so many bytes. */
  onHead(connection: Duplex, bodyBytes: number): void;
  /** Nothing more of this connection is read as HTTP. */
  onLeave(connection: Duplex): void;
  onSocketError(error: Error): void;
}

export interface RequestGate {
  /** The class of requests, for `createServer`. */
  readonly IncomingMessage: typeof IncomingMessage;
  /** The answer to one request of a connection has gone. */
  answered(connection: Duplex): void;
  /** Hands over the connections that are to become wires. */
  onUpgrade(server: Server, take: (request: IncomingMessage, connection: Duplex, head: Buffer) => void): void;
}

/**
 * Looks at the head of each request before Node makes an answer for it, and has the parser stop at one that is not wanted. To close the
 * connection is not enough: what was read of it already, thousands of small requests or pieces of a body, would be taken apart all the
 * same. The parser stops for a request that changes the protocol, so that is what an unwanted one says of itself.
 */
export function createRequestGate(parts: GateParts): RequestGate {
  const unanswered = new WeakMap<Duplex, number>();
  const asksForUpgrade = new WeakSet<IncomingMessage>();
  const verdicts = new WeakMap<IncomingMessage, Verdict>();

  /** Once for each request, when its head is complete. */
  function judge(request: IncomingMessage): Verdict {
    const { socket } = request;
    const before = unanswered.get(socket) ?? 0;
    if (socket.destroyed || before >= MAX_UNANSWERED) return 'drop';
    const refusal = refusalOf(request);
    // Whoever takes a connection over leaves no answer behind on it; and no answer goes into the middle of another.
    if (before > 0 && (refusal !== null || asksForUpgrade.has(request))) return 'drop';
    if (refusal !== null) return refusal;
    if (asksForUpgrade.has(request)) return 'upgrade';
    unanswered.set(socket, before + 1);
    parts.onHead(socket, bodyBytesOf(request));
    return 'request';
  }

  class GatedRequest extends IncomingMessage {
    get upgrade(): boolean {
      const verdict = verdicts.get(this) ?? judge(this);
      verdicts.set(this, verdict);
      return verdict !== 'request';
    }
    /** Node sets it in its constructor, and again with what the head says. */
    set upgrade(isAsked: boolean | null) {
      if (isAsked === true) asksForUpgrade.add(this);
    }
  }

  return {
    IncomingMessage: GatedRequest,
    answered(connection) {
      unanswered.set(connection, (unanswered.get(connection) ?? 1) - 1);
    },
    onUpgrade(server, take) {
      server.on('upgrade', (request, connection, head) => {
        // From here on nobody else listens to it, and an error without a listener ends the process.
        connection.on('error', parts.onSocketError);
        parts.onLeave(connection);
        const verdict = verdicts.get(request);
        if (verdict === 'upgrade') take(request, connection, head);
        else if (typeof verdict === 'number') turnAway(connection, verdict);
        else connection.destroy();
      });
    },
  };
}

/** Answers on a connection that is read no further, and closes it. */
export function turnAway(connection: Duplex, status: number): void {
  connection.once('finish', () => connection.destroy());
  connection.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function refusalOf({ headers }: IncomingMessage): Refused | null {
  // Pieces of a byte each cost hundreds of times what they bring. Whoever sends us something knows how long it is.
  if (headers['transfer-encoding'] !== undefined) return 411;
  // Node would answer these by itself, past everything that limits requests.
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue') return 417;
  return null;
}

/** What the request says; Node refuses what is no number. */
export function bodyBytesOf({ headers }: IncomingMessage): number {
  return Number(headers['content-length'] ?? 0);
}
