import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RequestGate } from './request-gate.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Answers the requests of each connection one after the other. Node would begin them all at once, and keep what each of them opened until
 * its turn comes to be sent: for ever, when the connection closes before. A connection that brings request after request without taking the
 * answers is closed by `gate`. So each holds one thing open, and there are only so many connections (`connections.ts`).
 */
export function answerInTurn(server: Server, gate: Pick<RequestGate, 'answered'>, answer: Answer): void {
  /** What is to be done on each connection; the first is under way. */
  const lines = new WeakMap<Duplex, (() => void)[]>();

  const take: Answer = (request, response) => {
    const { socket } = request;
    const line = lines.get(socket) ?? [];
    lines.set(socket, line);
    line.push(() => {
      response.once('close', () => {
        line.shift();
        gate.answered(socket);
        if (!socket.destroyed && !socket.writableEnded) line[0]?.();
      });
      answer(request, response);
    });
    if (line.length === 1) line[0]?.();
  };

  server.on('request', take);
  // Who asks before they send a body are told to go on once it is wanted (`upload-route.ts`); after another answer they may not send it.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    response.shouldKeepAlive = false;
    take(request, response);
  });
}
