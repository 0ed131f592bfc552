import { Button } from '@mantine/core';
import { IconSparkles } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Shot } from '#shared/domain/shot.ts';
import type { Revision } from '#shared/domain/text.ts';
import { frameToUs } from '#shared/domain/time.ts';
import { speechBetween } from '#shared/domain/transcript.ts';
import { useTranscript } from '../../api/queries.ts';
import { useCommandFace } from '../../editing/CommandButton.tsx';
import { useEditorSession } from '../../editing/editor-context.tsx';
import { reviewState } from '../../editing/shot-texts.ts';
import { CaptionBadges } from './CaptionBadges.tsx';
import { CaptionBox } from './CaptionBox.tsx';
import classes from './captions.module.css';
import { SaveMark } from './SaveMark.tsx';
import { StaleNotice } from './StaleNotice.tsx';
import { StatusButtons } from './StatusButtons.tsx';
import { StreamingCard } from './StreamingCard.tsx';
import { Versions } from './Versions.tsx';

/** What the shot shows and says together: nothing for a model to write where nothing is said. */
export function NarrationCaption({ shot, revision }: { readonly shot: Shot; readonly revision: Revision | undefined }) {
  const { t } = useTranslation();
  const place = { shotId: shot.id, kind: 'narration' } as const;
  const narrate = useCommandFace('captions.narrate');
  const isSpoken = useIsSpoken(shot);
  const isWritten = reviewState(revision) !== 'empty';
  return (
    <section className={classes.section} aria-label={t('editor.caption.narration')}>
      <div className={classes.sectionHead}>
        <h3 className={classes.sectionTitle}>{t('editor.caption.narration')}</h3>
        {isWritten && <CaptionBadges revision={revision} />}
      </div>
      <CaptionBox
        place={place}
        revision={revision}
        label={t('editor.caption.narration')}
        placeholder={t('editor.caption.narrationPlaceholder')}
        minRows={2}
      />
      <div className={classes.boxFoot}>
        <SaveMark place={place} />
        <Button
          variant="default"
          leftSection={<IconSparkles size={14} />}
          onClick={narrate.run}
          disabled={!narrate.isEnabled || !isSpoken}
          title={narrate.refusal ?? (isSpoken ? undefined : t('editor.caption.nothingSaid'))}
        >
          {t('editor.caption.generateNarration')}
        </Button>
      </div>
      <StreamingCard place={place} />
      <StaleNotice revision={revision} onRegenerate={isSpoken ? narrate.run : null} />
      {isWritten && <StatusButtons status={revision?.status ?? null} on="narration" />}
      <Versions place={place} revision={revision} />
    </section>
  );
}

function useIsSpoken({ startFrame, endFrame }: Shot): boolean {
  const { video, clock } = useEditorSession();
  const segments = useTranscript(video.id).data ?? [];
  return speechBetween(segments, frameToUs(clock, startFrame), frameToUs(clock, endFrame)) !== '';
}
