import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { english } from '#shared/words/english.ts';
import { inLanguage, type Language, type Words } from '#shared/words/words.ts';

const ENGLISH: Language = { locale: 'en', sentences: english };

/** What the core says, by the language of the page. */
const languages: Readonly<Record<string, Language>> = { en: ENGLISH };

/** Of the core, or of the page itself, which words its own errors. */
interface Refused {
  readonly message: string;
  readonly words?: Words | undefined;
}

/** Words what the core says, such as an error or the title of a job, in the language of the page. */
export function useWording(): (said: Words | Refused) => string {
  const { i18n } = useTranslation();
  const language = languages[i18n.language] ?? ENGLISH;
  return useCallback(
    (said) => {
      if ('key' in said) return inLanguage(language, said);
      return said.words === undefined ? said.message : inLanguage(language, said.words);
    },
    [language],
  );
}
