import type { WebSocket } from 'ws';
import { parseJson } from '#shared/parse-json.ts';
import { ClientMessage, type ServerWire } from '#shared/contract/wire.ts';

/** RFC 6455 §7.4.1: what is not a well-formed message; the IANA registry: a server that has too much to do. */
const NOT_A_MESSAGE = 1007;
const TOO_SLOW = 1013;

/** A client's WebSocket as the core's end of a wire. What is not a well-formed message closes the socket. */
export function socketWire(socket: WebSocket): ServerWire {
  return {
    send(message) {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
    },
    onMessage(listener) {
      const onMessage = (data: unknown, isBinary: boolean): void => {
        const parsed = isBinary ? null : ClientMessage.safeParse(parseJson(String(data)));
        if (parsed?.success === true) listener(parsed.data);
        else socket.close(NOT_A_MESSAGE, 'Not a message of this protocol');
      };
      socket.on('message', onMessage);
      return () => socket.off('message', onMessage);
    },
    onClose(listener) {
      socket.on('close', listener);
      return () => socket.off('close', listener);
    },
    backlogBytes: () => socket.bufferedAmount,
    // One that reads nothing does not read why either: ws ends the connection when the other end does not answer.
    drop: () => socket.close(TOO_SLOW, 'Too much was not read'),
  };
}
