import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAudioWindow, samplesOf } from '#core/media/audio-samples.ts';
import { createSpeechFinder, SPEECH_ACTIVITY_DEFAULTS, type AudioRange } from '#core/engines/transcribers/speech-activity.ts';
import { createChunkPacker, type SpeechChunk } from '#core/engines/transcribers/speech-chunks.ts';

const WINDOW = 512;
const WINDOWS_PER_SECOND = 16_000 / WINDOW;

function findIn(probabilities: readonly number[]): AudioRange[] {
  const finder = createSpeechFinder(WINDOW);
  const found = probabilities.map((probability) => finder.push(probability)).filter((range) => range !== null);
  const last = finder.finish(probabilities.length * WINDOW);
  return last === null ? found : [...found, last];
}

/** Seconds of speech and silence in turn, beginning with silence. */
function turns(...seconds: number[]): number[] {
  return seconds.flatMap((length, index) =>
    Array.from({ length: Math.round(length * WINDOWS_PER_SECOND) }, () => (index % 2 === 0 ? 0.01 : 0.99)),
  );
}

const seconds = ({ startSample, endSample }: AudioRange): [number, number] => [startSample / 16_000, endSample / 16_000];

describe('speech', () => {
  it('is found with a margin on both sides', () => {
    const ranges = findIn(turns(1, 2, 1)).map(seconds);
    expect(ranges).toHaveLength(1);
    expect(ranges[0]?.[0]).toBeCloseTo(0.8, 1);
    expect(ranges[0]?.[1]).toBeCloseTo(3.2, 1);
  });

  it('goes on over a short pause and ends at a long one', () => {
    expect(findIn(turns(0, 1, 0.3, 1, 1))).toHaveLength(1);
    expect(findIn(turns(0, 1, 0.8, 1, 1))).toHaveLength(2);
  });

  it('goes on while the probability lies between the two thresholds', () => {
    const unsure = Array.from({ length: 60 }, () => 0.4);
    expect(findIn([...turns(0, 1), ...unsure, ...turns(0, 1, 1)])).toHaveLength(1);
    expect(findIn([...unsure, ...unsure])).toEqual([]);
  });

  it('of a click is none', () => {
    expect(findIn(turns(1, 0.1, 1))).toEqual([]);
  });

  it('that goes on without a pause is cut where it is most silent, and nothing is lost', () => {
    const long = turns(0, 70);
    const dip = Math.round(25 * WINDOWS_PER_SECOND);
    long[dip] = 0.6;
    const ranges = findIn(long);
    expect(ranges[0]?.endSample).toBe(dip * WINDOW);
    expect(ranges[1]?.startSample).toBe(dip * WINDOW);
    expect(ranges.at(-1)?.endSample).toBe(long.length * WINDOW);
  });

  it('never overlaps, never exceeds 30 seconds, and holds every sure second', () => {
    const block = fc.tuple(fc.integer({ min: 1, max: 1500 }), fc.constantFrom(0.05, 0.4, 0.95));
    fc.assert(
      fc.property(fc.array(block, { maxLength: 12 }), (blocks) => {
        const probabilities = blocks.flatMap(([length, probability]) => Array.from({ length }, () => probability));
        const ranges = findIn(probabilities);
        let before = 0;
        for (const { startSample, endSample } of ranges) {
          expect(startSample).toBeGreaterThanOrEqual(before);
          expect(endSample).toBeGreaterThan(startSample);
          expect(endSample - startSample).toBeLessThanOrEqual(samplesOf(SPEECH_ACTIVITY_DEFAULTS.maxRangeMs));
          before = endSample;
        }
        expect(before).toBeLessThanOrEqual(probabilities.length * WINDOW);
        let at = 0;
        for (const [length, probability] of blocks) {
          const isSpeech = probability === 0.95 && length >= 16;
          if (isSpeech) expect(covered(ranges, at * WINDOW, (at + length) * WINDOW)).toBe(length * WINDOW);
          at += length;
        }
      }),
      { numRuns: 60 },
    );
  });
});

function covered(ranges: readonly AudioRange[], from: number, to: number): number {
  return ranges.reduce((sum, range) => sum + Math.max(0, Math.min(range.endSample, to) - Math.max(range.startSample, from)), 0);
}

describe('chunks', () => {
  const range = (startS: number, endS: number): AudioRange => ({ startSample: startS * 16_000, endSample: endS * 16_000 });
  function pack(...ranges: AudioRange[]): SpeechChunk[] {
    const packer = createChunkPacker();
    const chunks = ranges.map((each) => packer.push(each));
    return [...chunks, packer.finish()].filter((chunk) => chunk !== null);
  }

  it('join speech with short pauses up to 30 seconds', () => {
    expect(pack(range(1, 10), range(11, 20), range(21, 30), range(30.5, 35)).map(seconds)).toEqual([
      [1, 30],
      [30.5, 35],
    ]);
  });

  it('keep speech apart over a long pause', () => {
    expect(pack(range(1, 3), range(8, 9)).map(seconds)).toEqual([
      [1, 3],
      [8, 9],
    ]);
    const packer = createChunkPacker();
    packer.push(range(1, 3));
    expect(packer.advance(4 * 16_000)).toBeNull();
    expect(packer.advance(6 * 16_000)?.speech).toEqual([range(1, 3)]);
    expect(packer.finish()).toBeNull();
  });
});

describe('an audio window', () => {
  it('gives stretches over its blocks and lets go of what is past', () => {
    const window = createAudioWindow();
    window.push(Float32Array.of(0, 1, 2));
    window.push(Float32Array.of(3, 4, 5));
    expect(window.slice(1, 5)).toEqual(Float32Array.of(1, 2, 3, 4));
    expect(window.slice(4, 99)).toEqual(Float32Array.of(4, 5));
    window.drop(4);
    expect(window.slice(4, 6)).toEqual(Float32Array.of(4, 5));
    expect(() => window.slice(2, 5)).toThrow('was let go');
  });
});
