import type { Command } from '../../app/commands/command.ts';
import { useEditorSession } from '../../editing/editor-context.tsx';
import { targetShots } from '../../editing/editor-store.ts';
import { useEnqueue } from '../../editing/use-enqueue.ts';

/** Reading the text on the screen. */
export function useScreenTextCommands(): Command[] {
  const { video, store } = useEditorSession();
  const enqueue = useEnqueue();
  const hasShots = (): boolean => store.getState().shots.length > 0;
  const videoId = video.id;
  return [
    {
      id: 'screenText.read',
      changesProject: true,
      label: 'editor.commands.readText',
      group: 'captions',
      shortcuts: [],
      when: hasShots,
      run: () => enqueue({ kind: 'read-text', videoId, targets: { shotIds: targetShots(store.getState()).map((shot) => shot.id) } }),
    },
    {
      id: 'screenText.readMissing',
      changesProject: true,
      label: 'editor.commands.readMissingText',
      group: 'captions',
      shortcuts: [],
      when: hasShots,
      run: () => enqueue({ kind: 'read-text', videoId, targets: { which: 'missing' } }),
    },
  ];
}
