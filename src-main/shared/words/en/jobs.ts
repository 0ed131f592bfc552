/** Sentences of the storey `jobs`. `{{blank}}` is filled in; `_one` and `_other` go by `count`; `{{n, number}}` is written with separators. */
export const jobs = {} as const;
