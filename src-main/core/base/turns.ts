/** As long may work go on in one piece: a person notices nothing, and giving turns costs next to nothing. */
const PIECE_MS = 15;

/** For work of many small pieces, to be called after each: whatever waits, as somebody's query or a cancel, has its turn again and again. */
export function createTurns(): () => Promise<void> {
  let sinceMs = performance.now();
  return async () => {
    if (performance.now() - sinceMs < PIECE_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    sinceMs = performance.now();
  };
}
