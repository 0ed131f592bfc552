import { useWording } from '../../i18n/use-wording.ts';
import { useComputedColorScheme } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import { useEdits, useHost } from '../../api/core-context.tsx';
import { useHasMissing, useIsOwner, useNextUndo, useProject } from '../../api/queries.ts';
import { useRelinkFolder } from '../../api/use-relink-video.tsx';
import { useChangeSettings } from '../../api/use-change-settings.ts';
import { useProjectActions } from '../../features/projects/use-project-actions.ts';
import { searchPalette } from '../../features/search/search-palette-store.ts';
import { useImportVideos } from '../../features/videos/use-import-videos.tsx';
import type { Command, CommandGroup } from '../commands/command.ts';
import { useCommands } from '../commands/command-context.tsx';
import { useUi } from '../ui-context.tsx';
import { navigate } from '../use-route.ts';
import { useUndoRedo } from './use-undo-redo.ts';

/** Registers what can be done everywhere. */
export function useShellCommands(): void {
  useCommands([...useFileCommands(), ...useEditCommands(), ...useViewCommands()]);
}

type GrouplessCommand = Omit<Command, 'group'> & { readonly group?: CommandGroup };

/** Commands of one group, so that each need not say it; one that stands elsewhere says so itself. */
function inGroup(group: CommandGroup, commands: readonly GrouplessCommand[]): Command[] {
  return commands.map((command) => ({ group, ...command }));
}

function useFileCommands(): Command[] {
  const host = useHost();
  const project = useProject().data ?? null;
  const openDialog = useUi((ui) => ui.openDialog);
  const projects = useProjectActions();
  const importVideos = useImportVideos();
  const hasProject = (): boolean => project !== null;
  const isOwner = useIsOwner();
  const relinkFolder = useRelinkFolder();
  const hasMissing = useHasMissing().data ?? false;
  const mayChoose = (): boolean => isOwner;

  const openFromDisk: GrouplessCommand = {
    id: 'project.open',
    label: 'commands.openProject',
    shortcuts: ['Mod+O'],
    when: mayChoose,
    run: projects.openFromDisk,
  };

  return inGroup('file', [
    {
      id: 'project.new',
      label: 'commands.newProject',
      shortcuts: ['Mod+Shift+N'],
      when: mayChoose,
      run: () => openDialog({ name: 'new-project' }),
    },
    ...(host.canOpenLocalFiles ? [openFromDisk] : []),
    { id: 'project.openSample', label: 'commands.openSample', shortcuts: [], when: mayChoose, run: projects.openSample },
    {
      id: 'project.backups',
      label: 'commands.backups',
      shortcuts: [],
      when: () => isOwner && hasProject(),
      run: () => project !== null && openDialog({ name: 'backups', project: project.ref, title: project.name }),
    },
    {
      id: 'project.archive',
      label: 'commands.archiveProject',
      shortcuts: [],
      when: () => isOwner && hasProject(),
      run: () => openDialog({ name: 'archive' }),
    },
    { id: 'project.close', label: 'commands.closeProject', shortcuts: [], when: () => isOwner && hasProject(), run: projects.close },
    {
      id: 'videos.add',
      label: 'commands.importVideos',
      shortcuts: ['Mod+I'],
      changesProject: true,
      when: hasProject,
      run: () => importVideos.choose('videos'),
    },
    {
      id: 'videos.addFolder',
      label: 'commands.importFolder',
      shortcuts: ['Mod+Shift+I'],
      changesProject: true,
      when: hasProject,
      run: () => importVideos.choose('video-folder'),
    },
    {
      id: 'transfer.import',
      label: 'commands.importDataset',
      shortcuts: [],
      changesProject: true,
      when: hasProject,
      run: () => openDialog({ name: 'import-dataset' }),
    },
    {
      id: 'videos.linkMedia',
      label: 'commands.linkMedia',
      shortcuts: [],
      changesProject: true,
      when: () => hasProject() && hasMissing,
      run: relinkFolder,
    },
    { id: 'transfer.export', label: 'commands.export', shortcuts: ['Mod+E'], when: hasProject, run: () => openDialog({ name: 'export' }) },
    {
      id: 'transfer.clips',
      label: 'commands.exportClips',
      shortcuts: [],
      changesProject: true,
      when: hasProject,
      run: () => openDialog({ name: 'clips', videoIds: null }),
    },
    {
      id: 'videos.divide',
      label: 'commands.divideVideos',
      shortcuts: [],
      changesProject: true,
      when: hasProject,
      run: () => openDialog({ name: 'divide' }),
    },
    {
      id: 'settings.open',
      label: 'commands.settings',
      shortcuts: ['Mod+,'],
      worksWhileTyping: true,
      run: () => openDialog({ name: 'settings' }),
    },
  ]);
}

function useEditCommands(): Command[] {
  const { t } = useTranslation();
  const worded = useWording();
  const next = useNextUndo().data;
  const edits = useEdits();
  const { undo, redo } = useUndoRedo();
  const hasProject = (useProject().data ?? null) !== null;

  return inGroup('edit', [
    {
      id: 'history.undo',
      label: 'commands.undo',
      dynamicLabel: () => (next?.undo ? t('commands.undoStep', { step: worded(next.undo.label) }) : t('commands.undo')),
      shortcuts: ['Mod+Z'],
      // What was changed a moment ago can be taken back before the core has announced it.
      changesProject: true,
      when: () => (next?.undo ?? null) !== null || edits.isBusy(),
      run: undo,
    },
    {
      id: 'history.redo',
      label: 'commands.redo',
      dynamicLabel: () => (next?.redo ? t('commands.redoStep', { step: worded(next.redo.label) }) : t('commands.redo')),
      shortcuts: ['Mod+Shift+Z', 'Mod+Y'],
      changesProject: true,
      when: () => (next?.redo ?? null) !== null,
      run: redo,
    },
    {
      id: 'search.open',
      label: 'commands.search',
      shortcuts: ['Mod+F'],
      worksWhileTyping: true,
      when: () => hasProject,
      run: searchPalette.open,
    },
    {
      id: 'app.save',
      label: 'commands.save',
      shortcuts: ['Mod+S'],
      worksWhileTyping: true,
      isKeyOnly: true,
      run: () =>
        notifications.show({
          id: 'saved',
          color: 'green',
          title: t('shell.alreadySaved.title'),
          message: t('shell.alreadySaved.message'),
          autoClose: 2500,
        }),
    },
  ]);
}

function useViewCommands(): Command[] {
  const openDialog = useUi((ui) => ui.openDialog);
  const isQueueOpen = useUi((ui) => ui.isQueueOpen);
  const setQueueOpen = useUi((ui) => ui.setQueueOpen);
  const scheme = useComputedColorScheme('dark');
  const changeSettings = useChangeSettings();
  const hasProject = (useProject().data ?? null) !== null;

  return inGroup('view', [
    {
      id: 'app.palette',
      label: 'commands.palette',
      group: 'help',
      shortcuts: ['Mod+K', 'Mod+Shift+P'],
      worksWhileTyping: true,
      isKeyOnly: true,
      run: spotlight.open,
    },
    {
      id: 'library.open',
      label: 'commands.library',
      shortcuts: ['Alt+1'],
      worksWhileTyping: true,
      run: () => navigate({ page: 'library' }),
    },
    { id: 'models.open', label: 'commands.models', shortcuts: ['Alt+2'], worksWhileTyping: true, run: () => navigate({ page: 'models' }) },
    {
      id: 'history.open',
      label: 'commands.history',
      shortcuts: ['Alt+3'],
      worksWhileTyping: true,
      when: () => hasProject,
      run: () => navigate({ page: 'history' }),
    },
    {
      id: 'queue.toggle',
      label: 'commands.queue',
      group: 'queue',
      shortcuts: ['Alt+Q'],
      worksWhileTyping: true,
      run: () => setQueueOpen(!isQueueOpen),
    },
    { id: 'app.theme', label: 'commands.theme', shortcuts: [], run: () => changeSettings({ theme: scheme === 'dark' ? 'light' : 'dark' }) },
    { id: 'app.shortcuts', label: 'commands.shortcuts', group: 'help', shortcuts: ['?'], run: () => openDialog({ name: 'shortcuts' }) },
  ]);
}
