/** Sentences of the storey `wire`. `{{blank}}` is filled in; `_one` and `_other` go by `count`; `{{n, number}}` is written with separators. */
export const wire = {} as const;
