import { describe, expect, it } from 'vitest';
import { readMarkers } from '#core/engines/summarisers/shot-markers.ts';
import { fitTokens } from '#core/engines/summarisers/summary-prompt.ts';
import { parseByteRange } from '#core/media/byte-range.ts';
import { createShowinfoParser } from '#core/media/showinfo.ts';
import { safeName } from '#core/base/files/safe-name.ts';
import { expectWithin } from '../../helpers/longest-turn.ts';

/** Each of these took minutes or for ever, with patterns that try every way to cut a text into pieces. */
const PATIENCE_MS = 2_000;

const texts: readonly (readonly [string, () => unknown])[] = [
  ['a shot marker of digits alone', () => readMarkers(`A dog runs. [${'1'.repeat(5_000)}`, 10)],
  ['a shot marker of blanks alone', () => readMarkers(`A dog runs.${' [1   '.repeat(5_000)}`, 10)],
  ['blanks before shot markers', () => readMarkers(`A dog runs.${' '.repeat(200_000)}x [1]`, 10)],
  ['a shot marker of ranges alone', () => readMarkers(`A dog runs. [${'1-9999, '.repeat(3_000)}1]`, 10_000)],
  ['a shot marker behind each word', () => readMarkers('A. [1] '.repeat(20_000), 10)],
  ['a summary of blanks alone', () => fitTokens(`${' '.repeat(200_000)}x ${'y '.repeat(200_000)}`, 100_000)],
  ['a name of blanks alone', () => safeName(`x${' '.repeat(200_000)}x`)],
  ['a name of dots alone', () => safeName(`x${'.'.repeat(200_000)}x`)],
  ['a range of blanks alone', () => parseByteRange(`bytes=${' '.repeat(200_000)}x`, 10)],
  ['a line of a log that names its filter again and again', () => createShowinfoParser()('showinfo] n: '.repeat(20_000))],
];

describe('what others wrote takes no time', () => {
  it.each(texts)('%s', (_what, read) => expectWithin({ allMs: PATIENCE_MS }, read));
});

it('shot markers are read as before: lists, ranges, words between numbers, and numbers side by side', () => {
  const read = (marker: string): readonly number[] | undefined =>
    readMarkers(`A dog runs ${marker}. It stops.`, 20).sentences[0]?.shotNumbers;
  expect(read('[3]')).toEqual([3]);
  expect(read('[2-4, 7]')).toEqual([2, 3, 4, 7]);
  expect(read('[shots 2 and 4]')).toEqual([2, 4]);
  expect(read('[shot 2, shot 4, and 5]')).toEqual([2, 4, 5]);
  expect(read('【3】')).toEqual([3]);
  expect(read('[1 2 #3]')).toEqual([1, 2, 3]);
  expect(read('[2 to 4]')).toEqual([2, 3, 4]);
  expect(read('[7, 2-4, 3-5, 2, 90, 18-30]')).toEqual([2, 3, 4, 5, 7, 18, 19, 20]);
  expect(read('[4-2, 1-90000]')).toEqual([1, 2, 4]);
});

it('no more than 500 sentences have shots, and each a thousand at most; the others stay as they are written', () => {
  const { text, sentences } = readMarkers('It goes on [1-5000]. '.repeat(800), 5_000);
  expect(text).toBe(`${'It goes on. '.repeat(799)}It goes on.`);
  expect(sentences.map(({ shotNumbers }) => shotNumbers.length)).toEqual(Array.from({ length: 500 }, () => 1_000));
});
