import type { WebSocket } from 'ws';
import { ClientMessage, type ServerMessage, type Wire } from '#shared/contract/wire.ts';

/** A client's WebSocket as the core's end of a wire. What is not a well-formed message closes the socket (1007, RFC 6455 §7.4.1). */
export function socketWire(socket: WebSocket): Wire<ServerMessage, ClientMessage> {
  return {
    send(message) {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
    },
    onMessage(listener) {
      const onMessage = (data: unknown, isBinary: boolean): void => {
        const parsed = isBinary ? null : ClientMessage.safeParse(parseJson(String(data)));
        if (parsed?.success === true) listener(parsed.data);
        else socket.close(1007, 'Not a message of this protocol');
      };
      socket.on('message', onMessage);
      return () => socket.off('message', onMessage);
    },
    onClose(listener) {
      socket.on('close', listener);
      return () => socket.off('close', listener);
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the schema refuses it in one place with everything else that is malformed.
    return undefined;
  }
}
