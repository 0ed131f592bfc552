import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ContextExceededError, type PromptPart, type Writer, type WriteRequest } from '#core/engines/writer.ts';
import type { Picture } from '#core/media/pictures.ts';
import type { SummaryContext, SummaryShot } from '#core/engines/summariser.ts';
import { numberPictures } from '#core/engines/captioners/captioner-writer.ts';
import { createModelSummariser, type ModelSummariserOptions } from '#core/engines/summarisers/model-summariser.ts';
import { estimateTokens } from '#core/engines/summarisers/summary-plan.ts';
import { DEFAULT_SUMMARY_PROMPT_TEMPLATE } from '#shared/contract/views.ts';
import { plain } from '#shared/words/words.ts';

const SECOND_US = 1_000_000;

function shotsOf(count: number, changes: (index: number) => Partial<SummaryShot> = () => ({})): SummaryShot[] {
  return Array.from({ length: count }, (_, index) => ({
    shotId: `shot-${index + 1}`,
    startUs: index * SECOND_US,
    endUs: (index + 1) * SECOND_US,
    startFrame: index * 25,
    endFrame: (index + 1) * 25,
    frames: [index * 25 + 6, index * 25 + 18],
    caption: `Scene ${index + 1} shows thing${index + 1}.`,
    speech: '',
    ...changes(index),
  }));
}

const textOf = (parts: readonly PromptPart[]): string => parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
const framesOf = (parts: readonly PromptPart[]): number[] => parts.flatMap((part) => (part.type === 'picture' ? [part.picture.frame] : []));

interface TestWriter extends Writer {
  readonly requests: WriteRequest[];
}

/** Writes, for every shot number that it finds in a request, one sentence with its marker; checks that the request fits. */
function createWriter(changes: Partial<Writer> = {}): TestWriter {
  const requests: WriteRequest[] = [];
  const writer: Writer = {
    id: 'test',
    version: '1',
    maxPictures: 8,
    readsTextAlone: true,
    contextTokens: 4096,
    pictureTokens: 100,
    write(request, { onText }) {
      requests.push(request);
      const prompt = textOf(request.parts);
      const pictures = framesOf(request.parts).length;
      expect(pictures).toBeLessThanOrEqual(writer.maxPictures);
      expect(estimateTokens(prompt) + pictures * writer.pictureTokens + request.generation.maxNewTokens).toBeLessThanOrEqual(
        writer.contextTokens,
      );
      const numbers = [...prompt.replace('[3] or [2-4]', '').matchAll(/\[(\d+)\]/gu)].map((match) => match[1]);
      const text = numbers.map((number) => `It speaks of ${number} [${number}].`).join(' ');
      onText(text);
      return Promise.resolve({
        text,
        tokenCount: 1,
        meanLogProb: -0.2,
        device: 'cpu',
        modelSha256: 'abc',
        renderedPrompt: prompt,
        notes: [],
      });
    },
    dispose: () => Promise.resolve(),
    ...changes,
  };
  return { ...writer, requests };
}

function context(): SummaryContext & { readonly texts: string[]; readonly fractions: number[] } {
  const texts: string[] = [];
  const fractions: number[] = [];
  const picture = (frame: number): Picture => ({ frame, width: 1, height: 1, data: new Uint8Array(3) });
  return {
    texts,
    fractions,
    signal: new AbortController().signal,
    onText: (text) => texts.push(text),
    onProgress: (fraction) => fractions.push(fraction),
    pictures: (frames) => Promise.resolve(frames.map(picture)),
  };
}

function summarise(
  shots: readonly SummaryShot[],
  writer: Writer,
  changes: Partial<ModelSummariserOptions> = {},
  summaryContext = context(),
) {
  const generation = { maxNewTokens: 512, temperature: 0, topP: 1, seed: 1 };
  return createModelSummariser({
    method: 'sum-text',
    writer,
    promptTemplate: DEFAULT_SUMMARY_PROMPT_TEMPLATE,
    generation,
    ...changes,
  }).summarise({ title: 'video.mp4', shots }, summaryContext);
}

describe('a summary from captions and speech', () => {
  it('is written in one go where the video fits, its sentences linked by their markers', async () => {
    const writer = createWriter();
    const summaryContext = context();
    const result = await summarise(
      shotsOf(3, (index) => ({ speech: index === 1 ? 'Look "there"!' : '' })),
      writer,
      {},
      summaryContext,
    );
    expect(result.text).toBe('It speaks of 1. It speaks of 2. It speaks of 3.');
    expect(result.links.map(({ start, end, shotIds }) => [result.text.slice(start, end), shotIds])).toEqual([
      ['It speaks of 1.', ['shot-1']],
      ['It speaks of 2.', ['shot-2']],
      ['It speaks of 3.', ['shot-3']],
    ]);
    expect(result.writing).toMatchObject({
      model: 'test',
      device: 'cpu',
      linkedBy: ['marker', 'marker', 'marker'],
      partCount: 1,
      frames: [],
      meanLogProb: -0.2,
    });
    const prompt = textOf(writer.requests[0]?.parts ?? []);
    expect(prompt).toContain('Write a summary of the video "video.mp4" in about 210 words');
    expect(prompt).toContain('[2] Seen: Scene 2 shows thing2. Said: "Look ’there’!"');
    expect(summaryContext.texts).not.toEqual([]);
    expect(summaryContext.fractions).toEqual([expect.closeTo(15 / 210), 1]);
  });

  it('is written in parts, then as one, where the video is long, with every shot in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 900, max: 3000 }), async (count, contextTokens) => {
        const writer = createWriter({ contextTokens });
        const summaryContext = context();
        const result = await summarise(
          shotsOf(count),
          writer,
          { generation: { maxNewTokens: 200, temperature: 0, topP: 1, seed: 1 } },
          summaryContext,
        );
        const first = writer.requests.slice(0, result.writing?.partCount ?? 0);
        const shown = first.flatMap(({ parts }) =>
          parts.flatMap((part) =>
            part.type === 'text' ? [...part.text.matchAll(/^\[(\d+)\] Seen/gmu)].map((match) => Number(match[1])) : [],
          ),
        );
        expect(shown).toEqual(Array.from({ length: count }, (_, index) => index + 1));
        expect(writer.requests.length === 1).toBe(result.writing?.partCount === 1);
        // Part by part; a text in one go also while it is written.
        expect(summaryContext.fractions).toHaveLength(Math.max(2, writer.requests.length));
        expect(summaryContext.fractions.at(-1)).toBe(1);
        expect(summaryContext.fractions).toEqual(summaryContext.fractions.toSorted((a, b) => a - b));
      }),
      { numRuns: 40 },
    );
  });

  it('is planned by the tokens that the model counts, where it can count', async () => {
    const partsWith = async (tokensPerLetter: number): Promise<number | undefined> => {
      const writer = createWriter({
        contextTokens: 2000,
        countTokens: (text) => Promise.resolve(Math.ceil(text.length * tokensPerLetter)),
        write: ({ parts }) => Promise.resolve({ ...answer, renderedPrompt: textOf(parts) }),
      });
      return (await summarise(shotsOf(60), writer, { generation: { maxNewTokens: 200, temperature: 0, topP: 1, seed: 1 } })).writing
        ?.partCount;
    };
    const answer = { text: 'It goes on [1].', tokenCount: 1, meanLogProb: null, device: 'cpu', modelSha256: '', notes: [] };
    expect(await partsWith(1 / 4)).toBe(1);
    expect(await partsWith(2 / 3)).toBeGreaterThan(1);
  });

  it('is planned anew, in smaller parts, where a server finds a prompt too long', async () => {
    const longest = 1500;
    const writer = createWriter({
      contextTokens: 4096,
      write({ parts }) {
        const prompt = textOf(parts);
        if (estimateTokens(prompt) > longest) return Promise.reject(new ContextExceededError(plain('The context is too small.')));
        return Promise.resolve({
          text: 'It goes on [1].',
          tokenCount: 1,
          meanLogProb: null,
          device: 'server',
          modelSha256: '',
          renderedPrompt: prompt,
          notes: [],
        });
      },
    });
    const { writing } = await summarise(shotsOf(300), writer);
    expect(writing?.partCount).toBeGreaterThan(2);
    await expect(
      summarise(shotsOf(300), createWriter({ write: () => Promise.reject(new ContextExceededError(plain('Always too small.'))) })),
    ).rejects.toThrow('Always too small.');
  });

  it('cuts speech that no prompt could hold', async () => {
    const writer = createWriter({ contextTokens: 1024 });
    await summarise(
      shotsOf(2, () => ({ speech: 'word '.repeat(5000) })),
      writer,
    );
    expect(textOf(writer.requests[0]?.parts ?? [])).toContain('word …');
  });

  it('links by likeness where the model names no shots', async () => {
    const writer = createWriter({
      write: () =>
        Promise.resolve({
          text: 'We see thing2 at last.',
          tokenCount: 1,
          meanLogProb: null,
          device: 'cpu',
          modelSha256: '',
          renderedPrompt: '',
          notes: [],
        }),
    });
    const { links, writing } = await summarise(shotsOf(3), writer);
    expect(links.map(({ shotIds }) => shotIds)).toEqual([['shot-2']]);
    expect(writing?.linkedBy).toEqual(['similarity']);
  });

  it('says which names a prompt template does not know, and when a context is too small', async () => {
    await expect(summarise(shotsOf(1), createWriter(), { promptTemplate: 'About {asr}' })).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('{asr}'),
    });
    await expect(summarise(shotsOf(1), createWriter({ contextTokens: 300 }))).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('300 tokens'),
    });
  });
});

describe('a summary from the frames of every shot', () => {
  it('puts the frames of each shot after its number and speech, and no captions', async () => {
    const writer = createWriter();
    const { writing } = await summarise(
      shotsOf(2, () => ({ speech: 'Hello.' })),
      writer,
      { method: 'sum-shot' },
    );
    const parts = writer.requests[0]?.parts ?? [];
    expect(parts.slice(1).map((part) => (part.type === 'text' ? part.text : part.picture.frame))).toEqual([
      '[1] 00:00.000–00:01.000 Said: "Hello."',
      6,
      18,
      '[2] 00:01.000–00:02.000 Said: "Hello."',
      31,
      43,
    ]);
    expect(writing?.frames).toEqual([6, 18, 31, 43]);
  });

  it('looks at every shot, however few pictures a request may have', async () => {
    const writer = createWriter({ maxPictures: 3 });
    const { writing } = await summarise(shotsOf(7), writer, { method: 'sum-shot' });
    expect(writing?.frames).toEqual(shotsOf(7).flatMap(({ frames }) => frames));
  });

  it('lets parts stand one after another where the model reads no text alone', async () => {
    const writer = createWriter({ maxPictures: 2, readsTextAlone: false });
    const { text, writing } = await summarise(shotsOf(2), writer, { method: 'sum-shot' });
    expect(text).toBe('It speaks of 1.\n\nIt speaks of 2.');
    expect(writing).toMatchObject({ partCount: 2, notes: [expect.stringContaining('joined without rewriting')] });
    expect(writer.requests.every(({ parts }) => framesOf(parts).length > 0)).toBe(true);
  });
});

describe('a summary from frames over the whole video', () => {
  it('spreads them evenly over its time, not over its shots', async () => {
    const writer = createWriter({ maxPictures: 4 });
    const shots = shotsOf(4, (index) => (index === 3 ? { endFrame: 400 } : {}));
    const { writing } = await summarise(shots, writer, { method: 'sum-holistic' });
    expect(writing).toMatchObject({ frames: [50, 150, 250, 350], partCount: 1 });
  });
});

describe('a summary by a model that answers only to pictures', () => {
  it('gives what is said in shots without pictures with those beside them', async () => {
    const writer = createWriter({ maxPictures: 2, readsTextAlone: false, contextTokens: 900 });
    const shots = shotsOf(12, (index) => ({ speech: `Sentence ${index + 1} is said.` }));
    await summarise(shots, writer, { method: 'sum-holistic', generation: { maxNewTokens: 100, temperature: 0, topP: 1, seed: 1 } });
    expect(writer.requests.every(({ parts }) => framesOf(parts).length > 0)).toBe(true);
    const prompts = writer.requests.map(({ parts }) => textOf(parts)).join('\n');
    for (const { speech } of shots) expect(prompts).toContain(speech);
  });
});

describe('pictures before the text', () => {
  it('are named by number where they would have stood', () => {
    const picture = { type: 'picture', picture: { frame: 0, width: 1, height: 1, data: new Uint8Array(3) } } as const;
    const text = (words: string) => ({ type: 'text', text: words }) as const;
    expect(numberPictures([text('Describe.'), text('[1]'), picture, picture, text('[2]'), picture, text('[3]')])).toBe(
      'Describe.\n[1] (pictures 1-2)\n[2] (picture 3)\n[3]',
    );
  });
});
