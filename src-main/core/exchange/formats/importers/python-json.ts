const PYTHON_NUMBERS = /-?\b(?:NaN|Infinity)\b/g;

/**
 * Python writes `NaN`, `Infinity` and `-Infinity` into what it calls JSON, most often for "no text": they are read as `null`, each told.
 * Chunks may end anywhere; words inside of strings stay as they are.
 */
export async function* withoutPythonNumbers(chunks: AsyncIterable<string>, onFound: (count: number) => void): AsyncGenerator<string> {
  let isInString = false;
  let held = '';
  const plain = (text: string): string =>
    text.replaceAll(PYTHON_NUMBERS, () => {
      onFound(1);
      return 'null';
    });

  function mend(text: string): string {
    let mended = '';
    let at = 0;
    while (at < text.length) {
      const end = isInString ? endOfString(text, at) : text.indexOf('"', at);
      const until = end === -1 ? text.length : end + 1;
      // A word, and an escape, may go on in the next chunk.
      const cut = end === -1 ? until - (/(?:\\|-?[A-Za-z]+|-)$/.exec(text.slice(Math.max(at, until - 16)))?.[0].length ?? 0) : until;
      mended += isInString ? text.slice(at, cut) : plain(text.slice(at, cut));
      held = text.slice(cut, until);
      if (end !== -1) isInString = !isInString;
      at = until;
    }
    return mended;
  }

  for await (const chunk of chunks) {
    const text = held + chunk;
    held = '';
    yield mend(text);
  }
  if (held !== '') yield isInString ? held : plain(held);
}

/** Index of the quote that ends a string; -1 where it goes on behind the chunk. */
function endOfString(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return -1;
}
