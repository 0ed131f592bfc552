import { notifyManager, QueryClient, QueryObserver } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { changeOf, createEdits } from '../../../../src-renderer/api/edits.ts';
import { createQueryClient } from '../../../../src-renderer/api/queries.ts';
import { queryKeys } from '../../../../src-renderer/api/query-keys.ts';

const key = ['numbers'];

/** A core that answers when the test says so. */
function studio() {
  const queryClient = new QueryClient();
  queryClient.setQueryData(key, [1, 2, 3]);
  const edits = createEdits(queryClient);
  const asked: { readonly what: string; answer(numbers: readonly number[]): Promise<void>; refuse(): Promise<void> }[] = [];
  const send = (what: string) => (): Promise<readonly number[]> => {
    const call = Promise.withResolvers<readonly number[]>();
    const settle = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve));
    };
    asked.push({
      what,
      answer(numbers) {
        call.resolve(numbers);
        return settle();
      },
      refuse() {
        call.reject(new Error(`${what} is impossible`));
        return settle();
      },
    });
    return call.promise;
  };
  const add = (value: number, name?: string) =>
    edits.run({
      shows: [changeOf<number[]>(key, (numbers) => [...numbers, value])],
      send: send(`add ${value}`),
      learns: (numbers) => [changeOf<readonly number[]>(key, () => numbers)],
      ...(name !== undefined && { key: name }),
    });
  const shown = (): number[] | undefined => queryClient.getQueryData<number[]>(key);
  const open = (ref: string): unknown => queryClient.setQueryData(queryKeys.project, { ref });
  return { edits, asked, add, send, shown, open, names: () => asked.map(({ what }) => what) };
}

describe('what a person changes', () => {
  it('is shown at once, and asked one after the other', async () => {
    const { add, asked, names, shown } = studio();
    void add(4);
    void add(5);
    expect(shown()).toEqual([1, 2, 3, 4, 5]);
    expect(names()).toEqual(['add 4']);
    await asked[0]?.answer([1, 2, 3, 4]);
    expect(names()).toEqual(['add 4', 'add 5']);
    expect(shown()).toEqual([1, 2, 3, 4, 5]);
    await asked[1]?.answer([1, 2, 3, 4, 5]);
    expect(shown()).toEqual([1, 2, 3, 4, 5]);
  });

  it('is what the core made of it, as soon as the core says so', async () => {
    const { add, asked, shown } = studio();
    void add(4);
    await asked[0]?.answer([1, 2, 40]);
    expect(shown()).toEqual([1, 2, 40]);
  });

  it('is taken off the screen when the core refuses it, and what came after it stays', async () => {
    const { add, asked, shown } = studio();
    const refused = expect(add(4)).rejects.toThrow('add 4 is impossible');
    void add(5);
    await asked[0]?.refuse();
    await refused;
    expect(shown()).toEqual([1, 2, 3, 5]);
  });

  it('stays on the screen over an answer to an older question', () => {
    const { add, edits, shown } = studio();
    void add(4);
    expect(edits.withPending(key, [1, 2])).toEqual([1, 2, 4]);
    expect(shown()).toEqual([1, 2, 3, 4]);
  });

  it('is not sent once another project is on the screen', async () => {
    const { add, asked, names, open } = studio();
    open('mine');
    void add(4);
    const waiting = expect(add(5)).rejects.toThrow(expect.objectContaining({ code: 'no-project' }));
    open('a copy of mine');
    await asked[0]?.answer([1, 2, 3, 4]);
    await waiting;
    expect(names()).toEqual(['add 4']);
    void add(6);
    expect(names()).toEqual(['add 4', 'add 6']);
  });

  it('takes the place of what waits for the same thing, but not across another edit', async () => {
    const { add, asked, names, shown } = studio();
    const answers = [add(4, 'cut'), add(5, 'cut'), add(6, 'cut')];
    expect(shown()).toEqual([1, 2, 3, 4, 6]);
    void add(7);
    void add(8, 'cut');
    await asked[0]?.answer([4]);
    await asked[1]?.answer([4, 6]);
    await expect(Promise.all(answers)).resolves.toEqual([[4], [4, 6], [4, 6]]);
    await asked[2]?.answer([4, 6, 7]);
    expect(names()).toEqual(['add 4', 'add 6', 'add 7', 'add 8']);
  });

  it('waits for words that are being stored, which may overtake it; nothing else may', async () => {
    const { edits, asked, add, send, names } = studio();
    const words = Promise.withResolvers<void>();
    void edits.run({ send: send('judge'), after: words.promise });
    void add(4);
    void edits.run({ send: send('store words'), mayOvertake: true });
    expect(names()).toEqual(['store words']);
    await asked[0]?.answer([]);
    expect(names()).toEqual(['store words']);
    words.resolve();
    await words.promise;
    await Promise.resolve();
    expect(names()).toEqual(['store words', 'judge']);
  });

  it('is not asked at all when the words that it waits for could not be stored', async () => {
    const { edits, names, send, add } = studio();
    const judged = edits.run({ send: send('judge'), after: Promise.reject(new Error('not stored')) });
    void add(4);
    await expect(judged).rejects.toThrow('not stored');
    expect(names()).toEqual(['add 4']);
  });

  it('is sent at once, in order, when the page goes away', () => {
    const { edits, add, names } = studio();
    for (const value of [4, 5, 6]) void add(value);
    edits.hurry();
    expect(names()).toEqual(['add 4', 'add 5', 'add 6']);
  });

  it('is waited for before a project is closed', async () => {
    const { edits, add, asked } = studio();
    void add(4);
    let isSettled = false;
    const settled = edits.settled().then(() => (isSettled = true));
    expect([edits.isBusy(), isSettled]).toEqual([true, false]);
    await asked[0]?.answer([4]);
    await settled;
    expect(edits.isBusy()).toBe(false);
  });
});

it('whoever waits for an edit finds its answer on the screen: no key can come in between', async () => {
  const client = createQueryClient();
  const queryKey = ['texts'];
  client.setQueryData(queryKey, 'A dog');
  const screen: unknown[] = [];
  // As `useQuery` listens.
  const listen = notifyManager.batchCalls(({ data }: { readonly data: unknown }) => screen.push(data));
  new QueryObserver(client, { queryKey, queryFn: () => 'A dog', staleTime: Number.POSITIVE_INFINITY }).subscribe(listen);
  await createEdits(client).run({ send: () => Promise.resolve('A dog runs'), learns: (answer) => [changeOf(queryKey, () => answer)] });
  expect(screen.at(-1)).toBe('A dog runs');
});
