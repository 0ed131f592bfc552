import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** A browser sends the next request of a connection when it has the answer to the one before, so there is an overlap of a moment at most. */
const MAX_UNANSWERED = 3;

/**
 * Answers the requests of each connection one after the other. Node would begin them all at once, and keep what each of them opened until
 * its turn comes to be sent: for ever, when the connection closes before. A connection that brings request after request without taking the
 * answers is closed. So each holds one thing open, and there are only so many connections (`connections.ts`).
 */
export function answerInTurn(server: Server, answer: (request: IncomingMessage, response: ServerResponse) => void): void {
  /** What is to be done on each connection; the first is under way. */
  const lines = new WeakMap<Duplex, (() => void)[]>();

  server.on('request', (request, response) => {
    const { socket } = request;
    const line = lines.get(socket) ?? [];
    lines.set(socket, line);
    if (line.length >= MAX_UNANSWERED) return void socket.destroy();
    line.push(() => {
      response.once('close', () => {
        line.shift();
        if (!socket.destroyed && !socket.writableEnded) line[0]?.();
      });
      answer(request, response);
    });
    if (line.length === 1) line[0]?.();
  });

  // Whoever takes a connection over as a wire leaves no answer behind on it.
  server.on('upgrade', (_request, socket) => {
    if ((lines.get(socket)?.length ?? 0) > 0) socket.destroy();
  });
}
