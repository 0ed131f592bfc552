import type { Command } from '../../app/commands/command.ts';
import { useUi } from '../../app/ui-context.tsx';
import { useEditorSession } from '../../editing/editor-context.tsx';
import { useImportForVideo } from '../transfer/use-import-for-video.tsx';

/** Writing down what is said. */
export function useSpeechCommands(): Command[] {
  const { video, probe } = useEditorSession();
  const openDialog = useUi((ui) => ui.openDialog);
  const { choose } = useImportForVideo();
  const group = 'captions';
  return [
    {
      id: 'speech.transcribe',
      changesProject: true,
      label: 'editor.commands.transcribe',
      group,
      shortcuts: [],
      when: () => probe.audioTracks.length > 0,
      run: () => openDialog({ name: 'transcribe', videoId: video.id }),
    },
    {
      id: 'speech.import',
      changesProject: true,
      label: 'editor.commands.importSubtitles',
      group,
      shortcuts: [],
      run: () => choose('subtitles', video.id),
    },
  ];
}
