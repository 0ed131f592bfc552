import type { Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Beyond the bodies that were announced. Node reads 64 KB at once and refuses heads beyond 16 KB. */
const MAX_UNASKED_BYTES = 128 * 1024;
const LOOK_EVERY_MS = 100;

export interface UnaskedBytes {
  /** A request has come, and a body of so many bytes behind it may. */
  expect(connection: Duplex, bodyBytes: number): void;
  /** Somebody else looks after this connection from now on. */
  forget(connection: Duplex): void;
}

/** Closes connections that send and send without ever making a request of it: empty lines are passed over by the parser without a word. */
export function limitUnaskedBytes(server: Server): UnaskedBytes {
  /** Up to how many bytes each connection may have sent. */
  const allowed = new Map<Duplex, number>();
  let looking: NodeJS.Timeout | null = null;

  function look(): void {
    for (const [connection, bytes] of allowed) if (bytesOf(connection) > bytes) connection.destroy();
  }

  server.on('connection', (connection) => {
    allowed.set(connection, MAX_UNASKED_BYTES);
    looking ??= setInterval(look, LOOK_EVERY_MS).unref();
    connection.once('close', () => allowed.delete(connection));
  });
  server.on('close', () => {
    if (looking !== null) clearInterval(looking);
    looking = null;
  });

  return {
    expect(connection, bodyBytes) {
      allowed.set(connection, bytesOf(connection) + bodyBytes + MAX_UNASKED_BYTES);
    },
    forget: (connection) => void allowed.delete(connection),
  };
}

function bytesOf(connection: Duplex): number {
  return connection instanceof Socket ? connection.bytesRead : 0;
}
