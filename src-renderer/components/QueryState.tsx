import { Alert, Button, Center, Loader } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { describeError } from '../api/describe-error.ts';
import { ErrorText } from './ErrorText.tsx';

/** What stands in place of an answer that is not there: a loader, or what went wrong with a way to try again. */
export function QueryState({ query }: { readonly query: Pick<UseQueryResult, 'error' | 'isPending' | 'refetch'> }) {
  const { t } = useTranslation();
  if (query.error !== null) {
    const refusal = describeError(query.error);
    return (
      <Center p="xl">
        <Alert color="red" icon={<IconAlertTriangle />} title={t(`errors.${refusal.code}.title`)} maw={520}>
          <ErrorText {...refusal} />
          <Button mt="sm" variant="default" onClick={() => void query.refetch()}>
            {t('common.tryAgain')}
          </Button>
        </Alert>
      </Center>
    );
  }
  if (!query.isPending) return null;
  return (
    <Center h="100%" mih={120} component="output" aria-label={t('common.loading')}>
      <Loader size="sm" />
    </Center>
  );
}
