import { inEnglish, Words } from '#shared/words/words.ts';

/** For `toMatchObject` and `toEqual`: words of ours that say this in English. */
export function saying(text: string | RegExp): unknown {
  return {
    asymmetricMatch(found: unknown): boolean {
      const said = Words.safeParse(found);
      if (!said.success) return false;
      return typeof text === 'string' ? inEnglish(said.data).includes(text) : text.test(inEnglish(said.data));
    },
    toString: () => `saying ${String(text)}`,
    toAsymmetricMatcher: () => `saying ${String(text)}`,
  };
}
