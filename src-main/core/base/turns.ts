/** So long a piece of work may keep everything else waiting: less than anybody notices. */
const MAX_HOLD_MS = 15;

/** To be awaited wherever work could rest; costs next to nothing while it need not, and then there is nothing to wait for. */
export type Turn = () => Promise<void> | undefined;

/** For long work in memory: lets everything else through now and then, and ends, by throwing, once `signal` says that nobody wants it. */
export function takeTurns(signal: AbortSignal): Turn {
  let begunMs = performance.now();
  async function rest(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    begunMs = performance.now();
  }
  return () => (performance.now() - begunMs < MAX_HOLD_MS ? undefined : rest());
}

/** `map`, in turns. */
export async function mapInTurns<T, R>(things: readonly T[], turn: Turn, made: (thing: T) => R): Promise<R[]> {
  const all: R[] = [];
  for (const thing of things) {
    const rest = turn();
    // There are hundreds of thousands of short ones.
    if (rest !== undefined) await rest;
    all.push(made(thing));
  }
  return all;
}

/** Long enough that writing them one by one costs little. */
const RUN_CHARACTERS = 65_536;

/** A text of many small pieces in runs of a good length, put together in turns. */
export async function* inRuns(pieces: Iterable<string>, turn: Turn): AsyncGenerator<string> {
  let run = '';
  for (const piece of pieces) {
    run += piece;
    const rest = turn();
    if (rest !== undefined) await rest;
    if (run.length < RUN_CHARACTERS) continue;
    yield run;
    run = '';
  }
  if (run !== '') yield run;
}
