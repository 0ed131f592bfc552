import { describe, expect, it } from 'vitest';
import { createCaptionBatcher, type RunBatch } from '#core/engines/captioners/caption-batcher.ts';
import type { CaptionRequest, CaptionResult } from '#core/engines/captioner.ts';
import { AppError } from '#shared/contract/errors.ts';
import { plain } from '#shared/words/words.ts';

const request = (prompt: string): CaptionRequest => ({
  pictures: [],
  prompt,
  generation: { maxNewTokens: 1, temperature: 0, topP: 1, seed: 0 },
});
const resultOf = ({ prompt }: CaptionRequest): CaptionResult => ({
  text: `about ${prompt}`,
  tokenCount: 1,
  meanLogProb: -1,
  device: 'cpu',
  modelSha256: '',
  renderedPrompt: prompt,
  notes: [],
});
const context = (signal = new AbortController().signal) => ({ signal, onText: () => undefined });

/** Notes which prompts came together; a batch ends when it is let go. */
function watchedRun() {
  const batches: { prompts: string[]; signal: AbortSignal; finish: () => void }[] = [];
  const run: RunBatch = async (requests, { signal }) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    batches.push({ prompts: requests.map(({ prompt }) => prompt), signal, finish: resolve });
    await promise;
    signal.throwIfAborted();
    return requests.map(resultOf);
  };
  return { batches, run };
}

const started = async (batches: readonly unknown[], count: number): Promise<void> => {
  await expect.poll(() => batches.length).toBe(count);
};

describe('captions asked for one by one', () => {
  it('start together when a batch is full, and the rest gathers meanwhile', async () => {
    const { batches, run } = watchedRun();
    const caption = createCaptionBatcher(2, run);
    const texts = Promise.all(['a', 'b', 'c', 'd', 'e'].map(async (prompt) => (await caption(request(prompt), context())).text));
    await started(batches, 1);
    for (const index of [0, 1, 2]) {
      await started(batches, index + 1);
      batches[index]?.finish();
    }
    expect(await texts).toEqual(['about a', 'about b', 'about c', 'about d', 'about e']);
    expect(batches.map(({ prompts }) => prompts)).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  it('start without delay and apart where batches are of one', async () => {
    const { batches, run } = watchedRun();
    const caption = createCaptionBatcher(1, run);
    const both = Promise.all([caption(request('a'), context()), caption(request('b'), context())]);
    expect(batches.map(({ prompts }) => prompts)).toEqual([['a'], ['b']]);
    for (const { finish } of batches) finish();
    await both;
  });

  it('leave the queue at once when cancelled there', async () => {
    const { batches, run } = watchedRun();
    const caption = createCaptionBatcher(3, run);
    const abort = new AbortController();
    const left = caption(request('a'), context(abort.signal));
    const stays = caption(request('b'), context());
    abort.abort();
    await expect(left).rejects.toMatchObject({ code: 'cancelled' });
    await started(batches, 1);
    expect(batches[0]?.prompts).toEqual(['b']);
    batches[0]?.finish();
    expect((await stays).text).toBe('about b');
  });

  it('cancel their batch with the last of them', async () => {
    const { batches, run } = watchedRun();
    const caption = createCaptionBatcher(2, run);
    const aborts = [new AbortController(), new AbortController()];
    const captions = aborts.map(({ signal }, index) => caption(request(String(index)), context(signal)).catch((error: unknown) => error));
    await started(batches, 1);
    aborts[0]?.abort();
    expect(batches[0]?.signal.aborted).toBe(false);
    aborts[1]?.abort();
    expect(batches[0]?.signal.aborted).toBe(true);
    batches[0]?.finish();
    expect(await Promise.all(captions)).toEqual([
      expect.objectContaining({ code: 'cancelled' }),
      expect.objectContaining({ code: 'cancelled' }),
    ]);
  });

  it('fail together with their batch, and the next one runs', async () => {
    let runs = 0;
    const caption = createCaptionBatcher(2, async (requests) => {
      runs += 1;
      if (runs === 1) throw new AppError('internal', plain('fell over'));
      return requests.map(resultOf);
    });
    const first = await Promise.allSettled([caption(request('a'), context()), caption(request('b'), context())]);
    expect(first).toEqual([expect.objectContaining({ status: 'rejected' }), expect.objectContaining({ status: 'rejected' })]);
    expect((await caption(request('c'), context())).text).toBe('about c');
  });
});
