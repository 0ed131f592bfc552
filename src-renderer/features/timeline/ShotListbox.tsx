import { VisuallyHidden } from '@mantine/core';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Shot } from '#shared/domain/shot.ts';
import { formatTimeUs, frameToUs } from '#shared/domain/time.ts';
import { shortened } from '../../components/format.ts';
import { useEditor, useEditorSession } from '../../editing/editor-context.tsx';
import { reviewState, type ShotTexts } from '../../editing/shot-texts.ts';

/** Shots before and after the active one that are in the page; the list says how many there are in all. */
const AROUND = 4;
/** Longer names are not listened to; the whole text is in the inspector. */
const MAX_LETTERS = 600;

/** The timeline for people who use a screen reader or the keyboard: a list of shots with names, the active one following the playhead. */
export function ShotListbox({ texts }: { readonly texts: ShotTexts }) {
  const { t } = useTranslation();
  const { store } = useEditorSession();
  const shots = useEditor((state) => state.shots);
  const activeIndex = useEditor((state) => state.activeIndex);
  const first = Math.max(0, activeIndex - AROUND);
  const around = shots.slice(first, activeIndex + AROUND + 1);

  function handleKey(event: KeyboardEvent): void {
    const targets: Record<string, number> = { ArrowUp: activeIndex - 1, ArrowDown: activeIndex + 1, Home: 0, End: shots.length - 1 };
    const target = targets[event.key];
    if (target === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    store.actions.goToShot(target);
  }

  return (
    <VisuallyHidden
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a native list would need all 10,000 options in the page
      role="listbox"
      tabIndex={0}
      data-keys="commands"
      aria-label={t('editor.timeline.shots')}
      aria-activedescendant={shots[activeIndex] && optionId(shots[activeIndex])}
      onKeyDown={handleKey}
    >
      {around.map((shot, i) => (
        <div
          key={shot.id}
          id={optionId(shot)}
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- belongs to the listbox above
          role="option"
          aria-selected={first + i === activeIndex}
          aria-posinset={first + i + 1}
          aria-setsize={shots.length}
          tabIndex={-1}
        >
          <ShotName shot={shot} index={first + i} texts={texts} />
        </div>
      ))}
    </VisuallyHidden>
  );
}

const optionId = (shot: Shot): string => `timeline-shot-${shot.id}`;

function ShotName({ shot, index, texts }: { readonly shot: Shot; readonly index: number; readonly texts: ShotTexts }) {
  const { t } = useTranslation();
  const { clock } = useEditorSession();
  const text = texts.get(shot.id);
  return t('editor.timeline.shotName', {
    number: index + 1,
    from: formatTimeUs(frameToUs(clock, shot.startFrame)),
    to: formatTimeUs(frameToUs(clock, shot.endFrame)),
    status: t(`editor.review.${reviewState(text)}`),
    text: shortened(text?.text ?? '', MAX_LETTERS),
  });
}
