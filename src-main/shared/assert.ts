/** Ends every switch over a union: a forgotten case does not compile. */
export function assertNever(value: never): never {
  throw new TypeError(`Unhandled case: ${JSON.stringify(value)}`);
}

/** How the message of a broken invariant begins. */
export const INVARIANT = 'Invariant broken: ';

/** Throws when an invariant of the program itself is broken (never for bad input: that is an AppError). */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(INVARIANT + message);
}
