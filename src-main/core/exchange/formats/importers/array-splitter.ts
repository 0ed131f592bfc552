import { createPlaceCounter, type TextPlace } from './text-place.ts';

/** How much an element may hold: beyond it, it is passed over while it is read, so that no file takes more memory than that. */
export interface ElementLimits {
  /** Of lists and objects inside of each other. */
  readonly depth: number;
  /** Keys and values, those of inner lists and objects too. */
  readonly parts: number;
  /** Characters. */
  readonly length: number;
}

/** Stands in the place of an element that was passed over. */
export class PassedElement {
  readonly beyond: keyof ElementLimits;
  /** How it begins. */
  readonly head: string;
  /** Where it begins; null where that is not known. */
  readonly place: TextPlace | null;

  constructor(beyond: keyof ElementLimits, head: string, place: TextPlace | null = null) {
    this.beyond = beyond;
    this.head = head;
    this.place = place;
  }
}

/** The text of an element as it stands in the file, or why there is none. */
export type SplitElement = string | PassedElement;

/** The file is none that can be read any further. */
export class NoArray extends Error {
  override name = 'NoArray';
}

/** So much of an element that is passed over is kept, to say which it is. */
export const HEAD_LENGTH = 2_000;

const BLANKS = ' \t\n\r';
const codeOf = (sign: string): number => sign.charCodeAt(0);
const [QUOTE, COMMA, COLON] = [codeOf('"'), codeOf(','), codeOf(':')];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [codeOf('['), codeOf(']'), codeOf('{'), codeOf('}')];

/**
 * Finds where the elements of a JSON array begin and end, in text that comes in chunks; whether each of them is valid JSON it leaves to a parser. Goes over
 * strings from quote to quote, which is most of a data set, and keeps no more than one element.
 */
export function createArraySplitter(limits: ElementLimits) {
  /** What comes next: the array itself, an element, what follows one, or nothing. `inside`: the rest of an element. */
  let state: 'array' | 'first' | 'element' | 'inside' | 'behind' | 'end' = 'array';
  let depth = 0;
  let parts = 0;
  let isInString = false;
  let isEscaped = false;
  /** Of the element, from earlier chunks. */
  let held: string[] = [];
  let heldLength = 0;
  let beyond: keyof ElementLimits | null = null;
  const counter = createPlaceCounter();
  let begins: TextPlace = { line: 1, column: 1 };

  function begin(): void {
    state = 'inside';
    depth = 0;
    parts = 0;
    held = [];
    heldLength = 0;
    beyond = null;
  }

  function hold(text: string): void {
    if (beyond === null && heldLength + text.length > limits.length) passOver('length');
    const kept = beyond === null ? text : text.slice(0, Math.max(0, HEAD_LENGTH - heldLength));
    if (kept !== '') held.push(kept);
    heldLength += text.length;
  }

  function finish(text: string): SplitElement {
    hold(text);
    state = 'behind';
    const whole = held.length === 1 ? (held[0] ?? '') : held.join('');
    held = [];
    heldLength = 0;
    return beyond === null ? whole : new PassedElement(beyond, whole.slice(0, HEAD_LENGTH));
  }

  /** To its closing quote, or to the end of the chunk; returns the place behind. */
  function passString(text: string, begin: number): number {
    const from = isEscaped ? begin + 1 : begin;
    isEscaped = false;
    const isEscapedAt = (place: number): boolean => {
      let escapes = 0;
      while (place - 1 - escapes >= from && text[place - 1 - escapes] === '\\') escapes++;
      return escapes % 2 === 1;
    };
    let quote = text.indexOf('"', from);
    while (quote !== -1 && isEscapedAt(quote)) quote = text.indexOf('"', quote + 1);
    isInString = quote === -1;
    if (quote === -1) isEscaped = isEscapedAt(text.length);
    return quote === -1 ? text.length : quote + 1;
  }

  function passOver(kind: keyof ElementLimits): void {
    beyond = kind;
    const head = held.join('').slice(0, HEAD_LENGTH);
    held = head === '' ? [] : [head];
  }

  /** Goes on in an element; returns the place behind it, or -1 where it goes on in the next chunk. */
  function passElement(text: string, from: number): number {
    let at = from;
    while (at < text.length) {
      if (isInString) {
        at = passString(text, at);
        if (!isInString && depth === 0) return at;
        continue;
      }
      const code = text.charCodeAt(at);
      if (code === QUOTE) isInString = true;
      else if (code === OPEN_LIST || code === OPEN_OBJECT) {
        parts++;
        if (++depth > limits.depth && beyond === null) passOver('depth');
      } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) {
        // The end of the array ends a number in it.
        if (depth === 0) return at;
        if (--depth === 0) return at + 1;
      } else if (code === COMMA || code === COLON) {
        if (depth === 0) return at;
        parts++;
      } else if (depth === 0 && BLANKS.includes(text[at] ?? '')) return at;
      if (parts > limits.parts && beyond === null) passOver('parts');
      at++;
    }
    return -1;
  }

  /** One sign between elements. */
  function step(sign: string): void {
    if (BLANKS.includes(sign)) return;
    if (state === 'array' && sign === '[') state = 'first';
    else if (state === 'behind' && sign === ',') state = 'element';
    else if ((state === 'behind' || state === 'first') && sign === ']') state = 'end';
    else if ((state === 'first' || state === 'element') && !',]:}'.includes(sign)) begin();
    else throw new NoArray(`unexpected “${sign}” between its records`);
  }

  return {
    /** @throws NoArray behind the elements before that place */
    *write(text: string): Generator<SplitElement> {
      counter.begin(text);
      let at = 0;
      while (at < text.length) {
        if (state !== 'inside') {
          begins = counter.placeOf(text, at);
          step(text[at] ?? '');
          if ((state as string) !== 'inside') {
            at++;
            continue;
          }
        }
        const end = passElement(text, at);
        if (end === -1) {
          hold(text.slice(at));
          break;
        }
        yield finish(text.slice(at, end));
        at = end;
      }
      counter.end(text);
    },
    isEnded: (): boolean => state === 'end',
    isInside: (): boolean => state === 'inside',
    /** Where the element that was read last begins, or the sign that was not expected. */
    place: (): TextPlace => begins,
  };
}
