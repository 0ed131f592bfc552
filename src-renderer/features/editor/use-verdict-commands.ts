import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { AppError } from '#shared/contract/errors.ts';
import { useTexts } from '../../api/queries.ts';
import { useShowError } from '../../api/use-show-error.ts';
import type { Command } from '../../app/commands/command.ts';
import { placeKey } from '../../editing/drafts.ts';
import { useEditorSession } from '../../editing/editor-context.tsx';
import { activeShot, targetShots } from '../../editing/editor-store.ts';
import { reviewState } from '../../editing/shot-texts.ts';
import { useTextActions } from '../../editing/use-text-actions.ts';
import type { Revision, RevisionStatus } from '#shared/domain/text.ts';
import type { Shot } from '#shared/domain/shot.ts';
import { useGoToNext } from './use-go-to-next.ts';

/** The texts of a shot that are judged, each by itself. */
type JudgedKind = 'visual' | 'narration';

const group = 'captions';

/** Verdicts on the captions and on the narration captions of the chosen shots. */
export function useVerdictCommands(): Command[] {
  const { store } = useEditorSession();
  const { judge, textsOf } = useJudge();
  const goToNext = useGoToNext();
  // Pressed again before the core has answered, it accepts the next one, not the same one twice.
  const lastAcceptance = useRef<Promise<void>>(Promise.resolve());

  async function acceptAndGoOn(): Promise<void> {
    const { activeIndex } = store.getState();
    const shot = activeShot(store.getState());
    if (shot === undefined) return;
    await judge([shot], 'visual', 'accepted');
    goToNext('unreviewed', activeIndex);
  }
  const verdict = (kind: JudgedKind, status: RevisionStatus): Pick<Command, 'group' | 'when' | 'run'> => ({
    group,
    when: () => textsOf(targetShots(store.getState()), kind).some((revision) => reviewState(revision) !== 'empty'),
    // A failure has been shown; the verdict stays as it was.
    run: () => void judge(targetShots(store.getState()), kind, status).catch(() => undefined),
  });
  return [
    { id: 'captions.accept', label: 'editor.verdict.accept', shortcuts: ['1'], ...verdict('visual', 'accepted') },
    { id: 'captions.reject', label: 'editor.verdict.reject', shortcuts: ['2'], ...verdict('visual', 'rejected') },
    { id: 'captions.needsWork', label: 'editor.verdict.needsWork', shortcuts: ['3'], ...verdict('visual', 'needs-work') },
    { id: 'captions.unjudge', label: 'editor.verdict.unjudge', shortcuts: ['4'], ...verdict('visual', 'draft') },
    { id: 'narration.accept', label: 'editor.narrationVerdict.accept', shortcuts: [], ...verdict('narration', 'accepted') },
    { id: 'narration.reject', label: 'editor.narrationVerdict.reject', shortcuts: [], ...verdict('narration', 'rejected') },
    { id: 'narration.needsWork', label: 'editor.narrationVerdict.needsWork', shortcuts: [], ...verdict('narration', 'needs-work') },
    { id: 'narration.unjudge', label: 'editor.narrationVerdict.unjudge', shortcuts: [], ...verdict('narration', 'draft') },
    {
      id: 'captions.acceptAndNext',
      label: 'editor.commands.acceptAndNext',
      group,
      shortcuts: ['Mod+Enter'],
      worksWhileTyping: true,
      when: () => activeShot(store.getState()) !== undefined,
      run: () => {
        // A failure has been shown; the shot stays.
        lastAcceptance.current = lastAcceptance.current.then(acceptAndGoOn).catch(() => undefined);
      },
    },
  ];
}

function useJudge() {
  const { video, drafts } = useEditorSession();
  const { t } = useTranslation();
  const showError = useShowError();
  const { current, setStatus } = useTextActions(video.id);
  // Rendered again with each change of the texts, so that buttons know whether there is something to judge.
  useTexts(video.id);
  const textsOf = (shots: readonly Shot[], kind: JudgedKind): Revision[] => shots.map((shot) => current({ shotId: shot.id, kind })).filter((revision) => revision !== undefined);

  async function judge(shots: readonly Shot[], kind: JudgedKind, status: RevisionStatus): Promise<void> {
    // The words in the box are what is judged: they are stored first.
    await Promise.all(shots.map((shot) => drafts.flush({ shotId: shot.id, kind })));
    const { byPlace } = drafts.store.getState();
    // Not stored, or standing against somebody else's: the box says so, and nothing else may be judged in its place.
    if (shots.some((shot) => (byPlace.get(placeKey({ shotId: shot.id, kind }))?.text ?? null) !== null)) {
      const error = new AppError('conflict', t('people.conflict.notJudged'));
      showError(error);
      throw error;
    }
    const revisions = textsOf(shots, kind);
    if (revisions.length > 0) await setStatus(revisions.map((revision) => revision.id), status);
  }
  return { judge, textsOf };
}
