import { Center, Loader } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { lazy, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useProject } from '../../api/queries.ts';
import { CheatSheet } from '../../features/commands/CheatSheet.tsx';
import { CommandPalette } from '../../features/commands/CommandPalette.tsx';
import { QueueDrawer } from '../../features/jobs/QueueDrawer.tsx';
import { HistoryPage } from '../../features/history/HistoryPage.tsx';
import { ModelsPage } from '../../features/models/ModelsPage.tsx';
import { NameDialog } from '../../features/people/NameDialog.tsx';
import { BackupsDialog } from '../../features/projects/BackupsDialog.tsx';
import { NewProjectDialog } from '../../features/projects/NewProjectDialog.tsx';
import { StartPage } from '../../features/projects/StartPage.tsx';
import { SearchPalette } from '../../features/search/SearchPalette.tsx';
import { SettingsDialog } from '../../features/settings/SettingsDialog.tsx';
import { TranscribeDialog } from '../../features/transcript/TranscribeDialog.tsx';
import { DivideDialog } from '../../features/videos/DivideDialog.tsx';
import { useImportForVideo } from '../../features/transfer/use-import-for-video.tsx';
import { ArchiveDialog } from '../../features/transfer/ArchiveDialog.tsx';
import { ClipsDialog } from '../../features/transfer/ClipsDialog.tsx';
import { ExportDialog } from '../../features/transfer/ExportDialog.tsx';
import { ImportDialog } from '../../features/transfer/ImportDialog.tsx';
import { DropOverlay } from '../../features/videos/DropOverlay.tsx';
import { LibraryPage } from '../../features/videos/LibraryPage.tsx';
import { QueryState } from '../../components/QueryState.tsx';
import { useKeyCommands } from '../commands/use-key-commands.ts';
import { useUi } from '../ui-context.tsx';
import { useRoute } from '../use-route.ts';
import classes from './Shell.module.css';
import { ConnectionBanner } from './ConnectionBanner.tsx';
import { ReadOnlyBanner } from './ReadOnlyBanner.tsx';
import { StatusBar } from './StatusBar.tsx';
import { TopBar } from './TopBar.tsx';
import { useLastPlace } from './use-last-place.ts';
import { useNotices, useProjectSwitches } from './use-notices.ts';
import { useShellCommands } from './use-shell-commands.ts';
import { useThemeSetting } from './use-theme-setting.ts';

// The editor is the largest part by far and the library does not need it.
const loadEditor = () => import('../../features/editor/EditorPage.tsx');
const EditorPage = lazy(() => loadEditor().then((module) => ({ default: module.EditorPage })));

/** Everything around the pages, and the choice of the page. */
export function Shell() {
  useShellCommands();
  useKeyCommands();
  useThemeSetting();
  useNotices();
  useProjectSwitches();
  useEditorBeforehand();
  const { t } = useTranslation();
  const project = useProject().data ?? null;
  useLastPlace(project?.ref ?? null);
  useDocumentTitle(project === null ? t('common.appName') : `${project.name} – ${t('common.appName')}`);
  return (
    <div className={classes.shell}>
      <TopBar />
      <div className={classes.banners}>
        <ConnectionBanner />
        <ReadOnlyBanner />
      </div>
      <main className={classes.main}>
        <Suspense fallback={<PageLoader />}>
          <CurrentPage />
        </Suspense>
      </main>
      <StatusBar />
      <QueueDrawer />
      <CommandPalette />
      <SearchPalette />
      <OpenDialog />
      <NameDialog />
      <Drops />
    </div>
  );
}

/** Fetches the editor's code once the rest stands, so that a video can be opened while a served studio is away. */
function useEditorBeforehand(): void {
  // A failure is reported when the editor is opened, which fetches it again.
  useEffect(() => void loadEditor().catch(() => undefined), []);
}

function CurrentPage() {
  const route = useRoute();
  const project = useProject();
  if (route.page === 'models') return <ModelsPage />;
  if (project.data === undefined) return <QueryState query={project} />;
  if (project.data === null) return <StartPage />;
  switch (route.page) {
    case 'editor':
      return <EditorPage key={route.videoId} videoId={route.videoId} />;
    case 'history':
      return <HistoryPage />;
    case 'library':
      return <LibraryPage project={project.data} />;
  }
}

function OpenDialog() {
  const dialog = useUi((ui) => ui.dialog);
  const close = useUi((ui) => ui.closeDialog);
  switch (dialog?.name) {
    case undefined:
      return null;
    case 'new-project':
      return <NewProjectDialog onClose={close} />;
    case 'settings':
      return <SettingsDialog onClose={close} section={dialog?.section ?? 'general'} />;
    case 'shortcuts':
      return <CheatSheet onClose={close} />;
    case 'backups':
      return <BackupsDialog onClose={close} project={dialog.project} name={dialog.title} />;
    case 'export':
      return <ExportDialog group={dialog.group} onClose={close} />;
    case 'divide':
      return <DivideDialog onClose={close} />;
    case 'import-dataset':
      return <ImportDialog onClose={close} file={dialog.file ?? null} />;
    case 'transcribe':
      return <TranscribeDialog onClose={close} videoId={dialog.videoId} />;
    case 'archive':
      return <ArchiveDialog onClose={close} />;
    case 'clips':
      return <ClipsDialog onClose={close} videoIds={dialog?.videoIds ?? null} />;
  }
}

function Drops() {
  const route = useRoute();
  const hasProject = (useProject().data ?? null) !== null;
  const { take } = useImportForVideo();
  return <DropOverlay onFileOfVideo={route.page === 'editor' && hasProject ? (kind, file) => take(kind, route.videoId, file) : null} />;
}

function PageLoader() {
  return (
    <Center h="100%">
      <Loader size="sm" />
    </Center>
  );
}
