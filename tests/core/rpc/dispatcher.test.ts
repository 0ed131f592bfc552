import Database from 'better-sqlite3';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { createDispatcher } from '#core/app/rpc/dispatcher.ts';
import { createEventBus } from '#core/base/events/event-bus.ts';
import { connect } from '#shared/contract/client.ts';
import { type Caller, lookingMutation, mutation, query } from '#shared/contract/define.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { ClientMessage } from '#shared/contract/wire.ts';
import { PersonId } from '#shared/domain/ids.ts';
import { plain } from '#shared/words/words.ts';
import { createRecordingLogger } from '../../helpers/recording-logger.ts';
import { memoryWires } from '../../helpers/test-core.ts';

const text = z.object({ text: z.string() });
const contract = {
  test: {
    echo: query(text, text),
    whoAmI: query(z.object({}), text),
    appendFound: lookingMutation(z.object({}), text),
    append: mutation(z.object({ text: z.string(), afterMs: z.number() }), text),
    fail: query(z.object({ how: z.enum(['app', 'unexpected', 'output', 'full', 'no-space']) }), text),
    slow: query(z.object({}), text),
  },
};

function setUp() {
  const logger = createRecordingLogger();
  const events = createEventBus(logger);
  const appended: string[] = [];
  const open = { project: 'mine' };
  /** What commands look for that look first: their signals, and what gives it to them. */
  const looks: AbortSignal[] = [];
  const found: (() => void)[] = [];
  const errors = {
    app: () => new AppError('media-missing', plain('The video is gone.')),
    unexpected: () => new Error('secret path /home/ann'),
    output: () => new Error('not thrown'),
    full: () => new Database.SqliteError('database or disk is full', 'SQLITE_FULL'),
    'no-space': () => Object.assign(new Error('write'), { code: 'ENOSPC' }),
  };
  const dispatcher = createDispatcher({
    contract,
    events,
    logger,
    defaultActor: () => 'me',
    openProject: () => open.project,
    handlers: {
      test: {
        echo: ({ text: said }) => ({ text: said, extra: 'not of the contract' }),
        whoAmI: (_nothing, { actor }) => ({ text: actor }),
        async appendFound(_nothing, { signal, inTurn }) {
          looks.push(signal);
          await new Promise<void>((resolve, reject) => {
            found.push(resolve);
            signal.addEventListener('abort', () => reject(new AppError('cancelled', plain('Cancelled'))), { once: true });
          });
          return inTurn(() => {
            appended.push('found');
            return { text: appended.join(' ') };
          });
        },
        async append({ text: word, afterMs }) {
          await new Promise((resolve) => setTimeout(resolve, afterMs));
          appended.push(word);
          return { text: appended.join(' ') };
        },
        fail({ how }) {
          if (how === 'output') return { text: 7 } as unknown as { text: string };
          throw errors[how]();
        },
        slow: (_nothing, { signal }) =>
          new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true })),
      },
    },
  });
  function client(who?: Caller | string) {
    const { client: end, server, close } = memoryWires();
    dispatcher.serve(server, who);
    const seen = open.project;
    return { ...connect(contract, end, () => seen), wire: end, close };
  }
  return { logger, events, client, dispatcher, looks, found, open };
}

describe('the dispatcher', () => {
  it('lets nothing out that is not of the contract', async () => {
    expect(await setUp().client().api.test.echo({ text: 'hello' })).toEqual({ text: 'hello' });
  });

  it('takes the actor from the connection, else the settings', async () => {
    const { client } = setUp();
    expect(await client('ann').api.test.whoAmI({})).toEqual({ text: 'ann' });
    expect(await client().api.test.whoAmI({})).toEqual({ text: 'me' });
  });

  it('runs mutations one after the other, whoever sent them, also after one has failed', async () => {
    const { client } = setUp();
    const results = await Promise.allSettled([
      client().api.test.append({ text: 'one', afterMs: 20 }),
      client().api.test.append({ text: 'two', afterMs: 0 }),
      client().api.test.append({ text: 3 as unknown as string, afterMs: 0 }),
      client().api.test.append({ text: 'four', afterMs: 0 }),
    ]);
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value.text : result.reason.code))).toEqual([
      'one',
      'one two',
      'invalid-input',
      'one two four',
    ]);
  });

  it('does in no other project what somebody meant for the one that they saw', async () => {
    const { client, open, found } = setUp();
    const { api } = client();
    const otherProject = expect.objectContaining({ code: 'no-project' });
    const refused = [expect(api.test.appendFound({})).rejects.toThrow(otherProject)];
    const before = api.test.append({ text: 'one', afterMs: 300 });
    refused.push(expect(api.test.append({ text: 'two', afterMs: 0 })).rejects.toThrow(otherProject));
    await vi.waitFor(() => expect(found).toHaveLength(1));
    open.project = 'a copy of mine';
    found[0]?.();
    expect(await before).toEqual({ text: 'one' });
    await Promise.all(refused);
    expect(await api.test.echo({ text: 'still read' })).toEqual({ text: 'still read' });
    expect(await client().api.test.append({ text: 'three', afterMs: 0 })).toEqual({ text: 'one three' });
  });

  it('does not begin a mutation that was cancelled while it waited', async () => {
    const { client } = setUp();
    const { api } = client();
    const abort = new AbortController();
    const first = api.test.append({ text: 'one', afterMs: 30 });
    const second = api.test.append({ text: 'two', afterMs: 0 }, { signal: abort.signal });
    abort.abort();
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
    await first;
    expect(await api.test.append({ text: 'three', afterMs: 0 })).toEqual({ text: 'one three' });
  });

  it('has nobody wait for a command that looks first, which then writes in its turn', async () => {
    const { client, looks, found } = setUp();
    const { api } = client();
    const looking = api.test.appendFound({});
    await vi.waitFor(() => expect(looks).toHaveLength(1));
    expect(await api.test.append({ text: 'one', afterMs: 0 })).toEqual({ text: 'one' });
    const slow = client().api.test.append({ text: 'two', afterMs: 20 });
    found[0]?.();
    expect(await looking).toEqual({ text: 'one two found' });
    await slow;
  });

  it('has few look at a time, and nobody for who has gone', async () => {
    const { client, looks } = setUp();
    const annotators = Array.from({ length: 6 }, (_, index) => {
      const caller = { role: 'annotator', personId: PersonId.parse(`p${index}`), name: () => 'ben' } as const;
      return client(caller);
    });
    const calls = annotators.flatMap(({ api }) => [api.test.appendFound({}), api.test.appendFound({})]);
    for (const call of calls) call.catch(() => undefined);
    await vi.waitFor(() => expect(looks).toHaveLength(4));
    // Owners have places of their own.
    client()
      .api.test.appendFound({})
      .catch(() => undefined);
    await vi.waitFor(() => expect(looks).toHaveLength(5));
    for (const { close } of annotators) close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(looks.map(({ aborted }) => aborted)).toEqual([true, true, true, true, false]);
  });

  it('reports what a caller can act on, and keeps the rest to its log', async () => {
    const { client, logger } = setUp();
    const { api } = client();
    await expect(api.test.fail({ how: 'app' })).rejects.toMatchObject({ code: 'media-missing', message: 'The video is gone.' });
    await expect(api.test.fail({ how: 'full' })).rejects.toMatchObject({ code: 'disk-full' });
    await expect(api.test.fail({ how: 'no-space' })).rejects.toMatchObject({ code: 'disk-full' });
    await expect(api.test.fail({ how: 'output' })).rejects.toMatchObject({ code: 'internal' });
    await expect(api.test.fail({ how: 'unexpected' })).rejects.toSatisfy(
      (error: AppError) => error.code === 'internal' && !error.message.includes('/home/ann'),
    );
    expect(logger.lines.filter(({ level }) => level === 'error')).toHaveLength(4);
  });

  it.each(['nothing.here', 'test.nothing', 'test.append.more', 'test.append.', 'test.constructor', '__proto__.toString', '', 'test'])(
    'knows no procedure %j',
    async (path) => {
      const { dispatcher } = setUp();
      const call = dispatcher.run(path, {}, { actor: 'ann', signal: new AbortController().signal });
      await expect(call).rejects.toMatchObject({ code: 'not-found' });
    },
  );

  it('drops messages that no client of ours sends, and goes on', async () => {
    const { client, logger } = setUp();
    const { wire, api } = client();
    for (const junk of [null, 'hello', { type: 'call', id: 'x', path: 'test.echo' }, { type: 'event' }])
      wire.send(junk as unknown as ClientMessage);
    expect(await api.test.echo({ text: 'still there' })).toEqual({ text: 'still there' });
    // One line for all that come within a second.
    expect(logger.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  it('sends nothing to a client that has gone, not even what it was still working on', async () => {
    const { dispatcher, events, logger } = setUp();
    const { client: end, server } = memoryWires();
    let close = (): void => undefined;
    let isClosed = false;
    dispatcher.serve({
      ...server,
      send(message) {
        if (isClosed) throw new Error('this wire is closed');
        server.send(message);
      },
      onClose(listener) {
        close = listener;
        return () => undefined;
      },
    });
    const lost = connect(contract, end).api.test.slow({});
    lost.catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    isClosed = true;
    close();
    events.emit('changed', { table: 'videos', videoId: null });
    // An answer to a closed wire would surface here as an unhandled rejection, which fails the run.
    await new Promise((resolve) => setImmediate(resolve));
    expect(logger.lines.filter(({ message }) => message === 'an event listener failed')).toEqual([]);
  });

  it('says so when an answer is longer than a text can be, and news of that length harm nobody', async () => {
    const { dispatcher, events, logger } = setUp();
    const { client: end, server } = memoryWires();
    dispatcher.serve({
      ...server,
      send(message) {
        // As JSON.stringify does.
        if (message.type !== 'error') throw new RangeError('Invalid string length');
        server.send(message);
      },
    });
    const long = connect(contract, end).api.test.echo({ text: 'as if of a gigabyte' });
    await expect(long).rejects.toMatchObject({ code: 'unsupported', message: expect.stringContaining('longer than can be sent') });
    events.emit('changed', { table: 'videos', videoId: null });
    expect(logger.lines.map(({ message }) => message)).toEqual(['a message was too long to be sent', 'a message was too long to be sent']);
  });

  it('carries out what a client asked for before it went, also while another’s command still ran', async () => {
    const { dispatcher, client } = setUp();
    const { client: end, server } = memoryWires();
    let close = (): void => undefined;
    dispatcher.serve({
      ...server,
      onClose(listener) {
        close = listener;
        return () => undefined;
      },
    });
    const before = client().api.test.append({ text: 'slow', afterMs: 30 });
    connect(contract, end)
      .api.test.append({ text: 'last words', afterMs: 0 })
      .catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    close();
    await before;
    await dispatcher.settled();
    expect(await client().api.test.append({ text: '!', afterMs: 0 })).toEqual({ text: 'slow last words !' });
  });

  it('logs slow calls by name, not by content', async () => {
    const { client, logger } = setUp();
    await client().api.test.append({ text: 'private words', afterMs: 60 });
    const slow = logger.lines.filter(({ message }) => message === 'slow call');
    expect(slow).toMatchObject([{ details: { path: 'test.append' } }]);
    expect(JSON.stringify(slow)).not.toContain('private words');
  });
});

describe('the event bus', () => {
  it('goes on when a listener fails', () => {
    const { events, logger } = setUp();
    const received: unknown[] = [];
    events.on('changed', () => {
      throw new Error('a broken listener');
    });
    events.on('changed', (payload) => received.push(payload));
    events.emit('changed', { table: 'videos', videoId: null });
    expect(received).toHaveLength(1);
    expect(logger.lines).toMatchObject([{ level: 'error', message: 'an event listener failed' }]);
  });
});
