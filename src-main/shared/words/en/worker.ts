/** Sentences of the storey `worker`. `{{blank}}` is filled in; `_one` and `_other` go by `count`; `{{n, number}}` is written with separators. */
export const worker = {} as const;
