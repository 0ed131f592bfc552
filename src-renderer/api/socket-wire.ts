import { AppError } from '#shared/contract/errors.ts';
import { ServerMessage, type ClientMessage, type Wire } from '#shared/contract/wire.ts';
import { words } from '#shared/words/words.ts';

/** Opens a WebSocket that carries one JSON message per frame. Rejects when it cannot be opened. */
export function openSocketWire(url: URL): Promise<Wire<ClientMessage, ServerMessage>> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.addEventListener('open', () => resolve(socketWire(socket)), { once: true });
    socket.addEventListener('close', () => reject(new AppError('disconnected', words('wire.noServer'))), { once: true });
  });
}

function socketWire(socket: WebSocket): Wire<ClientMessage, ServerMessage> {
  return {
    send(message) {
      // Closing is reported by the close event; a send into the void must not throw on top of it.
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
    onMessage(listener) {
      const handle = ({ data }: MessageEvent<string>): void => listener(ServerMessage.parse(JSON.parse(data)) as ServerMessage);
      socket.addEventListener('message', handle);
      return () => socket.removeEventListener('message', handle);
    },
    onClose(listener) {
      const handle = (): void => listener();
      socket.addEventListener('close', handle);
      return () => socket.removeEventListener('close', handle);
    },
  };
}
