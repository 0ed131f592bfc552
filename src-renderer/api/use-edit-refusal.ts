import { useTranslation } from 'react-i18next';
import { readOnlyWords } from '#shared/domain/read-only-words.ts';
import { useWording } from '../i18n/use-wording.ts';
import { useProject } from './queries.ts';

/** Why nothing in the open project can be changed, as its banner says it; null: it can be changed, or none is open. */
export function useEditRefusal(): string | null {
  const { t } = useTranslation();
  const wording = useWording();
  const reason = useProject().data?.readOnly ?? null;
  return reason === null ? null : t('readOnly.because', { reason: wording(readOnlyWords(reason)) });
}

/** For what changes the project and is no command: spread over a control, it disables it while the project is only read, and says why. */
export function useEditsOnly(): { readonly disabled?: true; readonly title?: string } {
  const refusal = useEditRefusal();
  return refusal === null ? {} : { disabled: true, title: refusal };
}
