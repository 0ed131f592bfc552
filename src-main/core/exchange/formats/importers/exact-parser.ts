import { Tokenizer, TokenParser } from '@streamparser/json';
import { exactNumber } from '#shared/domain/exact-number.ts';

/** Keeps numbers that JavaScript cannot hold, or would write in another way, as they stand in the file. */
class ExactTokenizer extends Tokenizer {
  protected override parseNumber(text: string): number {
    // It is handed on to the value as it is; the library's types know plain numbers alone.
    return exactNumber(text) as number;
  }
}

interface ArrayReader {
  onElement(value: unknown): void;
  onError(error: Error): void;
}

/** Reads a JSON array piece by piece, and gives its elements one by one. */
export function createExactParser({ onElement, onError }: ArrayReader) {
  const tokenizer = new ExactTokenizer();
  const elements = new TokenParser({ paths: ['$.*'], keepStack: false });
  tokenizer.onToken = (token) => elements.write(token);
  tokenizer.onError = onError;
  tokenizer.onEnd = () => {
    if (!elements.isEnded) elements.end();
  };
  elements.onValue = ({ value }) => onElement(value);
  elements.onError = (error) => tokenizer.error(error);
  elements.onEnd = () => {
    if (!tokenizer.isEnded) tokenizer.end();
  };
  return {
    write: (text: string): void => tokenizer.write(text),
    isEnded: (): boolean => tokenizer.isEnded && elements.isEnded,
  };
}
