import { describe, expect, test, vi } from 'vitest';
import { AppError } from '#shared/contract/errors.ts';
import type { ClientMessage, ServerMessage, Wire } from '#shared/contract/wire.ts';
import { openCoreConnection, retryDelayMs } from '../../../../src-renderer/api/connection.ts';
import { inEnglish, plain } from '#shared/words/words.ts';

/** A wire whose other end the test holds. */
function testWire() {
  const messageListeners = new Set<(message: ServerMessage) => void>();
  const closeListeners = new Set<() => void>();
  const sent: ClientMessage[] = [];
  const wire: Wire<ClientMessage, ServerMessage> = {
    send: (message) => sent.push(message),
    onMessage: (listener) => {
      messageListeners.add(listener);
      return () => messageListeners.delete(listener);
    },
    onClose: (listener) => {
      closeListeners.add(listener);
      return () => closeListeners.delete(listener);
    },
  };
  return {
    wire,
    sent,
    say: (message: ServerMessage) => {
      for (const listener of messageListeners) listener(message);
    },
    close: () => {
      for (const listener of closeListeners) listener();
    },
  };
}

/** A host that hands out the given wires one after the other; `null`: the core is not there yet. */
function hostOf(wires: (ReturnType<typeof testWire> | null)[]) {
  return {
    openWire: () => {
      const next = wires.shift();
      return next ? Promise.resolve(next.wire) : Promise.reject(new Error('no core'));
    },
  };
}

const answer = (end: ReturnType<typeof testWire>, value: unknown): void => end.say({ type: 'result', id: end.sent.at(-1)?.id ?? 0, value });

describe('the connection to the core', () => {
  test('calls that were made before it stands are sent when it does', async () => {
    const end = testWire();
    const core = openCoreConnection(hostOf([end]));
    const videos = core.api.videos.list({});
    await vi.waitFor(() => expect(end.sent).toMatchObject([{ path: 'videos.list' }]));
    answer(end, []);
    expect(await videos).toEqual([]);
    expect(core.getState()).toBe('connected');
  });

  test('what is done while it stands is sent before anything is drawn', async () => {
    const end = testWire();
    const core = openCoreConnection(hostOf([end]));
    await vi.waitFor(() => expect(core.getState()).toBe('connected'));
    const undone = core.api.history.undo({});
    expect(end.sent).toMatchObject([{ path: 'history.undo' }]);
    answer(end, null);
    await undone;
  });

  test('after a crash of the core it comes back on a new wire, with the same subscriptions', async () => {
    const [first, second] = [testWire(), testWire()];
    const core = openCoreConnection(hostOf([first, null, second]));
    const received: string[] = [];
    core.on('notice', ({ title }) => received.push(inEnglish(title)));
    const states: string[] = [];
    core.onStateChange(() => states.push(core.getState()));
    await vi.waitFor(() => expect(core.getState()).toBe('connected'));

    const lost = core.api.videos.list({});
    await vi.waitFor(() => expect(first.sent).toHaveLength(1));
    first.close();
    await expect(lost).rejects.toMatchObject({ code: 'disconnected' });
    await vi.waitFor(() => expect(core.getState()).toBe('connected'));
    second.say({ type: 'event', name: 'notice', payload: { level: 'info', title: plain('back'), message: plain('') } });

    expect(states).toEqual(['connected', 'reconnecting', 'connected']);
    expect(received).toEqual(['back']);
  });

  test('while it is away, questions wait and changes are refused unsent', async () => {
    const [first, second] = [testWire(), testWire()];
    const wires = [first, null, second];
    const core = openCoreConnection(hostOf(wires));
    await vi.waitFor(() => expect(core.getState()).toBe('connected'));
    first.close();

    const question = core.api.videos.list({});
    await expect(core.api.history.undo({})).rejects.toThrow(AppError);
    await vi.waitFor(() => expect(second.sent).toMatchObject([{ path: 'videos.list' }]));
    answer(second, []);
    expect(await question).toEqual([]);
  });

  test('it asks again more and more rarely, but at least every four seconds', () => {
    const delays = Array.from({ length: 12 }, (_, attempt) => retryDelayMs(attempt));
    expect(delays.toSorted((a, b) => a - b)).toEqual(delays);
    expect(Math.max(...delays)).toBe(4000);
  });
});
