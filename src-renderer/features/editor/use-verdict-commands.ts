import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { AppError } from '#shared/contract/errors.ts';
import { useTexts } from '../../api/queries.ts';
import type { Command } from '../../app/commands/command.ts';
import { placeKey, type TextPlace } from '../../editing/drafts.ts';
import { useEditorSession } from '../../editing/editor-context.tsx';
import { activeShot, targetShots } from '../../editing/editor-store.ts';
import { memoLast } from '../../editing/memo-last.ts';
import { reviewState } from '../../editing/shot-texts.ts';
import { useTextActions } from '../../editing/use-text-actions.ts';
import type { Revision, RevisionStatus } from '#shared/domain/text.ts';
import type { Shot } from '#shared/domain/shot.ts';
import { plain } from '#shared/words/words.ts';
import { useGoToNext } from './use-go-to-next.ts';

/** The texts of a shot that are judged, each by itself. */
type JudgedKind = 'visual' | 'narration';

const group = 'captions';

/** Verdicts on the captions and on the narration captions of the chosen shots. */
export function useVerdictCommands(): Command[] {
  const { store } = useEditorSession();
  const { judge, hasTexts } = useJudge();
  const goToNext = useGoToNext();

  /** At once: pressed again before the core has answered, it accepts the shot that is on the screen by then. */
  function acceptAndGoOn(): void {
    const { activeIndex } = store.getState();
    const shot = activeShot(store.getState());
    if (shot === undefined) return;
    judge([shot], 'visual', 'accepted');
    goToNext('unreviewed', activeIndex);
  }
  const verdict = (kind: JudgedKind, status: RevisionStatus): Pick<Command, 'group' | 'changesProject' | 'when' | 'run'> => ({
    group,
    changesProject: true,
    when: () => hasTexts(targetShots(store.getState()), kind),
    run: () => judge(targetShots(store.getState()), kind, status),
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
      changesProject: true,
      label: 'editor.commands.acceptAndNext',
      group,
      shortcuts: ['Mod+Enter'],
      worksWhileTyping: true,
      when: () => activeShot(store.getState()) !== undefined,
      run: acceptAndGoOn,
    },
  ];
}

function useJudge() {
  const { t } = useTranslation();
  const { video, drafts } = useEditorSession();
  const { setStatus } = useTextActions(video.id);
  // Rendered again with each change of the texts, so that buttons know whether there is something to judge.
  const texts = useTexts(video.id).data;

  async function storeWords(places: readonly TextPlace[]): Promise<void> {
    await Promise.all(places.map((place) => drafts.flush(place)));
    const { byPlace } = drafts.store.getState();
    const states = places.map((place) => byPlace.get(placeKey(place))?.state);
    // Standing against somebody else's: the box says so, and nothing else may be judged in its place.
    if (states.includes('conflict')) throw new AppError('conflict', plain(t('people.conflict.notJudged')));
    if (states.includes('failed')) throw new AppError('conflict', plain(t('editor.saving.notJudged')));
  }

  function judge(shots: readonly Shot[], kind: JudgedKind, status: RevisionStatus): void {
    const places = shots.map((shot): TextPlace => ({ shotId: shot.id, kind }));
    // The words in the box are what is judged: they are stored first.
    const { byPlace } = drafts.store.getState();
    const unsaved = places.filter((place) => (byPlace.get(placeKey(place))?.text ?? null) !== null);
    const saving = unsaved.length === 0 ? undefined : storeWords(unsaved);
    // A failure has been shown; the verdict is again what it was.
    setStatus(places, status, saving).catch(() => undefined);
  }

  const hasTexts = useMemo(() => {
    // Eight buttons ask with every frame, perhaps about ten thousand chosen shots.
    const written = (kind: JudgedKind) => {
      const shotIds = shotsWithText(texts ?? [], kind);
      return memoLast((shots: readonly Shot[]) => shots.some((shot) => shotIds.has(shot.id)));
    };
    const byKind = { visual: written('visual'), narration: written('narration') };
    return (shots: readonly Shot[], kind: JudgedKind): boolean => byKind[kind](shots);
  }, [texts]);
  return { judge, hasTexts };
}

function shotsWithText(texts: readonly Revision[], kind: JudgedKind): Set<Revision['shotId']> {
  return new Set(texts.filter((text) => text.kind === kind && reviewState(text) !== 'empty').map((text) => text.shotId));
}
