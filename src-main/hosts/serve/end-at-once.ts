import type { WebSocket } from 'ws';

export type EndableWire = Pick<WebSocket, 'terminate'> & { removeAllListeners(event: 'message' | 'ping' | 'pong'): unknown };

/** Ends a wire without a word, which would be work for whoever reads nothing; what was read of it already is heard by nobody. */
export function endAtOnce(wire: EndableWire): void {
  for (const event of ['message', 'ping', 'pong'] as const) wire.removeAllListeners(event);
  forgetWhatWasRead(wire);
  wire.terminate();
}

/**
 * ws takes apart all that it has read, ten thousand frames at worst, also for a wire that has ended, and cannot be told not to: so what it
 * has left is taken from it. Where a newer one keeps it elsewhere, that takes its time again and nothing else happens.
 */
function forgetWhatWasRead(wire: EndableWire): void {
  const receiver: unknown = Reflect.get(wire, '_receiver');
  if (typeof receiver !== 'object' || receiver === null || !('_buffers' in receiver) || !('_bufferedBytes' in receiver)) return;
  receiver._buffers = [];
  receiver._bufferedBytes = 0;
}
