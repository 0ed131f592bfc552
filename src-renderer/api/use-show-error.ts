import { notifications } from '@mantine/notifications';
import { createElement, useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorText } from '../components/ErrorText.tsx';
import { describeError } from './describe-error.ts';

/** Shows a failure as a notification: what happened, what is safe, what to do. The same failure twice is shown once. */
export function useShowError(): (error: unknown) => void {
  const { t } = useTranslation();
  return useCallback(
    (error: unknown) => {
      const refusal = describeError(error);
      const { code, message } = refusal;
      notifications.show({
        id: `error:${code}:${message}`,
        color: 'red',
        title: t(`errors.${code}.title`),
        message: createElement(ErrorText, refusal),
        autoClose: 12_000,
        role: 'alert',
      });
    },
    [t],
  );
}
