import type { TimedWord } from '../worker-contract.ts';

const SENTENCE_END = /[.?!。？！…]["'”’)\]]?$/u;
const LONGEST_PAUSE_S = 1;
/** Two lines of 42 characters and seven seconds: what reading speed allows a subtitle (BBC subtitle guidelines, Netflix timed-text style guide). */
const LONGEST_TEXT = 84;
const LONGEST_S = 7;

/** Words in groups as people read them: a sentence, or less where it is long or pauses. */
export function sentencesOf<W extends TimedWord>(words: readonly W[]): W[][] {
  const groups: W[][] = [];
  let length = 0;
  for (const word of words) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    const first = group?.[0];
    const isFull = first !== undefined && (length + 1 + word.text.length > LONGEST_TEXT || word.endS - first.startS > LONGEST_S);
    if (group === undefined || last === undefined || isFull || SENTENCE_END.test(last.text) || word.startS - last.endS > LONGEST_PAUSE_S) {
      groups.push([word]);
      length = word.text.length;
    } else {
      group.push(word);
      length += 1 + word.text.length;
    }
  }
  return groups;
}
