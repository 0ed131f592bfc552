import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** The beginning of a list, and a button for more of it: what comes with projects and data sets may be longer than a page can hold. */
export function useLongList<T>(items: readonly T[], { first, step }: { readonly first: number; readonly step: number }) {
  const { t } = useTranslation();
  const [shownCount, setShownCount] = useState(first);
  const hidden = items.length - shownCount;
  const more: ReactNode = hidden > 0 && (
    <Button variant="subtle" color="gray" size="compact-sm" onClick={() => setShownCount(shownCount + step)}>
      {t('common.showMore', { count: Math.min(hidden, step) })}
    </Button>
  );
  return { shown: hidden > 0 ? items.slice(0, shownCount) : items, more };
}
