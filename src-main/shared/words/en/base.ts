/** Sentences of the storey `base`. `{{blank}}` is filled in; `_one` and `_other` go by `count`; `{{n, number}}` is written with separators. */
export const base = {} as const;
