/** Fewest insertions, deletions and substitutions that turn `from` into `to` (Levenshtein 1966), over whatever the items are. */
export function editDistance<T>(from: readonly T[], to: readonly T[]): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, item] of from.entries()) {
    const next = [index + 1];
    for (const [column, other] of to.entries()) {
      next.push(Math.min((next[column] ?? 0) + 1, (row[column + 1] ?? 0) + 1, (row[column] ?? 0) + (item === other ? 0 : 1)));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

/** Edits per character of the reference; 0: the same. May exceed 1. An empty reference counts as one character. */
export function characterErrorRate(reference: string, hypothesis: string): number {
  const characters = Array.from(reference);
  return editDistance(characters, Array.from(hypothesis)) / Math.max(1, characters.length);
}
