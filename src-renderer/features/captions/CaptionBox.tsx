import { Textarea } from '@mantine/core';
import { useEffect, useLayoutEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { useEditRefusal } from '../../api/use-edit-refusal.ts';
import type { Revision } from '#shared/domain/text.ts';
import { placeKey, type TextPlace } from '../../editing/drafts.ts';
import { useEditor, useEditorSession } from '../../editing/editor-context.tsx';
import { ConflictNotice } from './ConflictNotice.tsx';
import classes from './captions.module.css';

interface CaptionBoxProps {
  readonly place: TextPlace;
  readonly revision: Revision | undefined;
  readonly label: string;
  readonly placeholder: string;
  /** True: takes the focus when a command asks to write the caption. */
  readonly isMain?: boolean;
  readonly minRows?: number;
}

/**
 * A box whose words are saved as they are typed. It shows what was typed until the core has it, so no answer from the core
 * can take a keystroke away. The same box serves shot after shot: who types and goes on with Ctrl+Enter keeps typing.
 */
export function CaptionBox({ place, revision, label, placeholder, isMain = false, minRows = 3 }: CaptionBoxProps) {
  const { drafts, store } = useEditorSession();
  const typed = useStore(drafts.store, ({ byPlace }) => byPlace.get(placeKey(place))?.text ?? null);
  const isWanted = useEditor((state) => state.isCaptionWanted) && isMain;
  const box = useRef<HTMLTextAreaElement>(null);

  // Before the next key: what is typed right after the command belongs into the box.
  useLayoutEffect(() => {
    if (!isWanted) return;
    const element = box.current;
    element?.focus();
    element?.setSelectionRange(element.value.length, element.value.length);
    store.actions.captionFocused();
  }, [isWanted, store]);

  const refusal = useEditRefusal();

  // Going to another shot, or away, saves what was typed in this one.
  const { shotId, kind } = place;
  useEffect(() => () => void drafts.flush({ shotId, kind }), [drafts, shotId, kind]);

  return (
    <>
      <Textarea
        ref={box}
        className={classes.box ?? ''}
        aria-label={label}
        placeholder={placeholder}
        autosize
        minRows={minRows}
        maxRows={14}
        size="sm"
        data-caption-box
        readOnly={refusal !== null}
        title={refusal ?? undefined}
        spellCheck
        value={typed ?? revision?.text ?? ''}
        onChange={(event) => drafts.type(place, event.currentTarget.value)}
        onFocus={() => store.actions.pinShot(place.shotId)}
        onBlur={() => {
          void drafts.flush(place);
          store.actions.pinShot(null);
        }}
      />
      <ConflictNotice place={place} theirs={revision} />
    </>
  );
}
