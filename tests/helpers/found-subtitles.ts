import { expect } from 'vitest';
import { takeTurns } from '#core/base/turns.ts';
import { type ParsedCues, parseCues } from '#core/exchange/subtitles/parse-cues.ts';

export type Expected = readonly [startS: number, endS: number, text: string];

/** A file as it is found somewhere, what it says, and what the person is shown about it. */
export interface FoundFile {
  readonly text: string;
  readonly cues: readonly Expected[];
  /** A part of each note, in order. */
  readonly notes?: readonly string[];
}

export const srt = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;
export const FIRST = ['1', '00:00:01,000 --> 00:00:03,000'] as const;
export const LAST = ['', '2', '00:00:04,000 --> 00:00:05,000', 'last'] as const;
export const first = (text: string): Expected => [1, 3, text];
export const last: Expected = [4, 5, 'last'];

/** What is read from a subtitle file for somebody who waits for it. */
export function readCues(text: string): Promise<ParsedCues | null> {
  return parseCues(text, takeTurns(new AbortController().signal));
}

export async function expectRead({ text, cues, notes = [] }: FoundFile): Promise<void> {
  const read = await readCues(text);
  expect(read?.cues.map((cue) => [cue.startUs / 1e6, cue.endUs / 1e6, cue.text])).toEqual(cues);
  expect(read?.notes).toEqual(notes.map((part) => expect.stringContaining(part)));
}
