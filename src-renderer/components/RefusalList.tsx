import { List, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** A file that was not taken. */
export interface Refusal {
  readonly name: string;
  readonly reason: string;
}

const SHOWN_REFUSALS = 5;

/** Files that were not taken, in a notification. */
export function RefusalList({ refused }: { readonly refused: readonly Refusal[] }) {
  const { t } = useTranslation();
  return (
    <>
      <List size="sm">
        {refused.slice(0, SHOWN_REFUSALS).map(({ name, reason }) => (
          <List.Item key={`${name} ${reason}`}>
            {name}: {reason}
          </List.Item>
        ))}
      </List>
      {refused.length > SHOWN_REFUSALS && <Text size="sm">{t('common.andMore', { count: refused.length - SHOWN_REFUSALS })}</Text>}
    </>
  );
}
