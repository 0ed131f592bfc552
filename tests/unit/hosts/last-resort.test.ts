import { EventEmitter } from 'node:events';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { EXIT_AFTER_FAULT, endInOrderAfterFault } from '#core/base/last-resort.ts';

function setUp(close: () => Promise<void>) {
  const source = new EventEmitter();
  const log: string[] = [];
  const stop = endInOrderAfterFault({
    source,
    log: (error, message) => log.push(`${message}: ${String(error)}`),
    async close() {
      log.push('closing');
      await close();
      log.push('closed');
    },
    exit: (code) => log.push(`exit ${code}`),
  });
  return { source, log, stop };
}

describe('an error that nothing caught', () => {
  it.each(['uncaughtException', 'unhandledRejection'])(
    'is written down, everything is closed, then the process ends (%s)',
    async (fault) => {
      const { source, log } = setUp(async () => undefined);
      source.emit(fault, new Error('a fault'));
      await vi.waitFor(() => expect(log.at(-1)).toBe(`exit ${EXIT_AFTER_FAULT}`), 10_000);
      expect(log).toEqual([expect.stringContaining('a fault'), 'closing', 'closed', `exit ${EXIT_AFTER_FAULT}`]);
    },
  );

  it('ends the process also when closing fails, and closes once whatever comes meanwhile', async () => {
    const { source, log } = setUp(() => Promise.reject(new Error('cannot close')));
    source.emit('uncaughtException', new Error('first'));
    source.emit('uncaughtException', new Error('second'));
    await vi.waitFor(() => expect(log.at(-1)).toBe(`exit ${EXIT_AFTER_FAULT}`), 10_000);
    expect(log.filter((line) => line === 'closing')).toHaveLength(1);
    expect(log.join('\n')).toMatch(/first[^]*second[^]*cannot close/);
  });

  it('ends the process also when closing takes for ever', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { source, log } = setUp(() => new Promise(() => undefined));
    source.emit('unhandledRejection', new Error('a fault'));
    vi.advanceTimersByTime(60_000);
    expect(log.at(-1)).toBe(`exit ${EXIT_AFTER_FAULT}`);
  });

  it('is left to others once the studio has closed', () => {
    const { source, stop } = setUp(async () => undefined);
    stop();
    expect(source.listenerCount('uncaughtException') + source.listenerCount('unhandledRejection')).toBe(0);
  });
});
