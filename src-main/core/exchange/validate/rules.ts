import type { Rule } from './rule.ts';
import { firstFramesOnly, frameArithmetic, oneRate, tooLong, tooShort } from './rules/frame-rules.ts';
import { container, cost, mediaTokens, missingMedia, roles, staleCache } from './rules/media-rules.ts';
import {
  duplicateRow,
  emptyText,
  identicalPair,
  placeholderText,
  repeatedText,
  specialTokens,
  splitLeak,
  unfilledPlace,
} from './rules/text-rules.ts';

/** Those that look at rows alone, and cost next to nothing. Adding a rule is adding it here, and a line in `docs/validate.md`. */
export const RULES: readonly Rule[] = [
  mediaTokens,
  roles,
  container,
  missingMedia,
  tooShort,
  tooLong,
  firstFramesOnly,
  frameArithmetic,
  oneRate,
  staleCache,
  emptyText,
  placeholderText,
  unfilledPlace,
  specialTokens,
  duplicateRow,
  repeatedText,
  identicalPair,
  splitLeak,
  cost,
];
