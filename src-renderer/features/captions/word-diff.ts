import { diffWordsWithSpace } from 'diff';

/** A run of words that two texts share, or that only one of them has. */
export interface DiffPart {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** Word-level difference from `before` to `after`, in reading order. Joining the parts that are not `removed` gives `after`. */
export function wordDiff(before: string, after: string): DiffPart[] {
  return diffWordsWithSpace(before, after).map((change) => ({
    kind: change.added ? 'added' : change.removed ? 'removed' : 'same',
    text: change.value,
  }));
}

/** Share of the words of `after` that `before` has as well, 0..1; 1 for two empty texts. */
export function wordOverlap(before: string, after: string): number {
  const parts = wordDiff(before, after);
  const words = (kinds: readonly DiffPart['kind'][]): number =>
    parts.filter((part) => kinds.includes(part.kind)).reduce((sum, part) => sum + (part.text.match(/\S+/g)?.length ?? 0), 0);
  const total = words(['same', 'added']);
  return total === 0 ? (before.trim() === '' ? 1 : 0) : words(['same']) / total;
}
