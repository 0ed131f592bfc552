import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AppErrorCode } from '#shared/contract/errors.ts';
import type { MessageKey } from '../i18n/i18n.ts';

interface ErrorTextProps {
  readonly code: AppErrorCode;
  readonly message: string;
}

/** Where the core's message cannot know what to do. */
const advice: Readonly<Partial<Record<AppErrorCode, MessageKey>>> = {
  'invalid-input': 'errors.invalid-input.advice',
  conflict: 'errors.conflict.advice',
  disconnected: 'errors.disconnected.advice',
  internal: 'errors.internal.advice',
};

/** What happened, and below it what to do. */
export function ErrorText({ code, message }: ErrorTextProps) {
  const { t } = useTranslation();
  const adviceKey = advice[code];
  return (
    <>
      {message !== '' && (
        <Text size="sm" component="span" display="block">
          {message}
        </Text>
      )}
      {adviceKey !== undefined && (
        <Text size="xs" c="dimmed" component="span" display="block" mt={2}>
          {t(adviceKey)}
        </Text>
      )}
    </>
  );
}
