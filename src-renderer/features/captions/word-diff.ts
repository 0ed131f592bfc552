import { diffWordsWithSpace } from 'diff';

/** A run of words that two texts share, or that only one of them has. */
export interface DiffPart {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/**
 * Words, blanks and signs in which two texts may differ: 400 words of which none is the same. The search takes time in proportion to the square of it,
 * and two long texts that have nothing in common would keep the page from answering for minutes.
 */
const MAX_DIFFERENCES = 1_000;

/**
 * Word-level difference from `before` to `after`, in reading order. Joining the parts that are not `removed` gives `after`. Null for texts that differ too
 * much to be compared.
 */
export function wordDiff(before: string, after: string): DiffPart[] | null {
  const changes = diffWordsWithSpace(before, after, { maxEditLength: MAX_DIFFERENCES });
  if (changes === undefined) return null;
  return changes.map((change) => ({
    kind: change.added ? 'added' : change.removed ? 'removed' : 'same',
    text: change.value,
  }));
}
