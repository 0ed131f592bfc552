import { Tokenizer, TokenParser, TokenType } from '@streamparser/json';
import { exactNumber } from '#shared/domain/exact-number.ts';

type Token = Parameters<TokenParser['write']>[0];

/** Long texts and numbers are gathered in a buffer: sign by sign, millions of line breaks would take hundreds of megabytes. */
const BUFFER_BYTES = 64 * 1024;

/** Keeps numbers that JavaScript cannot hold, or would write in another way, as they stand in the file. */
class ExactTokenizer extends Tokenizer {
  protected override parseNumber(text: string): number {
    // It is handed on to the value as it is; the library's types know plain numbers alone.
    return exactNumber(text) as number;
  }
}

/** How much an element may hold: beyond it, it is passed over while it is read, so that no file takes more memory than that. */
export interface ElementLimits {
  /** Of lists and objects inside of each other. */
  readonly depth: number;
  /** Keys and values, those of inner lists and objects too. */
  readonly parts: number;
}

/** Stands in the place of an element that was passed over. */
export class PassedElement {
  readonly beyond: keyof ElementLimits;
  /** What stood under the key that names an element, where that was read before. */
  readonly name: string | null;

  constructor(beyond: keyof ElementLimits, name: string | null) {
    this.beyond = beyond;
    this.name = name;
  }
}

interface ArrayReader {
  readonly limits: ElementLimits;
  /** The key that names an element. */
  readonly nameKey: string;
  onElement(value: unknown): void;
  onError(error: Error): void;
}

/** Reads a JSON array piece by piece, and gives its elements one by one; a `PassedElement` for one beyond the limits. */
export function createExactParser({ limits, nameKey, onElement, onError }: ArrayReader) {
  const tokenizer = new ExactTokenizer({ stringBufferSize: BUFFER_BYTES, numberBufferSize: BUFFER_BYTES });
  const array = new TokenParser({ paths: ['$.*'], keepStack: false });
  let inner = innerParser();
  let depth = 0;
  let element: OpenElement = { value: null, name: null, parts: 0, beyond: null };

  /** Of lists and objects in the array, one after another. */
  function innerParser(): TokenParser {
    const parser = new TokenParser({ paths: ['$', `$.${nameKey}`], separator: '' });
    parser.onValue = ({ value, stack }) => {
      if (stack.length === 0) element.value = value;
      else if (typeof value === 'string') element.name = value;
    };
    parser.onError = (error) => tokenizer.error(error);
    return parser;
  }

  function writeInner(token: Token): void {
    if (token.token !== TokenType.COMMA && token.token !== TokenType.COLON) element.parts++;
    const beyond = element.beyond ?? beyondOf(limits, depth - 1, element.parts);
    if (beyond === null) return inner.write(token);
    // What was read of it goes at once.
    if (element.beyond === null) inner = innerParser();
    element = { ...element, value: null, beyond };
  }

  tokenizer.onToken = (token) => {
    const opens = token.token === TokenType.LEFT_BRACE || token.token === TokenType.LEFT_BRACKET;
    const closes = token.token === TokenType.RIGHT_BRACE || token.token === TokenType.RIGHT_BRACKET;
    const isInside = depth > 1 || (depth === 1 && opens);
    if (depth === 1 && opens) element = { value: null, name: null, parts: 0, beyond: null };
    if (opens) depth++;
    if (isInside) writeInner(token);
    else array.write(token);
    if (closes) depth--;
    if (!isInside || depth !== 1) return;
    const { value, beyond, name } = element;
    // The library hands the value of a token on as it is; its types know plain values alone.
    const whole = (beyond === null ? value : new PassedElement(beyond, name)) as null;
    array.write({ token: TokenType.NULL, value: whole });
  };
  tokenizer.onError = onError;
  tokenizer.onEnd = () => {
    if (!array.isEnded) array.end();
  };
  array.onValue = ({ value }) => onElement(value);
  array.onError = (error) => tokenizer.error(error);
  array.onEnd = () => {
    if (!tokenizer.isEnded) tokenizer.end();
  };
  return {
    write: (text: string): void => tokenizer.write(text),
    isEnded: (): boolean => tokenizer.isEnded && array.isEnded,
  };
}

/** The list or object of the array that is being read. */
interface OpenElement {
  value: unknown;
  name: string | null;
  parts: number;
  readonly beyond: keyof ElementLimits | null;
}

function beyondOf(limits: ElementLimits, depth: number, parts: number): keyof ElementLimits | null {
  if (depth > limits.depth) return 'depth';
  return parts > limits.parts ? 'parts' : null;
}
