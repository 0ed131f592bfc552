import type { WebSocket } from 'ws';
import type { Wire } from '#shared/contract/wire.ts';

/** One end of a WebSocket that carries one JSON message per frame. */
export const socketWire = <Out, In>(socket: WebSocket): Wire<Out, In> => ({
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
});
