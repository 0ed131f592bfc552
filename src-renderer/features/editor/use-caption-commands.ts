import { defaultSettings } from '#shared/contract/views.ts';
import { useSettings } from '../../api/queries.ts';
import type { Command } from '../../app/commands/command.ts';
import { useEditorSession } from '../../editing/editor-context.tsx';
import { targetShots } from '../../editing/editor-store.ts';
import { useEnqueue } from '../../editing/use-enqueue.ts';
import { useGoToNext } from './use-go-to-next.ts';
import { useVerdictCommands } from './use-verdict-commands.ts';

/** Writing, judging and generating captions. */
export function useCaptionCommands(): Command[] {
  return [...useWriteCommands(), ...useVerdictCommands(), ...useGenerateCommands()];
}

const isInCaptionBox = (): boolean => document.activeElement?.matches('[data-caption-box]') ?? false;

function useWriteCommands(): Command[] {
  const { store } = useEditorSession();
  const goToNext = useGoToNext();
  const hasShots = (): boolean => store.getState().shots.length > 0;
  const group = 'captions';
  return [
    {
      id: 'captions.edit',
      changesProject: true,
      label: 'editor.commands.editCaption',
      group,
      shortcuts: ['Enter'],
      when: hasShots,
      run: store.actions.focusCaption,
    },
    {
      id: 'captions.leave',
      label: 'editor.commands.leaveCaption',
      group,
      shortcuts: ['Escape'],
      worksWhileTyping: true,
      isKeyOnly: true,
      when: isInCaptionBox,
      run: () => {
        if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      },
    },
    {
      id: 'captions.nextUncaptioned',
      label: 'editor.commands.nextUncaptioned',
      group,
      shortcuts: ['Mod+J'],
      worksWhileTyping: true,
      when: hasShots,
      run: () => goToNext('uncaptioned', -1),
    },
    {
      id: 'captions.nextProblem',
      label: 'editor.commands.nextProblem',
      group,
      shortcuts: ['F8'],
      worksWhileTyping: true,
      when: hasShots,
      run: () => goToNext('problem'),
    },
  ];
}

function useGenerateCommands(): Command[] {
  const { video, store } = useEditorSession();
  const enqueue = useEnqueue();
  const hasShots = (): boolean => store.getState().shots.length > 0;
  const candidateCount = useSettings().data?.candidateCount ?? defaultSettings.candidateCount;
  const chosenShots = () => ({ shotIds: targetShots(store.getState()).map((shot) => shot.id) });
  const videoId = video.id;
  const group = 'captions';
  return [
    {
      id: 'captions.generate',
      changesProject: true,
      label: 'editor.commands.generate',
      group,
      shortcuts: ['G'],
      when: hasShots,
      run: () => enqueue({ kind: 'caption', videoId, targets: chosenShots() }),
    },
    {
      id: 'captions.generateCandidates',
      changesProject: true,
      label: 'editor.commands.generateCandidates',
      group,
      shortcuts: ['Shift+G'],
      when: hasShots,
      run: () => enqueue({ kind: 'caption', videoId, targets: chosenShots(), candidates: candidateCount }),
    },
    {
      id: 'captions.narrate',
      changesProject: true,
      label: 'editor.commands.narrate',
      group,
      shortcuts: [],
      when: hasShots,
      run: () => enqueue({ kind: 'caption', task: 'narration', videoId, targets: chosenShots() }),
    },
    {
      id: 'captions.generateMissing',
      changesProject: true,
      label: 'editor.commands.generateMissing',
      group,
      shortcuts: [],
      when: hasShots,
      run: () => enqueue({ kind: 'caption', videoId, targets: { which: 'missing' } }),
    },
    {
      id: 'captions.generateStale',
      changesProject: true,
      label: 'editor.commands.generateStale',
      group,
      shortcuts: [],
      when: hasShots,
      run: () => enqueue({ kind: 'caption', videoId, targets: { which: 'stale' } }),
    },
    {
      id: 'captions.narrateMissing',
      changesProject: true,
      label: 'editor.commands.narrateMissing',
      group,
      shortcuts: [],
      when: hasShots,
      run: () => enqueue({ kind: 'caption', task: 'narration', videoId, targets: { which: 'missing' } }),
    },
    {
      id: 'summary.generate',
      changesProject: true,
      label: 'editor.commands.summarise',
      group,
      shortcuts: [],
      when: hasShots,
      run: () => {
        store.actions.showTab('summary');
        enqueue({ kind: 'summarise', videoId });
      },
    },
  ];
}
