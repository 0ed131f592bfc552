import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import type { i18n } from 'i18next';
import { I18nextProvider } from 'react-i18next';
import type { HostApi } from '#shared/contract/host-api.ts';
import type { CoreConnection } from '../api/connection.ts';
import type { Edits } from '../api/edits.ts';
import { CoreProvider } from '../api/core-context.tsx';
import { cssVariables, theme } from '../styles/theme.ts';
import { CommandProvider } from './commands/command-context.tsx';
import type { CommandRegistry } from './commands/command-registry.ts';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { Shell } from './shell/Shell.tsx';
import { UiProvider } from './ui-context.tsx';
import type { UiStore } from './ui-store.ts';

export interface AppProps {
  readonly host: HostApi;
  readonly core: CoreConnection;
  readonly edits: Edits;
  readonly queryClient: QueryClient;
  readonly i18n: i18n;
  readonly commands: CommandRegistry;
  readonly ui: UiStore;
}

/** The whole interface. Everything with a life of its own is made in `main.tsx` and handed in. */
export function App({ host, core, edits, queryClient, i18n, commands, ui }: AppProps) {
  return (
    <I18nextProvider i18n={i18n}>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
        <ErrorBoundary>
          <QueryClientProvider client={queryClient}>
            <CoreProvider core={core} host={host} edits={edits}>
              <UiProvider store={ui}>
                <CommandProvider registry={commands}>
                  <ModalsProvider>
                    <Notifications position="bottom-right" limit={4} styles={{ root: { marginBlockEnd: 'var(--statusbar-height)' } }} />
                    <Shell />
                  </ModalsProvider>
                </CommandProvider>
              </UiProvider>
            </CoreProvider>
          </QueryClientProvider>
        </ErrorBoundary>
      </MantineProvider>
    </I18nextProvider>
  );
}
