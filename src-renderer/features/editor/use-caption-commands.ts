import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import { defaultSettings } from '#shared/contract/views.ts';
import { useSettings, useTexts } from '../../api/queries.ts';
import type { Command } from '../../app/commands/command.ts';
import { useEditorSession } from '../../editing/editor-context.tsx';
import { activeShot, targetShots } from '../../editing/editor-store.ts';
import type { RevisionStatus } from '#shared/domain/text.ts';
import type { Shot } from '#shared/domain/shot.ts';
import { findShot, hasProblem, isUnreviewed, reviewState, visualTexts } from '../../editing/shot-texts.ts';
import { useEnqueue } from '../../editing/use-enqueue.ts';
import { useTextActions } from '../../editing/use-text-actions.ts';

/** Writing, judging and generating captions. */
export function useCaptionCommands(): Command[] {
  return [...useWriteCommands(), ...useVerdictCommands(), ...useGenerateCommands()];
}

const isInCaptionBox = (): boolean => document.activeElement?.matches('[data-caption-box]') ?? false;

/** Goes to the next shot that fits, or says that there is none. */
function useGoToNext() {
  const { t } = useTranslation();
  const { video, store } = useEditorSession();
  const { current } = useTextActions(video.id);
  return (fits: 'unreviewed' | 'uncaptioned' | 'problem', from = store.getState().activeIndex): void => {
    const { shots } = store.getState();
    const index = findShot(shots, { from, direction: 1 }, (shot) => {
      const text = current({ shotId: shot.id, kind: 'visual' });
      if (fits === 'unreviewed') return isUnreviewed(text);
      return fits === 'uncaptioned' ? reviewState(text) === 'empty' : hasProblem(text);
    });
    if (index >= 0) store.actions.goToShot(index);
    else notifications.show({ id: `none-${fits}`, color: 'green', message: t(`editor.found.${fits}`), autoClose: 2500 });
  };
}

function useWriteCommands(): Command[] {
  const { store } = useEditorSession();
  const goToNext = useGoToNext();
  const hasShots = (): boolean => store.getState().shots.length > 0;
  const group = 'captions';
  return [
    { id: 'captions.edit', label: 'editor.commands.editCaption', group, shortcuts: ['Enter'], when: hasShots, run: store.actions.focusCaption },
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
    { id: 'captions.nextUncaptioned', label: 'editor.commands.nextUncaptioned', group, shortcuts: ['Mod+J'], worksWhileTyping: true, when: hasShots, run: () => goToNext('uncaptioned', -1) },
    { id: 'captions.nextProblem', label: 'editor.commands.nextProblem', group, shortcuts: ['F8'], worksWhileTyping: true, when: hasShots, run: () => goToNext('problem') },
  ];
}

function useVerdictCommands(): Command[] {
  const { video, store, drafts } = useEditorSession();
  const { current, setStatus } = useTextActions(video.id);
  const goToNext = useGoToNext();
  // Rendered again with each change of the texts, so that buttons know whether there is something to judge.
  useTexts(video.id);

  async function judge(shots: readonly Shot[], status: RevisionStatus): Promise<void> {
    // The words in the box are what is judged: they are stored first.
    await Promise.all(shots.map((shot) => drafts.flush({ shotId: shot.id, kind: 'visual' })));
    const revisions = shots.map((shot) => current({ shotId: shot.id, kind: 'visual' })).filter((revision) => revision !== undefined);
    if (revisions.length > 0) await setStatus(revisions.map((revision) => revision.id), status);
  }
  const judgeTargets = (status: RevisionStatus) => (): void => {
    // A failure has been shown; the verdict stays as it was.
    judge(targetShots(store.getState()), status).catch(() => undefined);
  };
  async function acceptAndGoOn(): Promise<void> {
    const { activeIndex } = store.getState();
    const shot = activeShot(store.getState());
    if (shot === undefined) return;
    await judge([shot], 'accepted');
    goToNext('unreviewed', activeIndex);
  }
  const canJudge = (): boolean => visualTexts(targetTexts()).size > 0;
  const targetTexts = () =>
    targetShots(store.getState()).map((shot) => current({ shotId: shot.id, kind: 'visual' })).filter((revision) => revision !== undefined);
  const group = 'captions';
  return [
    { id: 'captions.accept', label: 'editor.verdict.accept', group, shortcuts: ['1'], when: canJudge, run: judgeTargets('accepted') },
    { id: 'captions.reject', label: 'editor.verdict.reject', group, shortcuts: ['2'], when: canJudge, run: judgeTargets('rejected') },
    { id: 'captions.needsWork', label: 'editor.verdict.needsWork', group, shortcuts: ['3'], when: canJudge, run: judgeTargets('needs-work') },
    { id: 'captions.unjudge', label: 'editor.verdict.unjudge', group, shortcuts: ['4'], when: canJudge, run: judgeTargets('draft') },
    {
      id: 'captions.acceptAndNext',
      label: 'editor.commands.acceptAndNext',
      group,
      shortcuts: ['Mod+Enter'],
      worksWhileTyping: true,
      when: () => activeShot(store.getState()) !== undefined,
      // A failure has been shown; the shot stays.
      run: () => void acceptAndGoOn().catch(() => undefined),
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
      label: 'editor.commands.generate',
      group,
      shortcuts: ['G'],
      when: hasShots,
      run: () => enqueue({ kind: 'caption', videoId, targets: chosenShots() }),
    },
    {
      id: 'captions.generateCandidates',
      label: 'editor.commands.generateCandidates',
      group,
      shortcuts: ['Shift+G'],
      when: hasShots,
      run: () => enqueue({ kind: 'caption', videoId, targets: chosenShots(), candidates: candidateCount }),
    },
    { id: 'captions.narrate', label: 'editor.commands.narrate', group, shortcuts: [], when: hasShots, run: () => enqueue({ kind: 'caption', task: 'narration', videoId, targets: chosenShots() }) },
    { id: 'captions.generateMissing', label: 'editor.commands.generateMissing', group, shortcuts: [], when: hasShots, run: () => enqueue({ kind: 'caption', videoId, targets: { which: 'missing' } }) },
    { id: 'captions.generateStale', label: 'editor.commands.generateStale', group, shortcuts: [], when: hasShots, run: () => enqueue({ kind: 'caption', videoId, targets: { which: 'stale' } }) },
    { id: 'captions.narrateMissing', label: 'editor.commands.narrateMissing', group, shortcuts: [], when: hasShots, run: () => enqueue({ kind: 'caption', task: 'narration', videoId, targets: { which: 'missing' } }) },
    {
      id: 'summary.generate',
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
