/** Sentences of the storey `engines`. `{{blank}}` is filled in; `_one` and `_other` go by `count`; `{{n, number}}` is written with separators. */
export const engines = {} as const;
