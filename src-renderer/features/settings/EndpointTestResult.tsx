import { Alert, Button, Loader, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ErrorText } from '../../components/ErrorText.tsx';
import type { EndpointTesting } from './use-endpoint-test.ts';
import { useWording } from '../../i18n/use-wording.ts';

interface EndpointTestResultProps {
  readonly test: EndpointTesting;
  readonly contextTokens: number;
  readonly onUseContext: (tokens: number) => void;
}

/** What a test found: that it works and what for, or what does not and what to do. */
export function EndpointTestResult({ test, contextTokens, onUseContext }: EndpointTestResultProps) {
  const { t } = useTranslation();
  const wording = useWording();
  const { isRunning, result, error } = test;
  if (isRunning)
    return (
      <Text size="sm" component="output" display="block">
        <Loader size={12} mr={8} aria-hidden />
        {t('settings.endpoints.testing')}
      </Text>
    );
  if (error !== null)
    return (
      <Alert color="red" role="alert">
        <ErrorText {...error.refusal} />
      </Alert>
    );
  if (result === null) return null;
  const { reads, answer, problem, models, contextTokens: served } = result;
  return (
    <Alert
      variant="light"
      color={reads === 'nothing' ? 'red' : reads === 'text' ? 'yellow' : 'teal'}
      role={reads === 'nothing' ? 'alert' : 'status'}
      title={t(`settings.endpoints.reads.${reads}`)}
      styles={{ label: { color: 'var(--mantine-color-text)' } }}
    >
      <Stack gap={6}>
        {problem !== null && <Text size="sm">{wording(problem)}</Text>}
        {answer !== null && <Text size="sm">{t('settings.endpoints.answered', { answer })}</Text>}
        {models.length > 0 && (
          <Text size="sm" lineClamp={3}>
            {t('settings.endpoints.offers', { models: models.join(', ') })}
          </Text>
        )}
        {served !== null && served !== contextTokens && (
          <Button variant="default" size="compact-xs" w="fit-content" onClick={() => onUseContext(served)}>
            {t('settings.endpoints.useContext', { tokens: served })}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
