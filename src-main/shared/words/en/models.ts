/** Sentences of the storey `models`. `{{blank}}` is filled in; `_one` and `_other` go by `count`; `{{n, number}}` is written with separators. */
export const models = {} as const;
