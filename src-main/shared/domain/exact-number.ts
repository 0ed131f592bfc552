import { z } from 'zod';

/** A number as it was written, where JavaScript would write another: `7012345678901234567`, `1.0`. `JSON.stringify` writes it as it stands. */
export interface ExactNumber {
  readonly rawJSON: string;
}

// Part of ECMAScript 2026 and of what the studio runs on; TypeScript does not list them yet.
declare global {
  interface JSON {
    rawJSON(text: string): ExactNumber;
    isRawJSON(value: unknown): value is ExactNumber;
    parse(text: string, reviver: (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown): unknown;
  }
}

/** Longer ones are no ids, and nothing that counts anything. */
const MAX_LENGTH = 1_000;

export const ExactNumber = z.custom<ExactNumber>((value) => JSON.isRawJSON(value) && value.rawJSON.length <= MAX_LENGTH);

/** A number of a JSON text: plain where nothing is lost by that, else as it was written. */
function exactNumber(text: string): number | ExactNumber {
  const number = Number(text);
  return String(number) === text ? number : JSON.rawJSON(text);
}

/**
 * As `JSON.parse`, with each number as it was written.
 * @throws SyntaxError for what is no JSON; RangeError where it is nested thousands of levels deep
 */
export function parseExactJson(text: string): unknown {
  return JSON.parse(text, (_key, value, { source }) => (typeof value === 'number' && source !== undefined ? exactNumber(source) : value));
}
