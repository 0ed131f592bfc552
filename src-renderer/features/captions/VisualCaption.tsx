import { Button } from '@mantine/core';
import { IconSparkles } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Shot } from '#shared/domain/shot.ts';
import type { Revision } from '#shared/domain/text.ts';
import { ShortcutKeys } from '../../components/ShortcutKeys.tsx';
import { useCommandFace } from '../../editing/CommandButton.tsx';
import { CaptionBadges } from './CaptionBadges.tsx';
import { CaptionBox } from './CaptionBox.tsx';
import classes from './captions.module.css';
import { SaveMark } from './SaveMark.tsx';
import { StaleNotice } from './StaleNotice.tsx';
import { StatusButtons } from './StatusButtons.tsx';
import { StreamingCard } from './StreamingCard.tsx';
import { Versions } from './Versions.tsx';

interface VisualCaptionProps {
  readonly shot: Shot;
  readonly revision: Revision | undefined;
}

/** The caption of what a shot shows: write, judge, compare, and see where it came from. */
export function VisualCaption({ shot, revision }: VisualCaptionProps) {
  const { t } = useTranslation();
  const place = { shotId: shot.id, kind: 'visual' } as const;
  const generate = useCommandFace('captions.generate');
  return (
    <section className={classes.section} aria-label={t('editor.caption.visual')}>
      <div className={classes.sectionHead}>
        <h3 className={classes.sectionTitle}>{t('editor.caption.visual')}</h3>
        <CaptionBadges revision={revision} />
      </div>
      <CaptionBox
        place={place}
        revision={revision}
        label={t('editor.caption.visual')}
        placeholder={t('editor.caption.placeholder')}
        isMain
        minRows={4}
      />
      <div className={classes.boxFoot}>
        <SaveMark place={place} />
        <Button
          variant="default"
          leftSection={<IconSparkles size={14} />}
          rightSection={generate.shortcut && <ShortcutKeys shortcut={generate.shortcut} />}
          onClick={generate.run}
          disabled={!generate.isEnabled}
          title={generate.refusal}
        >
          {t('editor.caption.generate')}
        </Button>
      </div>
      <StreamingCard place={place} />
      <StaleNotice revision={revision} onRegenerate={generate.run} />
      <StatusButtons status={revision?.status ?? null} />
      <Versions place={place} revision={revision} />
    </section>
  );
}
