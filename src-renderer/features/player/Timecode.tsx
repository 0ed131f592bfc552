import { Tooltip, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTimeUs, frameToUs } from '#shared/domain/time.ts';
import { useEditorSession } from '../../editing/editor-context.tsx';
import type { EditorState } from '../../editing/editor-store.ts';
import { parsePlace } from './parse-place.ts';
import classes from './player.module.css';

/** Time and frame of the playhead. Written into the page directly: it changes with every frame. Click to go to a place. */
export function Timecode() {
  const { t } = useTranslation();
  const { store, clock } = useEditorSession();
  const timeRef = useRef<HTMLSpanElement>(null);
  const frameRef = useRef<HTMLSpanElement>(null);
  const [isEditing, setEditing] = useState(false);

  useEffect(() => {
    function write({ frame, pictureFrame }: EditorState): void {
      if (timeRef.current !== null) timeRef.current.textContent = formatTimeUs(frameToUs(clock, frame));
      if (frameRef.current === null) return;
      frameRef.current.textContent = String(frame);
      frameRef.current.dataset['late'] = String(pictureFrame !== frame);
    }
    write(store.getState());
    return store.subscribe((state, before) => {
      if (state.frame !== before.frame || state.pictureFrame !== before.pictureFrame) write(state);
    });
  }, [store, clock, isEditing]);

  if (isEditing) return <GoToPlace onDone={() => setEditing(false)} />;
  return (
    <Tooltip label={t('editor.player.goTo')}>
      <UnstyledButton className={classes.timecode} onClick={() => setEditing(true)}>
        <VisuallyHidden>{t('editor.player.goTo')}</VisuallyHidden>
        <span ref={timeRef} className={classes.time} data-testid="timecode" />
        <span className={classes.frameNumber}>
          {t('editor.player.frame')} <span ref={frameRef} data-testid="frame-number" />
          <span className={classes.frameTotal}> / {clock.frameCount}</span>
        </span>
      </UnstyledButton>
    </Tooltip>
  );
}

function GoToPlace({ onDone }: { readonly onDone: () => void }) {
  const { t } = useTranslation();
  const { store, clock } = useEditorSession();
  const [text, setText] = useState('');
  const frame = parsePlace(text, clock);

  function handleKey(event: KeyboardEvent): void {
    if (event.key === 'Escape') onDone();
    if (event.key !== 'Enter' || frame === null) return;
    store.actions.seek(frame);
    onDone();
  }

  return (
    <input
      className={classes.goTo}
      // The person has just asked for this box.
      ref={(element) => element?.focus()}
      value={text}
      placeholder={t('editor.player.goToHint')}
      aria-label={t('editor.player.goTo')}
      aria-invalid={text !== '' && frame === null}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={handleKey}
      onBlur={onDone}
    />
  );
}
