/** Syntax: `english.ts`. */
export const common = {
  /** A sentence of an earlier version, which kept its text alone. */
  plain: '{{text}}',
} as const;
