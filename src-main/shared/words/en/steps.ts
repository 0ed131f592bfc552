/** Sentences of the storey `steps`. `{{blank}}` is filled in; `_one` and `_other` go by `count`; `{{n, number}}` is written with separators. */
export const steps = {} as const;
