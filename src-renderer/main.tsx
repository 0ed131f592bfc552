import './zod-setup.ts';
import './styles/global-styles.ts';
import { createRoot } from 'react-dom/client';
import { createBrowserHost } from './api/browser-host.ts';
import { openCoreConnection } from './api/connection.ts';
import { createDesktopHost } from './api/desktop-host.ts';
import { createEdits } from './api/edits.ts';
import { keepCacheFresh } from './api/event-sync.ts';
import { projectOnScreen } from './api/project-on-screen.ts';
import { createQueryClient } from './api/queries.ts';
import { App } from './app/App.tsx';
import { createCommandRegistry } from './app/commands/command-registry.ts';
import { showRefusal } from './app/commands/show-refusal.ts';
import { createUiStore } from './app/ui-store.ts';
import { shelvedVideos } from './editing/words-shelf.ts';
import { createI18n } from './i18n/i18n.ts';

async function start(): Promise<void> {
  const root = document.getElementById('root');
  if (root === null) throw new Error('index.html has no #root');

  const bridge = globalThis.shotluckDesktop;
  const host = bridge === undefined ? createBrowserHost() : createDesktopHost(bridge);
  const queryClient = createQueryClient();
  const core = openCoreConnection(host, () => projectOnScreen(queryClient));
  const edits = createEdits(queryClient);
  const commands = createCommandRegistry();
  keepCacheFresh(queryClient, core, edits);
  host.onCommand((commandId) => {
    if (!commands.run(commandId)) showRefusal(commands.find(commandId)?.refusal);
  });

  const i18n = await createI18n();
  createRoot(root).render(
    <App
      host={host}
      core={core}
      edits={edits}
      queryClient={queryClient}
      i18n={i18n}
      commands={commands}
      ui={createUiStore(shelvedVideos(localStorage))}
    />,
  );
}

void start();
