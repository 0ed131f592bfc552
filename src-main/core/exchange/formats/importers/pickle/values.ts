import { inEnglish, type Words } from '#shared/words/words.ts';

/** What a pickle holds, as data. Lists and tuples may hold themselves: whoever looks through them goes no deeper than the format that is expected. */
export type PickleValue =
  | null
  | boolean
  | number
  | string
  | PickleBytes
  | PickleList
  | PickleDict
  | PickleGlobal
  | PickleDtype
  | PickleArray;

/** Of the file, from the first byte to that before the last. */
export class PickleBytes {
  readonly from: number;
  readonly to: number;

  constructor(from: number, to: number) {
    this.from = from;
    this.to = to;
  }
}

/** A list or a tuple. */
export class PickleList {
  readonly items: PickleValue[];

  constructor(items: PickleValue[]) {
    this.items = items;
  }
}

export class PickleDict {
  readonly entries: { readonly key: PickleValue; readonly value: PickleValue }[] = [];
}

/** The name of a thing of numpy; it is never looked up. */
export class PickleGlobal {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** How numbers of numpy are stored, e.g. `i8`. */
export class PickleDtype {
  readonly code: string;
  isBigEndian = false;

  constructor(code: string) {
    this.code = code;
  }
}

/** An array of numpy; empty until it is given its content. */
export class PickleArray {
  items: readonly PickleValue[] = [];
}

/** The parts of a list, a tuple or an array; null for what has none. */
export function partsOf(value: PickleValue | undefined): readonly PickleValue[] | null {
  return value instanceof PickleList || value instanceof PickleArray ? value.items : null;
}

/** Why a pickle is not read. */
export class PickleProblem extends Error {
  override name = 'PickleProblem';
  readonly words: Words;

  constructor(said: Words, options?: ErrorOptions) {
    super(inEnglish(said), options);
    this.words = said;
  }
}
