import { UnstyledButton } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Shot } from '#shared/domain/shot.ts';
import { formatTimeUs, frameToUs, usToFrame } from '#shared/domain/time.ts';
import { useTranscript } from '../../api/queries.ts';
import { useEditorSession } from '../../editing/editor-context.tsx';
import classes from './transcript.module.css';

/** What is said during a shot; a segment belongs to the shot that holds its middle (as `speechBetween` counts). */
export function ShotSpeech({ shot }: { readonly shot: Shot }) {
  const { t } = useTranslation();
  const { video, clock, store } = useEditorSession();
  const segments = useTranscript(video.id).data;
  const spoken = useMemo(() => {
    const [startUs, endUs] = [frameToUs(clock, shot.startFrame), frameToUs(clock, shot.endFrame)];
    return (segments ?? []).filter((segment) => {
      const middleUs = (segment.startUs + segment.endUs) / 2;
      return middleUs >= startUs && middleUs < endUs;
    });
  }, [segments, clock, shot.startFrame, shot.endFrame]);

  return (
    <section className={classes.section} aria-label={t('editor.speech.title')}>
      <h3 className={classes.title}>{t('editor.speech.title')}</h3>
      {spoken.length === 0 && <p className={classes.hint}>{t(segments?.length === 0 ? 'editor.speech.noTranscript' : 'editor.speech.none')}</p>}
      {spoken.map((segment) => (
        <UnstyledButton key={segment.id} className={classes.segment} onClick={() => store.actions.seek(usToFrame(clock, segment.startUs))}>
          <span className={classes.time}>{formatTimeUs(segment.startUs)}</span>
          <span>{segment.text}</span>
        </UnstyledButton>
      ))}
    </section>
  );
}
