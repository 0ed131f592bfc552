import { useTranslation } from 'react-i18next';
import type { en } from '../i18n/en.ts';

type CountName = keyof typeof en.transfer.counts extends infer K ? (K extends `${infer Name}_one` ? Name : never) : never;

/** Words for the counts of jobs and exports: `12 rows`. A name without words of its own is shown as it is; zeros are left out. */
export function useCounts(): (counts: Readonly<Record<string, number>>) => string[] {
  const { t, i18n } = useTranslation();
  return (counts) =>
    Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([name, count]) =>
        i18n.exists(`transfer.counts.${name}`, { count }) ? t(`transfer.counts.${name as CountName}`, { count }) : `${count} ${name}`,
      );
}
