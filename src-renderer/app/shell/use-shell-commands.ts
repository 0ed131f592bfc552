import { useComputedColorScheme } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import { useHost } from '../../api/core-context.tsx';
import { useCoreMutation } from '../../api/mutations.ts';
import { useNextUndo, useProject } from '../../api/queries.ts';
import { useProjectActions } from '../../features/projects/use-project-actions.ts';
import { searchPalette } from '../../features/search/search-palette-store.ts';
import { useImportVideos } from '../../features/videos/use-import-videos.tsx';
import type { Command } from '../commands/command.ts';
import { useCommands } from '../commands/command-context.tsx';
import { useUi } from '../ui-context.tsx';
import { navigate } from '../use-route.ts';
import { useUndoRedo } from './use-undo-redo.ts';

/** Registers what can be done everywhere. */
export function useShellCommands(): void {
  useCommands([...useFileCommands(), ...useEditCommands(), ...useViewCommands()]);
}

function useFileCommands(): Command[] {
  const host = useHost();
  const project = useProject().data ?? null;
  const openDialog = useUi((ui) => ui.openDialog);
  const projects = useProjectActions();
  const importVideos = useImportVideos();
  const hasProject = (): boolean => project !== null;

  const openFromDisk: Command = { id: 'project.open', label: 'commands.openProject', group: 'file', shortcuts: ['Mod+O'], run: projects.openFromDisk };

  return [
    { id: 'project.new', label: 'commands.newProject', group: 'file', shortcuts: ['Mod+Shift+N'], run: () => openDialog({ name: 'new-project' }) },
    ...(host.canOpenLocalFiles ? [openFromDisk] : []),
    { id: 'project.openSample', label: 'commands.openSample', group: 'file', shortcuts: [], run: projects.openSample },
    { id: 'project.close', label: 'commands.closeProject', group: 'file', shortcuts: [], when: hasProject, run: projects.close },
    { id: 'videos.add', label: 'commands.importVideos', group: 'file', shortcuts: ['Mod+I'], when: hasProject, run: () => importVideos.choose('videos') },
    { id: 'videos.addFolder', label: 'commands.importFolder', group: 'file', shortcuts: ['Mod+Shift+I'], when: hasProject, run: () => importVideos.choose('video-folder') },
    { id: 'transfer.import', label: 'commands.importDataset', group: 'file', shortcuts: [], when: hasProject, run: () => openDialog({ name: 'import-dataset' }) },
    { id: 'transfer.export', label: 'commands.export', group: 'file', shortcuts: ['Mod+E'], when: hasProject, run: () => openDialog({ name: 'export' }) },
    { id: 'transfer.clips', label: 'commands.exportClips', group: 'file', shortcuts: [], when: hasProject, run: () => openDialog({ name: 'clips', videoIds: null }) },
    { id: 'settings.open', label: 'commands.settings', group: 'file', shortcuts: ['Mod+,'], worksWhileTyping: true, run: () => openDialog({ name: 'settings' }) },
  ];
}

function useEditCommands(): Command[] {
  const { t } = useTranslation();
  const next = useNextUndo().data;
  const { undo, redo } = useUndoRedo();
  const hasProject = (useProject().data ?? null) !== null;

  return [
    {
      id: 'history.undo',
      label: 'commands.undo',
      dynamicLabel: () => (next?.undo ? t('commands.undoStep', { step: next.undo.label }) : t('commands.undo')),
      group: 'edit',
      shortcuts: ['Mod+Z'],
      when: () => (next?.undo ?? null) !== null,
      run: undo,
    },
    {
      id: 'history.redo',
      label: 'commands.redo',
      dynamicLabel: () => (next?.redo ? t('commands.redoStep', { step: next.redo.label }) : t('commands.redo')),
      group: 'edit',
      shortcuts: ['Mod+Shift+Z', 'Mod+Y'],
      when: () => (next?.redo ?? null) !== null,
      run: redo,
    },
    { id: 'search.open', label: 'commands.search', group: 'edit', shortcuts: ['Mod+F'], worksWhileTyping: true, when: () => hasProject, run: searchPalette.open },
    {
      id: 'app.save',
      label: 'commands.save',
      group: 'edit',
      shortcuts: ['Mod+S'],
      worksWhileTyping: true,
      isKeyOnly: true,
      run: () => notifications.show({ id: 'saved', color: 'green', title: t('shell.alreadySaved.title'), message: t('shell.alreadySaved.message'), autoClose: 2500 }),
    },
  ];
}

function useViewCommands(): Command[] {
  const openDialog = useUi((ui) => ui.openDialog);
  const isQueueOpen = useUi((ui) => ui.isQueueOpen);
  const setQueueOpen = useUi((ui) => ui.setQueueOpen);
  const scheme = useComputedColorScheme('dark');
  const updateSettings = useCoreMutation('settings', 'update');
  const hasProject = (useProject().data ?? null) !== null;

  return [
    { id: 'app.palette', label: 'commands.palette', group: 'help', shortcuts: ['Mod+K', 'Mod+Shift+P'], worksWhileTyping: true, isKeyOnly: true, run: spotlight.open },
    { id: 'library.open', label: 'commands.library', group: 'view', shortcuts: ['Alt+1'], worksWhileTyping: true, run: () => navigate({ page: 'library' }) },
    { id: 'models.open', label: 'commands.models', group: 'view', shortcuts: ['Alt+2'], worksWhileTyping: true, run: () => navigate({ page: 'models' }) },
    { id: 'history.open', label: 'commands.history', group: 'view', shortcuts: ['Alt+3'], worksWhileTyping: true, when: () => hasProject, run: () => navigate({ page: 'history' }) },
    { id: 'queue.toggle', label: 'commands.queue', group: 'queue', shortcuts: ['Alt+Q'], worksWhileTyping: true, run: () => setQueueOpen(!isQueueOpen) },
    { id: 'app.theme', label: 'commands.theme', group: 'view', shortcuts: [], run: () => updateSettings.mutate({ theme: scheme === 'dark' ? 'light' : 'dark' }) },
    { id: 'app.shortcuts', label: 'commands.shortcuts', group: 'help', shortcuts: ['?'], run: () => openDialog({ name: 'shortcuts' }) },
  ];
}
