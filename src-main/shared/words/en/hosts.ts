/** Sentences of the storey `hosts`. `{{blank}}` is filled in; `_one` and `_other` go by `count`; `{{n, number}}` is written with separators. */
export const hosts = {} as const;
