/** How many lines of one oddity are named; the others are counted. */
const MAX_LINES = 20;

export type LineNotes = ReturnType<typeof createLineNotes>;

/** Collects what was left out or mended in a text file. Each kind of oddity becomes one note with its lines, so none hides another. */
export function createLineNotes() {
  const linesOf = new Map<string, number[]>();
  return {
    /** @param lineIndex counts from 0; people are told lines from 1 */
    add(lineIndex: number, what: string): void {
      const lines = linesOf.get(what);
      if (lines === undefined) linesOf.set(what, [lineIndex + 1]);
      else lines.push(lineIndex + 1);
    },

    /** In the order in which each kind was first met. */
    list: (): string[] => [...linesOf].map(([what, lines]) => `${nameLines([...new Set(lines)])}: ${what}`),
  };
}

function nameLines(lines: readonly number[]): string {
  const [first, ...others] = lines;
  if (others.length === 0) return `line ${first}`;
  if (lines.length > MAX_LINES) return `lines ${lines.slice(0, MAX_LINES).join(', ')} and ${lines.length - MAX_LINES} more`;
  return `lines ${lines.slice(0, -1).join(', ')} and ${lines.at(-1)}`;
}
