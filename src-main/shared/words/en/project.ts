/** Sentences of the storey `project`. `{{blank}}` is filled in; `_one` and `_other` go by `count`; `{{n, number}}` is written with separators. */
export const project = {} as const;
