/** Sentences of the storey `exchange`. `{{blank}}` is filled in; `_one` and `_other` go by `count`; `{{n, number}}` is written with separators. */
export const exchange = {} as const;
