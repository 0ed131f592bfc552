/** Sentences of the storey `app`. `{{blank}}` is filled in; `_one` and `_other` go by `count`; `{{n, number}}` is written with separators. */
export const app = {} as const;
