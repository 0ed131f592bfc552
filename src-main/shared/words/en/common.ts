/** Syntax: `english.ts`. */
export const common = {
  /** A sentence that is worded already: see `plain` in `words.ts`. */
  plain: '{{text}}',
} as const;
