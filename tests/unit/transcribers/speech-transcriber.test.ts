import { describe, expect, it } from 'vitest';
import type { TranscribedSpeech } from '#core/engines/transcriber.ts';
import type { AudioBlock } from '#core/media/audio-samples.ts';
import { VAD_WINDOW_SAMPLES, type WhisperInput, type WhisperOutput } from '#core/engines/worker-contract.ts';
import { createSpeechTranscriber, type SpeechNetworks } from '#core/engines/transcribers/speech-transcriber.ts';

const RATE = 16_000;

/** Audio in which a sample of 1 is speech; comes in blocks of odd length. */
async function* audio(...turns: readonly (readonly [seconds: number, value: number])[]): AsyncGenerator<AudioBlock> {
  for (const [seconds, value] of turns) {
    for (let left = Math.round(seconds * RATE); left > 0; left -= 12_345)
      yield { samples: new Float32Array(Math.min(left, 12_345)).fill(value) };
  }
}

/** A voice detector that believes the samples, and a recogniser that writes down how long its inputs are. */
function fakeNetworks(
  answer: (input: WhisperInput) => Partial<WhisperOutput> = () => ({}),
): SpeechNetworks & { readonly inputs: WhisperInput[] } {
  const inputs: WhisperInput[] = [];
  return {
    inputs,
    opened: () => ({ device: 'cpu', notes: [] }),
    load: () => Promise.resolve(),
    findSpeech: ({ samples }) => {
      const probabilities = Float32Array.from(
        { length: samples.length / VAD_WINDOW_SAMPLES },
        (_, index) => samples[index * VAD_WINDOW_SAMPLES] ?? 0,
      );
      return Promise.resolve({ probabilities, memory: { hidden: new Float32Array(256), context: new Float32Array(64) } });
    },
    transcribe: (input) => {
      inputs.push(input);
      const endS = input.samples.length / RATE;
      const words = [{ text: 'Hello.', startS: 0.2, endS: endS - 0.2, probability: 0.9 }];
      return Promise.resolve({
        language: 'en',
        languages: { en: 0.95, de: 0.05 },
        words,
        meanLogProb: -0.2,
        noSpeechProbability: 0.01,
        doubt: null,
        ...answer(input),
      });
    },
  };
}

async function transcribe(networks: SpeechNetworks, blocks: AsyncIterable<AudioBlock>, language: string | null = null) {
  const reported: TranscribedSpeech[] = [];
  const transcriber = createSpeechTranscriber(networks, { id: 'ears', sha256: 'f'.repeat(64) });
  const result = await transcriber.transcribe(
    { audio: blocks, language },
    { signal: new AbortController().signal, onTranscribed: (transcribed) => reported.push(transcribed) },
  );
  return { reported, result };
}

describe('a transcriber', () => {
  it('transcribes speech alone and places its words in the whole audio', async () => {
    const networks = fakeNetworks();
    const { reported, result } = await transcribe(networks, audio([60, 0], [3, 1], [50, 0], [2, 1], [1, 0]));
    expect(networks.inputs.map(({ samples }) => Math.round(samples.length / RATE))).toEqual([3, 2]);
    const segments = reported.flatMap((transcribed) => transcribed.segments);
    expect(segments.map(({ startUs, endUs }) => [Math.round(startUs / 1e6), Math.round(endUs / 1e6)])).toEqual([
      [60, 63],
      [113, 115],
    ]);
    expect(result).toEqual({ language: 'en', modelSha256: 'f'.repeat(64) });
  });

  it('keeps of what a network works out wrongly no times that are none, and no probability', async () => {
    const odd = [
      { text: 'Hello', startS: 0.2, endS: 0.5, probability: Number.NaN },
      { text: 'there', startS: Number.NaN, endS: 0.8, probability: 0.5 },
      { text: 'you.', startS: 0.8, endS: 1, probability: 7 },
    ];
    const { reported } = await transcribe(
      fakeNetworks(() => ({ words: odd })),
      audio([3, 1], [1, 0]),
    );
    const segments = reported.flatMap((transcribed) => transcribed.segments);
    expect(segments.map(({ text, words }) => [text, words.map(({ probability }) => probability)])).toEqual([['Hello you.', [0, 1]]]);
  });

  it('reports how far it has come, always forward and to the end', async () => {
    const { reported } = await transcribe(fakeNetworks(), audio([25, 0], [40, 1], [31, 0]));
    const until = reported.map((transcribed) => transcribed.untilUs);
    expect(until).toEqual(until.toSorted((a, b) => a - b));
    expect(until.at(-1)).toBe(96_000_000);
    expect(until.length).toBeGreaterThan(4);
  });

  it('goes on in the same place when it is started again where it stopped', async () => {
    const turns = [
      [5, 0],
      [6, 1],
      [4, 0],
      [7, 1],
      [3, 0],
    ] as const;
    const whole = await transcribe(fakeNetworks(), audio(...turns));
    const stop = whole.reported.find((transcribed) => transcribed.segments.length > 0)?.untilUs ?? 0;
    const rest = await transcribe(fakeNetworks(), audio([15 - stop / 1e6, 0], [7, 1], [3, 0]));
    const placed = rest.reported.flatMap((transcribed) => transcribed.segments).map(({ startUs }) => (startUs + stop) / 1e6);
    const second = whole.reported.flatMap((transcribed) => transcribed.segments).at(-1);
    expect(placed).toHaveLength(1);
    expect(Math.abs((placed[0] ?? 0) - (second?.startUs ?? 0) / 1e6)).toBeLessThan(VAD_WINDOW_SAMPLES / RATE);
  });

  it('holds a language that it is sure of, and the one that it was given', async () => {
    const sure = fakeNetworks();
    await transcribe(sure, audio([6, 1], [5, 0], [3, 1], [1, 0]));
    expect(sure.inputs.map((input) => input.language)).toEqual([null, 'en']);
    const given = fakeNetworks();
    expect((await transcribe(given, audio([3, 1], [1, 0]), 'de')).result.language).toBe('de');
    expect(given.inputs[0]?.language).toBe('de');
  });

  it('counts what was not to be believed, and asks nothing of silence', async () => {
    const loops = await transcribe(
      fakeNetworks(() => ({ doubt: 'repeats', words: [] })),
      audio([3, 1], [1, 0]),
    );
    expect(loops.reported.reduce((sum, transcribed) => sum + transcribed.doubtfulCount, 0)).toBe(1);
    const silent = fakeNetworks();
    const { reported, result } = await transcribe(silent, audio([12, 0]));
    expect(silent.inputs).toEqual([]);
    expect(result.language).toBeNull();
    expect(reported.at(-1)?.untilUs).toBe(12_000_000);
  });

  it('stops when it is cancelled', async () => {
    const controller = new AbortController();
    controller.abort();
    const transcriber = createSpeechTranscriber(fakeNetworks(), { id: 'ears', sha256: 'f'.repeat(64) });
    const work = transcriber.transcribe(
      { audio: audio([3, 1]), language: null },
      { signal: controller.signal, onTranscribed: () => undefined },
    );
    await expect(work).rejects.toMatchObject({ code: 'cancelled' });
  });
});
