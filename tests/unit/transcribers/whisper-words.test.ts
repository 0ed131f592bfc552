import { describe, expect, it } from 'vitest';
import { createLanguageVote } from '#core/engines/transcribers/language-vote.ts';
import { compressionRatio, isSilence, needsAnotherTry, repeatsItself } from '#engine-worker/whisper/speech-doubts.ts';
import { keepInSpeech, wordsOf } from '#engine-worker/whisper/whisper-words.ts';
import { sentencesOf } from '#core/engines/transcribers/spoken-sentences.ts';
import { joinWords, speechBetween } from '#shared/domain/transcript.ts';

const pieces = (...texts: string[]) => texts.map((text, index) => ({ text, startS: index / 2, logProb: Math.log(0.5) }));

describe('words', () => {
  it('begin at spaces; punctuation stays with the word before', () => {
    const words = wordsOf(pieces(' And', ' so', ',', ' my', ' fel', 'low', ' Americans', '.'), 4);
    expect(words.map((word) => word.text)).toEqual(['And', 'so,', 'my', 'fellow', 'Americans.']);
    expect(words.map((word) => [word.startS, word.endS])).toEqual([
      [0, 0.5],
      [0.5, 1.5],
      [1.5, 2],
      [2, 3],
      [3, 4],
    ]);
    expect(words[3]?.probability).toBeCloseTo(0.5);
  });

  it('of writing without spaces stand one by one', () => {
    const words = wordsOf(pieces('今日', 'は', '雨', '。'), 2);
    expect(words.map((word) => word.text)).toEqual(['今日', 'は', '雨。']);
    expect(joinWords(words)).toBe('今日は雨。');
  });

  it('do not reach over the pause that follows them', () => {
    const words = wordsOf(pieces(' one', ' two'), 9);
    const kept = keepInSpeech(words, [
      { startS: 0.1, endS: 0.4 },
      { startS: 0.5, endS: 1.2 },
    ]);
    expect(kept.map((word) => [word.startS, word.endS])).toEqual([
      [0.1, 0.4],
      [0.5, 1.2],
    ]);
  });

  it('make sentences, and parts of them where a pause or the length asks for it', () => {
    const said = (text: string, startS: number, endS: number) => ({ text, startS, endS, probability: 1 });
    const groups = sentencesOf([said('Well.', 0, 1), said('He', 1, 1.2), said('went', 1.2, 2), said('home', 4, 5)]);
    expect(groups.map(joinWords)).toEqual(['Well.', 'He went', 'home']);
    const long = Array.from({ length: 40 }, (_, index) => said('again', index / 10, (index + 1) / 10));
    for (const group of sentencesOf(long)) expect(joinWords(group).length).toBeLessThanOrEqual(84);
  });
});

describe('doubts', () => {
  const loop = 'Thank you for watching. '.repeat(12);
  it('fall on text that repeats itself, and not on plain speech', () => {
    expect(repeatsItself({ text: loop })).toBe(true);
    expect(
      compressionRatio('And so, my fellow Americans, ask not what your country can do for you, ask what you can do for your country.'),
    ).toBeLessThan(2);
    expect(compressionRatio('')).toBe(0);
  });

  it('ask for another try when the model was unsure, but not when nobody spoke', () => {
    expect(needsAnotherTry({ text: 'hm', meanLogProb: -1.5 }, 0.1)).toBe(true);
    expect(needsAnotherTry({ text: loop, meanLogProb: -0.1 }, 0.1)).toBe(true);
    expect(needsAnotherTry({ text: 'hello', meanLogProb: -0.3 }, 0.9)).toBe(false);
    expect(needsAnotherTry({ text: 'hm', meanLogProb: -1.5 }, 0.9)).toBe(false);
    expect(isSilence({ text: 'hm', meanLogProb: -1.5 }, 0.9)).toBe(true);
  });
});

describe('the language of a video', () => {
  it('is decided by a clear case at once, by an unclear one after more speech', () => {
    const clear = createLanguageVote();
    expect(clear.leader()).toBeNull();
    clear.add({ speechS: 8, languages: { en: 0.96, de: 0.04 } });
    expect(clear.decided()).toBe('en');
    const unclear = createLanguageVote();
    unclear.add({ speechS: 6, languages: { en: 0.5, de: 0.4, nl: 0.1 } });
    expect(unclear.decided()).toBeNull();
    unclear.add({ speechS: 16, languages: { en: 0.3, de: 0.6, nl: 0.1 } });
    expect(unclear.decided()).toBe('de');
  });
});

describe('speech of a shot', () => {
  const words = [
    { text: 'Good', startUs: 0, endUs: 400_000, probability: 1 },
    { text: 'morning.', startUs: 400_000, endUs: 1_000_000, probability: 1 },
  ];
  it('is cut at words where they have times, and nothing is given twice', () => {
    const segments = [{ startUs: 0, endUs: 1_000_000, text: 'Good morning.', words }];
    expect(speechBetween(segments, 0, 450_000)).toBe('Good');
    expect(speechBetween(segments, 450_000, 2_000_000)).toBe('morning.');
    expect(speechBetween(segments, 0, 2_000_000)).toBe('Good morning.');
  });
  it('is taken whole by its middle where words have none', () => {
    const segments = [{ startUs: 0, endUs: 1_000_000, text: 'Guten Morgen.', words: [] }];
    expect(speechBetween(segments, 0, 450_000)).toBe('');
    expect(speechBetween(segments, 450_000, 2_000_000)).toBe('Guten Morgen.');
  });
});
