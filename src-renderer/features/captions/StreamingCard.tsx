import { Loader } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { placeKey, type TextPlace } from '../../editing/drafts.ts';
import { useEditorSession } from '../../editing/editor-context.tsx';
import classes from './captions.module.css';

/** The words that a model is writing for this text now. */
export function StreamingCard({ place }: { readonly place: TextPlace }) {
  const { t } = useTranslation();
  const { stream } = useEditorSession();
  const writing = useStore(stream, ({ texts }) => texts.get(placeKey(place)));
  if (writing === undefined) return null;
  return (
    <div className={classes.streaming} aria-busy data-testid="streaming-text">
      <span className={classes.streamingHead}>
        <Loader size={12} aria-hidden /> {t('editor.caption.writing')}
      </span>
      <p className={classes.streamingText}>{writing.text}</p>
    </div>
  );
}
