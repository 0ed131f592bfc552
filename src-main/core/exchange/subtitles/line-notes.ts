/** How many lines of one oddity are named; the others are counted. */
const MAX_LINES = 20;
/** How many kinds are named; some say what stands there, which may be something else in each line. */
const MAX_KINDS = 50;

export type LineNotes = ReturnType<typeof createLineNotes>;

/** Collects what was left out or mended in a text file. Each kind of oddity becomes one note with its lines, so none hides another. */
export function createLineNotes() {
  const linesOf = new Map<string, Set<number>>();
  let unlisted = 0;
  return {
    /** @param lineIndex counts from 0; people are shown lines from 1 */
    add(lineIndex: number, what: string): void {
      const lines = linesOf.get(what);
      if (lines !== undefined) lines.add(lineIndex + 1);
      else if (linesOf.size < MAX_KINDS) linesOf.set(what, new Set([lineIndex + 1]));
      else unlisted++;
    },

    /** In the order in which each kind was first met. */
    list: (): string[] => [
      ...[...linesOf].map(([what, lines]) => `${nameLines([...lines])}: ${what}`),
      ...(unlisted === 0 ? [] : [`${unlisted.toLocaleString('en')} more were read in other ways than they are written`]),
    ],
  };
}

function nameLines(lines: readonly number[]): string {
  const [first, ...others] = lines;
  if (others.length === 0) return `line ${first}`;
  if (lines.length > MAX_LINES) return `lines ${lines.slice(0, MAX_LINES).join(', ')} and ${lines.length - MAX_LINES} more`;
  return `lines ${lines.slice(0, -1).join(', ')} and ${lines.at(-1)}`;
}
