import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { placeKey, type TextPlace } from '../../editing/drafts.ts';
import { useEditorSession } from '../../editing/editor-context.tsx';
import classes from './captions.module.css';

/** "Saving…", "Saved", or that saving failed and the words are kept. Always in the page, so that it is read out. */
export function SaveMark({ place }: { readonly place: TextPlace }) {
  const { t } = useTranslation();
  const { drafts } = useEditorSession();
  const state = useStore(drafts.store, ({ byPlace }) => byPlace.get(placeKey(place))?.state ?? 'clean');
  return (
    <output className={classes.saveMark} data-state={state}>
      {state === 'saved' && <IconCheck size={14} aria-hidden />}
      {(state === 'failed' || state === 'conflict') && <IconAlertTriangle size={14} aria-hidden />}
      {state === 'clean' ? '' : t(`editor.saving.${state}`)}
    </output>
  );
}
