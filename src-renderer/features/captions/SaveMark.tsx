import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { MAX_TEXT_LENGTH } from '#shared/domain/text.ts';
import { placeKey, type TextPlace } from '../../editing/drafts.ts';
import { useEditorSession } from '../../editing/editor-context.tsx';
import classes from './captions.module.css';

/** "Saving…", "Saved", or that saving failed and the words are kept. Always in the page, so that it is read out. */
export function SaveMark({ place }: { readonly place: TextPlace }) {
  const { t } = useTranslation();
  const { drafts } = useEditorSession();
  const draft = useStore(drafts.store, ({ byPlace }) => byPlace.get(placeKey(place)));
  const excess = (draft?.text?.length ?? 0) - MAX_TEXT_LENGTH;
  const state = excess > 0 ? 'tooLong' : (draft?.state ?? 'clean');
  return (
    <output className={classes.saveMark} data-state={state}>
      {state === 'saved' && <IconCheck size={14} aria-hidden />}
      {(state === 'tooLong' || state === 'failed' || state === 'conflict') && <IconAlertTriangle size={14} aria-hidden />}
      {state === 'clean' ? '' : t(`editor.saving.${state}`, { count: excess, limit: MAX_TEXT_LENGTH })}
    </output>
  );
}
