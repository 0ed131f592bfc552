import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSessionSecrets } from '#core/base/secrets/secrets.ts';
import type { CoreProcess } from '../../../src-main/hosts/electron/core-launcher.ts';
import type { FromCore, ToCore } from '../../../src-main/hosts/electron/core-messages.ts';
import { superviseCore } from '../../../src-main/hosts/electron/core-supervisor.ts';

/** A core process whose life the test directs. */
interface StagedCore {
  readonly args: readonly string[];
  readonly received: ToCore[];
  wasKilled: boolean;
  say(message: FromCore | { readonly type: 'gossip' }): void;
  end(how: string): void;
}

function setUp() {
  const cores: StagedCore[] = [];
  const lastWords: string[] = [];
  const errors: string[] = [];
  const supervisor = superviseCore({
    entryPath: 'core-process.js',
    args: ['--sample'],
    secrets: createSessionSecrets(),
    onGaveUp: (message) => lastWords.push(message),
    onError: (_error, what) => errors.push(what),
    launch(_entryPath, args): CoreProcess {
      let deliver = (_message: unknown): void => undefined;
      const ended = new Set<(how: string) => void>();
      const core: StagedCore = {
        args,
        received: [],
        wasKilled: false,
        say: (message) => deliver(message),
        end: (how) => ended.forEach((listener) => listener(how)),
      };
      cores.push(core);
      return {
        send: (message) => void core.received.push(message),
        onMessage: (listener) => void (deliver = listener),
        onExit: (listener) => void ended.add(listener),
        kill: () => void (core.wasKilled = true),
      };
    },
  });
  const newest = (): StagedCore => {
    const core = cores.at(-1);
    if (core === undefined) throw new Error('no core was started');
    return core;
  };
  return { supervisor, cores, newest, lastWords, errors };
}

describe('the supervisor of the core', () => {
  it('starts a successor after a crash, which reopens what was open instead of the sample', async () => {
    const { supervisor, cores, newest } = setUp();
    newest().say({ type: 'ready' });
    await supervisor.whenReady();
    newest().end('SIGSEGV');
    expect(cores.map(({ args }) => args)).toEqual([['--sample'], []]);
  });

  it('notes a message that it does not understand, and goes on with the core that sent it', async () => {
    const { supervisor, cores, newest, errors } = setUp();
    newest().say({ type: 'gossip' });
    newest().say({ type: 'ready' });
    await supervisor.whenReady();
    expect(errors).toEqual(['a message of the core was not understood']);
    expect(cores).toHaveLength(1);
  });

  it('keeps whoever waits for a first core waiting for the one that becomes ready', async () => {
    const { supervisor, cores, newest } = setUp();
    const ready = supervisor.whenReady();
    newest().end('exit code 1');
    expect(newest().args).toEqual(['--sample']);
    newest().say({ type: 'ready' });
    await ready;
    expect(cores).toHaveLength(2);
  });

  it('closes wires and refuses calls of a core that ended, and serves new ones from its successor', async () => {
    const { supervisor, newest } = setUp();
    newest().say({ type: 'ready' });
    let isClosed = false;
    const wire = supervisor.openWire({ onMessage: () => undefined, onClose: () => void (isClosed = true) });
    const refused = supervisor.request({ kind: 'media', url: '/frame/x' });
    await Promise.resolve();
    newest().end('SIGKILL');
    expect(isClosed).toBe(true);
    await expect(refused).rejects.toMatchObject({ code: 'disconnected' });
    wire.send({ type: 'call' });
    newest().say({ type: 'ready' });
    expect(newest().received).toEqual([]);
    supervisor.openWire({ onMessage: () => undefined, onClose: () => undefined });
    expect(newest().received).toMatchObject([{ type: 'wire-open' }]);
  });

  it('notifies the core that nobody waits for an answer any more', async () => {
    const { supervisor, newest } = setUp();
    newest().say({ type: 'ready' });
    const abort = new AbortController();
    const refused = supervisor.request({ kind: 'media', url: '/frame/x/1' }, abort.signal);
    await vi.waitFor(() => expect(newest().received).toHaveLength(1), 10_000);
    const [asked] = newest().received;
    const requestId = asked?.type === 'request' ? asked.requestId : -1;
    abort.abort();
    expect(newest().received).toMatchObject([{ type: 'request' }, { type: 'cancel-request', requestId }]);
    newest().say({ type: 'refusal', requestId, code: 'cancelled', message: 'Nobody waits.' });
    await expect(refused).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('gives up, with the reason, on a core that says why it cannot start', async () => {
    const { supervisor, newest, cores, lastWords } = setUp();
    newest().say({ type: 'failed', message: 'The disk is full.' });
    expect(lastWords).toEqual(['The disk is full.']);
    expect(newest().wasKilled).toBe(true);
    await expect(supervisor.whenReady()).rejects.toMatchObject({ code: 'disconnected', message: 'The disk is full.' });
    newest().end('SIGKILL');
    expect(cores).toHaveLength(1);
  });

  it('gives up on a core that crashes for the sixth time within a minute', () => {
    const { cores, newest, lastWords } = setUp();
    for (let crash = 0; crash < 6; crash++) newest().end('SIGSEGV');
    expect(cores).toHaveLength(6);
    expect(lastWords).toEqual(['The studio core stopped 6 times within a minute, the last time with SIGSEGV.']);
  });

  it('goes on after crashes that are minutes apart, also when the clock is set back between them', () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { newest, lastWords } = setUp();
    for (let crash = 0; crash < 8; crash++) {
      newest().end('SIGSEGV');
      vi.advanceTimersByTime(5 * 60_000);
      vi.setSystemTime(Date.now() - 3_600_000);
    }
    expect(lastWords).toEqual([]);
  });

  it('lets the core finish at the end, and starts no other', async () => {
    const { supervisor, cores, newest, lastWords } = setUp();
    newest().say({ type: 'ready' });
    const ended = supervisor.shutdown();
    expect(newest().received).toEqual([{ type: 'shutdown' }]);
    newest().end('exit code 0');
    await ended;
    expect([cores.length, lastWords]).toEqual([1, []]);
  });
});
