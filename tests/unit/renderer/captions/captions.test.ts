import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { JobId, RevisionId, ShotId, VideoId } from '#shared/domain/ids.ts';
import { AUTOSAVE_DELAY_MS, createAutosave, type SaveState } from '../../../../src-renderer/editing/autosave.ts';
import { placeKey } from '../../../../src-renderer/editing/drafts.ts';
import { createCaptionStream, receiveProgress, receiveText } from '../../../../src-renderer/editing/caption-stream.ts';
import { wordDiff } from '../../../../src-renderer/features/captions/word-diff.ts';
import { sentenceParts } from '../../../../src-renderer/features/summary/sentence-parts.ts';

describe('comparing two captions', () => {
  it('marks whole words', () => {
    expect(
      wordDiff('A dog runs on grass.', 'A brown dog runs on sand.')
        ?.filter((part) => part.kind !== 'same')
        .map((part) => [part.kind, part.text.trim()]),
    ).toEqual([
      ['added', 'brown'],
      ['removed', 'grass'],
      ['added', 'sand'],
    ]);
  });

  it('loses no character of either text', () => {
    const texts = fc
      .array(fc.constantFrom('a', 'dog', 'runs', 'on', 'the ', ' beach', '.', '\n', 'Ünïcode', '猫'), { maxLength: 20 })
      .map((words) => words.join(' '));
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const parts = wordDiff(before, after) ?? [];
        const without = (kind: string): string =>
          parts
            .filter((part) => part.kind !== kind)
            .map((part) => part.text)
            .join('');
        expect(without('removed')).toBe(after);
        expect(without('added')).toBe(before);
      }),
    );
  });
});

describe('comparing two long texts', () => {
  const words = (count: number, letter: string): string => Array.from({ length: count }, (_, i) => `${letter}${i}`).join(' ');

  it('marks a changed word in a hundred thousand', () => {
    const text = words(100_000, 'w');
    expect(wordDiff(text, text.replace('w5000 ', 'other '))?.map(({ kind }) => kind)).toEqual(['same', 'removed', 'added', 'same']);
  });

  it.each([
    ['signs alone', '.,'.repeat(10_000), ';:'.repeat(10_000)],
    ['the same signs in another order', '.,'.repeat(100_000), ',;'.repeat(100_000)],
    ['words', words(10_000, 'a'), words(10_000, 'b')],
  ])('gives up soon where they have nothing in common: %s', (_, before, after) => {
    const startedMs = performance.now();
    expect(wordDiff(before, after)).toBeNull();
    // Comparing them takes minutes.
    expect(performance.now() - startedMs).toBeLessThan(10_000);
  });
});

describe('saving while typing', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function setUp(save: (text: string) => Promise<unknown>) {
    const states: SaveState[] = [];
    return { states, autosave: createAutosave({ save, onState: (state) => states.push(state) }) };
  }

  it('saves once, soon after the last key', async () => {
    const save = vi.fn(() => Promise.resolve());
    const { autosave, states } = setUp(save);
    for (const text of ['A', 'A d', 'A dog']) {
      autosave.type(text);
      await vi.advanceTimersByTimeAsync(AUTOSAVE_DELAY_MS - 1);
    }
    expect(save).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(save.mock.calls).toEqual([['A dog']]);
    expect(states.at(-1)).toBe('saved');
    expect(autosave.pending()).toBeNull();
  });

  it('sends the newest words last, also when they are typed during a save', async () => {
    const answers: (() => void)[] = [];
    const save = vi.fn(() => new Promise<void>((resolve) => answers.push(resolve)));
    const { autosave } = setUp(save);
    autosave.type('one');
    const flushed = autosave.flush();
    autosave.type('one two');
    expect(autosave.pending()).toBe('one two');
    answers[0]?.();
    await vi.advanceTimersByTimeAsync(0);
    answers[1]?.();
    await flushed;
    expect(save.mock.calls).toEqual([['one'], ['one two']]);
    expect(autosave.pending()).toBeNull();
  });

  it('keeps the words when saving fails, and sends them with the next flush', async () => {
    const save = vi.fn().mockRejectedValueOnce(new Error('core is gone')).mockResolvedValue(undefined);
    const { autosave, states } = setUp(save);
    autosave.type('precious');
    await autosave.flush();
    expect([autosave.pending(), states.at(-1)]).toEqual(['precious', 'failed']);
    await autosave.flush();
    expect([autosave.pending(), states.at(-1)]).toEqual([null, 'saved']);
  });
});

describe('captions being written', () => {
  const ids = { jobId: JobId.parse('job'), videoId: VideoId.parse('video'), shotId: ShotId.parse('shot') };
  const running = { ...ids, kind: 'visual', text: 'A dog', revisionId: null } as const;
  const place = { shotId: ids.shotId, kind: 'visual' } as const;

  it('are shown until they are stored', () => {
    const stream = createCaptionStream();
    receiveText(stream, running);
    expect(stream.getState().texts.get(placeKey(place))?.text).toBe('A dog');
    expect(stream.getState().texts.has(placeKey({ ...place, kind: 'narration' }))).toBe(false);
    receiveText(stream, { ...running, text: 'A dog runs.', revisionId: RevisionId.parse('revision') });
    expect(stream.getState().texts.size).toBe(0);
  });

  it('disappear when their job is cancelled', () => {
    const stream = createCaptionStream();
    receiveText(stream, running);
    receiveProgress(stream, { jobId: ids.jobId, state: 'running', fraction: 0.5, stage: null, etaMs: null });
    expect(stream.getState().texts.size).toBe(1);
    receiveProgress(stream, { jobId: ids.jobId, state: 'cancelled', fraction: 0.5, stage: null, etaMs: null });
    expect(stream.getState().texts.size).toBe(0);
  });
});

describe('sentences of a summary', () => {
  const shot = ShotId.parse('s1');
  it('keep every character, linked or not', () => {
    const link = fc.record({
      start: fc.integer({ min: -5, max: 60 }),
      end: fc.integer({ min: -5, max: 60 }),
      shotIds: fc.array(fc.constant(shot)),
    });
    fc.assert(
      fc.property(fc.string({ maxLength: 50 }), fc.array(link, { maxLength: 6 }), (text, links) => {
        expect(
          sentenceParts(text, links)
            .map((part) => part.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });
  it('are looked for in no more links than a summary has sentences', () => {
    const links = Array.from({ length: 100_000 }, (_, i) => ({ start: i, end: i + 1, shotIds: [shot] }));
    const parts = sentenceParts('x'.repeat(100_000), links);
    expect(parts.length).toBeLessThan(5_000);
    expect(parts.map((part) => part.text).join('')).toHaveLength(100_000);
  });
  it('know their shots', () => {
    expect(sentenceParts('One. Two.', [{ start: 5, end: 9, shotIds: [shot] }])).toEqual([
      { text: 'One. ', shotIds: [] },
      { text: 'Two.', shotIds: [shot] },
    ]);
  });
});
