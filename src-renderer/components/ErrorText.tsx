import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AppErrorCode } from '#shared/contract/errors.ts';

interface ErrorTextProps {
  readonly code: AppErrorCode;
  readonly message: string;
}

/** What happened, and below it what to do. */
export function ErrorText({ code, message }: ErrorTextProps) {
  const { t } = useTranslation();
  return (
    <>
      {message !== '' && (
        <Text size="sm" component="span" display="block">
          {message}
        </Text>
      )}
      <Text size="xs" c="dimmed" component="span" display="block" mt={2}>
        {t(`errors.${code}.advice`)}
      </Text>
    </>
  );
}
