import { AppError } from '#shared/contract/errors.ts';
import { words, type Words, type WordsValue } from '#shared/words/words.ts';
import type { LimitedPart } from './watched-parts.ts';

/** How long one text may be in the hands of such a part, in ms. The longest prompt takes a good tokenizer less than one second. */
export const PART_LIMIT_MS = 30_000;

/** Runs work under the eyes of the watchdog, which ends the process where the work takes too long: nothing else stops it. */
export interface WorkLimit {
  run<T>(part: LimitedPart, work: () => T): T;
}

/** Where nobody watches. */
export const noLimit: WorkLimit = { run: (_part, work) => work() };

/** The file, or what stands in several, that a person would look at. */
const PLACES: Readonly<Record<LimitedPart, WordsValue>> = {
  tokenizer: 'tokenizer.json',
  'chat template': words('engines.theChatTemplate'),
};

/** In the middle of a sentence. */
export function nameOfPart(part: LimitedPart): Words {
  return part === 'tokenizer' ? words('engines.theTokenizer') : words('engines.theChatTemplate');
}

export function brokenPart(part: LimitedPart, reason: Words): AppError {
  return new AppError('model-broken', words('engines.partBroken', { place: PLACES[part], reason }));
}
