import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { english } from '#shared/words/english.ts';
import { inLanguage, type Language, type Words } from '#shared/words/words.ts';

/** What the core says, by the language of the page. */
const languages: Readonly<Record<string, Language>> = { en: { locale: 'en', sentences: english } };

/** Words what the core said, such as an error, in the language of the page; records of earlier versions are in English alone. */
export function useWording(): (said: { readonly message: string; readonly words?: Words | undefined }) => string {
  const { i18n } = useTranslation();
  const language = languages[i18n.language] ?? languages['en'];
  return useCallback(
    ({ message, words }) => (words === undefined || language === undefined ? message : inLanguage(language, words)),
    [language],
  );
}
