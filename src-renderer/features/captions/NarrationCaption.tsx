import { useTranslation } from 'react-i18next';
import type { Shot } from '#shared/domain/shot.ts';
import type { Revision } from '#shared/domain/text.ts';
import { CaptionBox } from './CaptionBox.tsx';
import classes from './captions.module.css';
import { SaveMark } from './SaveMark.tsx';
import { StaleNotice } from './StaleNotice.tsx';

/** What the shot tells together with its speech. */
export function NarrationCaption({ shot, revision }: { readonly shot: Shot; readonly revision: Revision | undefined }) {
  const { t } = useTranslation();
  const place = { shotId: shot.id, kind: 'narration' } as const;
  return (
    <section className={classes.section} aria-label={t('editor.caption.narration')}>
      <div className={classes.sectionHead}>
        <h3 className={classes.sectionTitle}>{t('editor.caption.narration')}</h3>
        <SaveMark place={place} />
      </div>
      <CaptionBox place={place} revision={revision} label={t('editor.caption.narration')} placeholder={t('editor.caption.narrationPlaceholder')} minRows={2} />
      <StaleNotice revision={revision} onRegenerate={null} />
    </section>
  );
}
