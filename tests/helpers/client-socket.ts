import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { ClientMessage, ServerMessage, Wire } from '#shared/contract/wire.ts';

/** A client's end of the wire of `serve`. */
export async function openSocketWire(
  url: string,
  cookie: string,
): Promise<{ wire: Wire<ClientMessage, ServerMessage>; socket: WebSocket; close(): void }> {
  const socket = new WebSocket(new URL('/wire', url.replace('http', 'ws')), { headers: { Cookie: cookie } });
  await once(socket, 'open');
  return { wire: clientWire(socket), socket, close: () => socket.close() };
}

/** One JSON message per frame, as the page sends and reads them. */
export function clientWire<Out, In>(socket: WebSocket): Wire<Out, In> {
  return {
    send: (message) => socket.send(JSON.stringify(message)),
    onMessage: (listener) => {
      const parse = (data: Buffer): void => listener(JSON.parse(data.toString()) as In);
      socket.on('message', parse);
      return () => socket.off('message', parse);
    },
    onClose: (listener) => {
      socket.on('close', listener);
      return () => socket.off('close', listener);
    },
  };
}
