const PYTHON_NUMBERS = /-?\b(?:NaN|Infinity)\b/g;

/**
 * Python writes `NaN`, `Infinity` and `-Infinity` into what it calls JSON, most often for "no text": they are read as `null`, each reported.
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
      const found = isInString ? restOfString(text, at) : restOfPlain(text, at);
      const until = found.isEnd ? found.cut : text.length;
      mended += isInString ? text.slice(at, found.cut) : plain(text.slice(at, found.cut));
      held = text.slice(found.cut, until);
      if (found.isEnd) isInString = !isInString;
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

/** A piece of one kind: it goes on up to `cut`. `isEnd`: there the other kind begins; else the chunk ends, with what may belong to the next one behind `cut`. */
interface Piece {
  readonly cut: number;
  readonly isEnd: boolean;
}

/** To its quote; an escape may go on in the next chunk. */
function restOfString(text: string, from: number): Piece {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '"') return { cut: at + 1, isEnd: true };
    if (text[at] !== '\\') continue;
    if (at + 1 === text.length) return { cut: at, isEnd: false };
    at++;
  }
  return { cut: text.length, isEnd: false };
}

/** To the quote of the next string; a word may go on in the next chunk. */
function restOfPlain(text: string, from: number): Piece {
  const quote = text.indexOf('"', from);
  if (quote !== -1) return { cut: quote + 1, isEnd: true };
  const word = /(?:-?[A-Za-z]+|-)$/.exec(text.slice(Math.max(from, text.length - 16)));
  return { cut: text.length - (word?.[0].length ?? 0), isEnd: false };
}
