import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { createDispatcher } from '#core/app/rpc/dispatcher.ts';
import { createEventBus } from '#core/base/events/event-bus.ts';
import { connect } from '#shared/contract/client.ts';
import { type Caller, longQuery, lookingMutation, mutation, query } from '#shared/contract/define.ts';
import type { ServerMessage, ServerWire } from '#shared/contract/wire.ts';
import { PersonId } from '#shared/domain/ids.ts';
import { createRecordingLogger } from '../../helpers/recording-logger.ts';
import { memoryWires } from '../../helpers/test-core.ts';
import { plain } from '#shared/words/words.ts';

/** Called with each word that a schema looks at. */
let onRead = (): void => undefined;
function isRead(): boolean {
  onRead();
  return true;
}

const contract = {
  test: {
    large: query(z.object({}), z.object({ text: z.string() })),
    wait: query(z.object({}), z.object({})),
    sift: longQuery(z.object({}), z.object({})),
    note: mutation(z.object({ word: z.string() }), z.object({})),
    take: lookingMutation(z.object({ writesForMs: z.number() }), z.object({})),
    list: query(z.object({ words: z.array(z.string().refine(isRead)).max(50_000) }), z.object({})),
    anything: query(z.object({ value: z.unknown() }), z.object({})),
  },
};
const ANSWER = 'x'.repeat(100_000);
const BEN: Caller = { role: 'annotator', personId: PersonId.parse('ben'), name: () => 'Ben' };

const CID: Caller = { ...BEN, personId: PersonId.parse('cid'), name: () => 'Cid' };
const DAN: Caller = { ...BEN, personId: PersonId.parse('dan'), name: () => 'Dan' };

function setUp() {
  const logger = createRecordingLogger();
  const events = createEventBus(logger);
  const noted: string[] = [];
  const counts = { large: 0, waiting: 0, anything: 0, words: 0 };
  onRead = () => void counts.words++;
  function untilGivenUp(_nothing: unknown, { signal }: { readonly signal: AbortSignal }): Promise<never> {
    counts.waiting++;
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        counts.waiting--;
        reject(new Error('aborted'));
      });
    });
  }
  const dispatcher = createDispatcher({
    contract,
    events,
    logger,
    defaultActor: () => 'me',
    openProject: () => null,
    handlers: {
      test: {
        large() {
          counts.large++;
          return { text: ANSWER };
        },
        wait: untilGivenUp,
        sift: untilGivenUp,
        async note({ word }) {
          noted.push(word);
          if (word.startsWith('long')) await new Promise((resolve) => setTimeout(resolve, word === 'long' ? 400 : 2_600));
          await new Promise((resolve) => setImmediate(resolve));
          return {};
        },
        async take({ writesForMs }, { inTurn }) {
          await inTurn(() => new Promise((resolve) => setTimeout(resolve, writesForMs)));
          return {};
        },
        list: () => ({}),
        anything() {
          counts.anything++;
          return {};
        },
      },
    },
  });
  function client(changes: Partial<ServerWire> = {}, who: Caller | string = 'ann') {
    const { client: wire, server } = memoryWires();
    dispatcher.serve({ ...server, ...changes }, who);
    return { ...connect(contract, wire), wire };
  }
  return { client, counts, noted, events, logger };
}

/** The core's end of a connection whose client takes nothing. */
function unreadWire() {
  const sent: ServerMessage[] = [];
  let bytes = 0;
  let wasDropped = false;
  const wire: Partial<ServerWire> = {
    send(message) {
      sent.push(message);
      bytes += JSON.stringify(message).length;
    },
    backlogBytes: () => bytes,
    drop: () => void (wasDropped = true),
  };
  return { wire, sent, takeAll: () => void (bytes = 0), wasDropped: () => wasDropped };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));

describe('a client that asks for thousands of large answers and reads none', () => {
  it('has few of them worked out, gets the rest as it reads, and keeps nobody waiting', async () => {
    const { client, counts } = setUp();
    const unread = unreadWire();
    const greedy = client(unread.wire);
    for (let id = 1; id <= 200; id++) greedy.wire.send({ type: 'call', id, path: 'test.large', input: {} });
    await settled();
    expect(counts.large).toBeGreaterThan(0);
    expect(counts.large).toBeLessThan(40);
    await expect(client().api.test.large({})).resolves.toEqual({ text: ANSWER });
    await vi.waitFor(() => {
      unread.takeAll();
      expect(unread.sent).toHaveLength(200);
    }, 10_000);
  });

  it('is refused for asking too much, call by call', async () => {
    const { client } = setUp();
    const { api } = client();
    const all = await Promise.allSettled(Array.from({ length: 2000 }, () => api.test.large({})));
    const refused = all.filter((one) => one.status === 'rejected');
    expect(refused.length).toBeGreaterThan(1000);
    for (const { reason } of refused)
      expect(reason).toMatchObject({ code: 'busy', message: expect.stringContaining('Nothing was changed') });
    await expect(api.test.large({})).resolves.toEqual({ text: ANSWER });
  });

  it('is given up when even the news pile up for it', async () => {
    const { client, events, logger } = setUp();
    const unread = unreadWire();
    client(unread.wire);
    for (let count = 0; count < 2000; count++) events.emit('notice', { level: 'info', title: plain('News'), message: plain(ANSWER) });
    expect(unread.wasDropped()).toBe(true);
    expect(unread.sent.length).toBeLessThan(1000);
    expect(logger.lines).toMatchObject([{ level: 'warn', message: 'a client that reads nothing was dropped' }]);
  });

  it('may take its time over one that is larger than everything else may be together, but not over two', async () => {
    const { client, events } = setUp();
    const unread = unreadWire();
    // As if each answer were of 100 MB.
    const reader = client({ ...unread.wire, backlogBytes: () => (unread.wire.backlogBytes?.() ?? 0) * 1000 });
    reader.wire.send({ type: 'call', id: 1, path: 'test.large', input: {} });
    await settled();
    events.emit('notice', { level: 'info', title: plain('News'), message: plain('short') });
    expect(unread.sent).toHaveLength(2);
    expect(unread.wasDropped()).toBe(false);
    events.emit('notice', { level: 'info', title: plain('News'), message: plain(ANSWER) });
    expect(unread.wasDropped()).toBe(true);
  });
});

describe('many calls at once', () => {
  it('of one client are carried out in turn with those of another, commands too', async () => {
    const { client, noted } = setUp();
    const [busy, other] = [client().api, client().api];
    const all = Array.from({ length: 100 }, (_, index) => busy.test.note({ word: `busy ${index}` }));
    await other.test.note({ word: 'other' });
    expect(noted.indexOf('other')).toBeLessThan(5);
    await Promise.all(all);
    expect(noted.filter((word) => word !== 'other')).toEqual(Array.from({ length: 100 }, (_, index) => `busy ${index}`));
  });

  it('that take long leave half of the time to others, where an annotator sends them', async () => {
    const { client, noted } = setUp();
    const annotator = client({}, BEN).api;
    const owner = client().api;
    const long = Promise.all([annotator.test.note({ word: 'long' }), annotator.test.note({ word: 'long' })]);
    await vi.waitFor(() => expect(noted).toContain('long'));
    while (noted.lastIndexOf('long') === noted.indexOf('long')) await owner.test.note({ word: 'mine' });
    expect(noted.lastIndexOf('long') - noted.indexOf('long')).toBeGreaterThan(3);
    await long;
  });

  it('leave as much to others as they took, however long that was', async () => {
    const { client } = setUp();
    const annotator = client({}, BEN).api;
    const startedMs = performance.now();
    await annotator.test.note({ word: 'longer' });
    const tookMs = performance.now() - startedMs;
    await client().api.test.note({ word: 'mine' });
    expect(performance.now() - startedMs - tookMs).toBeLessThan(1_000);
    await annotator.test.note({ word: 'next' });
    expect(performance.now() - startedMs).toBeGreaterThan(2 * 2_500);
  });

  it('that looked at files first leave to others what their writing took', async () => {
    const { client } = setUp();
    const annotator = client({}, BEN).api;
    await annotator.test.take({ writesForMs: 600 });
    const startedMs = performance.now();
    await client().api.test.note({ word: 'mine' });
    await annotator.test.note({ word: 'next' });
    expect(performance.now() - startedMs).toBeGreaterThan(500);
  });

  it('that were given up leave the line, whether they had begun or not', async () => {
    const { client, counts } = setUp();
    const { api } = client();
    const abort = new AbortController();
    const given = Array.from({ length: 100 }, () => api.test.wait({}, { signal: abort.signal }));
    await vi.waitFor(() => expect(counts.waiting).toBe(16), 10_000);
    abort.abort();
    const outcomes = await Promise.allSettled(given);
    expect(outcomes.every((one) => one.status === 'rejected' && one.reason.code === 'cancelled')).toBe(true);
    expect(counts.waiting).toBe(0);
    await expect(api.test.large({})).resolves.toEqual({ text: ANSWER });
  });
});

describe('queries that go over the whole project', () => {
  it('run one at a time for each person, however many pages ask, and few for all annotators; nothing else waits for them', async () => {
    const { client, counts } = setUp();
    const stop = new AbortController();
    const codes: string[] = [];
    async function ask(who: Caller | string): Promise<void> {
      await client({}, who)
        .api.test.sift({}, { signal: stop.signal })
        .catch(({ code }: { code: string }) => codes.push(code));
    }
    const asked = Array.from({ length: 30 }, () => ask(BEN));
    await settled();
    expect(counts.waiting).toBe(1);
    expect(codes).toEqual(Array.from({ length: 26 }, () => 'busy'));
    asked.push(ask(CID), ask(DAN));
    await settled();
    expect(counts.waiting).toBe(2);
    asked.push(ask('me'));
    await vi.waitFor(() => expect(counts.waiting).toBe(3), 10_000);
    await expect(client({}, BEN).api.test.large({})).resolves.toEqual({ text: ANSWER });
    stop.abort();
    await Promise.all(asked);
    expect(codes.filter((code) => code === 'cancelled')).toHaveLength(7);
  });

  it('end with the page that asked', async () => {
    const { client, counts } = setUp();
    const { client: wire, server, close } = memoryWires();
    client(server, BEN);
    wire.send({ type: 'call', id: 1, path: 'test.sift', input: {} });
    await vi.waitFor(() => expect(counts.waiting).toBe(1), 10_000);
    close();
    expect(counts.waiting).toBe(0);
  });
});

describe('an input', () => {
  const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);

  it.each([
    ['deeper', nested(100)],
    ['longer', Array.from({ length: 200_000 }, () => 1)],
  ])('that is %s than anything of ours is refused before any schema looks at it', async (_what, value) => {
    const { client, counts } = setUp();
    await expect(client().api.test.anything({ value })).rejects.toMatchObject({ code: 'invalid-input' });
    expect(counts.anything).toBe(0);
    await expect(client().api.test.anything({ value: nested(10) })).resolves.toEqual({});
  });

  it.each([
    ['in ten thousand elements', { words: Array.from({ length: 10_000 }, () => null) }],
    [
      'in its last elements alone',
      { words: [...Array.from({ length: 2_000 }, () => 'word'), ...Array.from({ length: 8_000 }, () => null)] },
    ],
    ['for it is no list', { words: 7 }],
  ])('that is wrong is refused in a few words, and nothing behind the first fault is looked at: %s', async (_where, { words }) => {
    const { client, counts } = setUp();
    const call = client().api.test.list({ words: words as string[] });
    await expect(call).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringMatching(/^test\.list: .{1,500}$/su) });
    expect(counts.words).toBeLessThan(2_100);
  });

  it('whose list is too long is refused before anything in it is looked at', async () => {
    const { client, counts } = setUp();
    const words = Array.from({ length: 60_000 }, () => 'word');
    await expect(client().api.test.list({ words })).rejects.toMatchObject({ code: 'invalid-input' });
    expect(counts.words).toBe(0);
  });

  it('with more names than anything of ours is refused before any schema looks at it', async () => {
    const { client, counts } = setUp();
    const value = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`name ${index}`, null]));
    await expect(client().api.test.anything({ value })).rejects.toMatchObject({ code: 'invalid-input' });
    expect(counts.anything).toBe(0);
  });
});

describe('inputs that are wrong again and again', () => {
  it('keep nobody else waiting: each is looked at in the turn of who sent it, who then rests', async () => {
    const { client, counts } = setUp();
    const [busy, other] = [client({}, BEN).api, client().api];
    // Each takes long to find out: the last of many elements is wrong.
    const words = [...Array.from({ length: 40_000 }, () => 'word'), null] as string[];
    const wrong = Array.from({ length: 100 }, () => busy.test.list({ words }).catch(({ code }: { code: string }) => code));
    for (let turn = 0; turn < 10; turn++) await expect(other.test.list({ words: ['mine'] })).resolves.toEqual({});
    // Were they looked at as they come, all hundred had been.
    expect(counts.words).toBeLessThan(20 * words.length);
    await settled();
    expect(counts.words).toBeLessThan(20 * words.length);
    expect(wrong).toHaveLength(100);
  });

  it('are all answered, each with what is wrong', async () => {
    const { client } = setUp();
    const { api } = client({}, BEN);
    const wrong = Array.from({ length: 100 }, () => api.test.list({ words: [7 as unknown as string] }));
    const outcomes = await Promise.allSettled(wrong);
    expect(outcomes.every((one) => one.status === 'rejected' && one.reason.code === 'invalid-input')).toBe(true);
    await expect(api.test.large({})).resolves.toEqual({ text: ANSWER });
  });
});
