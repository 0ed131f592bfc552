/** Sentences of the storey `media`. `{{blank}}` is filled in; `_one` and `_other` go by `count`; `{{n, number}}` is written with separators. */
export const media = {} as const;
