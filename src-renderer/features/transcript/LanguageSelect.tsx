import { Select } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { speechLanguages } from './speech-languages.ts';

interface LanguageSelectProps {
  /** Code, or `auto`. */
  readonly value: string;
  readonly onChange: (language: string) => void;
}

/** The language that is spoken: found out by listening, or chosen. */
export function LanguageSelect({ value, onChange }: LanguageSelectProps) {
  const { t, i18n } = useTranslation();
  const data = useMemo(
    () => [{ value: 'auto', label: t('editor.speech.detectLanguage') }, ...speechLanguages(i18n.language)],
    [t, i18n.language],
  );
  return (
    <Select
      label={t('editor.speech.language')}
      data={data}
      value={value}
      onChange={(next) => next !== null && onChange(next)}
      searchable
      allowDeselect={false}
      nothingFoundMessage={t('editor.speech.noLanguage')}
    />
  );
}
