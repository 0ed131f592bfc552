import { Button, Center, Stack, Text, Title } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface ErrorBoundaryProps {
  readonly children: ReactNode;
}

/** The last net: a fault in the interface itself. Every edit was stored when it was made, so a reload loses nothing. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly error: Error | null }> {
  override state: { readonly error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error): { readonly error: Error } {
    return { error };
  }

  override render(): ReactNode {
    return this.state.error === null ? this.props.children : <CrashPage error={this.state.error} />;
  }
}

function CrashPage({ error }: { readonly error: Error }) {
  const { t } = useTranslation();
  return (
    <Center h="100%" p="xl">
      <Stack maw={520} gap="md" role="alert">
        <Title order={1}>{t('common.crash.title')}</Title>
        <Text>{t('common.crash.message')}</Text>
        <Text size="sm" c="dimmed" ff="monospace">
          {error.message}
        </Text>
        <Button onClick={() => location.reload()} w="fit-content">
          {t('common.crash.reload')}
        </Button>
      </Stack>
    </Center>
  );
}
