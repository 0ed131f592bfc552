/** So long a piece of work may keep everything else waiting: less than anybody notices. */
const MAX_HOLD_MS = 15;

/** To be awaited wherever work could rest; costs next to nothing while it need not. */
export type Turn = () => Promise<void>;

/** For long work in memory: lets everything else through now and then, and ends, by throwing, once `signal` says that nobody wants it. */
export function takeTurns(signal: AbortSignal): Turn {
  let begunMs = performance.now();
  return async () => {
    if (performance.now() - begunMs < MAX_HOLD_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    begunMs = performance.now();
  };
}

/** `map`, in turns. */
export async function mapInTurns<T, R>(things: readonly T[], turn: Turn, made: (thing: T) => R): Promise<R[]> {
  const all: R[] = [];
  for (const thing of things) {
    await turn();
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
    await turn();
    if (run.length < RUN_CHARACTERS) continue;
    yield run;
    run = '';
  }
  if (run !== '') yield run;
}
