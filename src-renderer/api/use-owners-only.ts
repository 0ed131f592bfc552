import { useTranslation } from 'react-i18next';
import { useMe } from './queries.ts';

/** For what only owners may do: spread over a control, it disables it for everybody else and says why. */
export function useOwnersOnly(): { readonly disabled?: true; readonly title?: string } {
  const { t } = useTranslation();
  return useMe().data?.role === 'annotator' ? { disabled: true, title: t('people.ownersOnly') } : {};
}
