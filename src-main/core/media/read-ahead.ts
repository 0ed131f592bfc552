export interface ReadAheadOptions {
  /** How many items may wait for the reader. */
  readonly count: number;
  /** Called when the reader leaves early or fails: makes the items that are still to come end soon. */
  readonly stop: () => void;
}

/** Lets a source go on working while its reader is busy with an item. Items come in order; an error comes in its place among them. */
export async function* readAhead<T>(
  source: AsyncGenerator<T, void, undefined>,
  { count, stop }: ReadAheadOptions,
): AsyncGenerator<T, void, undefined> {
  const coming: Promise<IteratorResult<T, void>>[] = [];
  let isAtEnd = false;
  const ask = (): Promise<IteratorResult<T, void>> => {
    // A generator answers requests one after another, in order.
    const item = source.next();
    // Of items that nobody waits for any more, errors do not matter either.
    item.catch(() => undefined);
    return item;
  };
  try {
    for (;;) {
      while (coming.length < count) coming.push(ask());
      const item = await (coming.shift() ?? ask());
      if (item.done === true) {
        isAtEnd = true;
        return;
      }
      coming.push(ask());
      yield item.value;
    }
  } finally {
    if (!isAtEnd) stop();
    await source.return();
  }
}
