import { useWording } from '../../i18n/use-wording.ts';
import { useTranslation } from 'react-i18next';
import { assertNever } from '#shared/assert.ts';
import { formatTimeUs, frameToUs } from '#shared/domain/time.ts';
import { shortened } from '../../components/format.ts';
import { useEditor, useEditorSession } from '../../editing/editor-context.tsx';
import type { TimelineHover } from './gesture.ts';
import type { TimelineContent } from './timeline-scene.ts';
import classes from './timeline.module.css';

/** What a tooltip has room for. */
const MAX_LETTERS = 600;

interface TimelineTooltipProps {
  readonly hover: TimelineHover;
  readonly content: TimelineContent;
}

/** Says what the pointer rests on. For the eyes only: the same is in the listbox and the inspector. */
export function TimelineTooltip({ hover, content }: TimelineTooltipProps) {
  const left = Math.max(8, Math.min(hover.x + 14, innerWidth - 336));
  return (
    <div className={classes.tooltip} style={{ left, bottom: innerHeight - hover.y + 16 }} aria-hidden>
      <TooltipBody hover={hover} content={content} />
    </div>
  );
}

function TooltipBody({ hover, content }: TimelineTooltipProps) {
  const { t } = useTranslation();
  const worded = useWording();
  const { clock } = useEditorSession();
  const shots = useEditor((state) => state.shots);
  const time = (frame: number): string => formatTimeUs(frameToUs(clock, frame));
  const { hit, frame } = hover;
  switch (hit.kind) {
    case 'shot': {
      const shot = shots[hit.shotIndex];
      if (shot === undefined) return null;
      const text = content.texts.get(shot.id);
      return (
        <>
          <strong>{t('editor.timeline.shotTitle', { number: hit.shotIndex + 1 })}</strong>{' '}
          <span className={classes.tooltipDim}>
            {t('editor.timeline.span', { from: time(shot.startFrame), to: time(shot.endFrame), frames: shot.endFrame - shot.startFrame })}
          </span>
          {text !== undefined && <div className={classes.tooltipText}>{shortened(text.text, MAX_LETTERS)}</div>}
          {text !== undefined && text.staleReason !== null && <div className={classes.tooltipDim}>{worded(text.staleReason)}</div>}
        </>
      );
    }
    case 'boundary': {
      const shot = shots[hit.shotIndex];
      if (shot === undefined) return null;
      const moved = frame - shot.startFrame;
      const kind = t(`editor.transition.${shot.transition.kind}`);
      const score = shot.confidence === null ? '' : ` · ${t('editor.cutCheck.score', { percent: Math.round(shot.confidence * 100) })}`;
      return (
        <>
          <strong>{moved === 0 || Math.abs(moved) <= 5 ? kind : `${kind} ${moved > 0 ? '+' : ''}${moved}`}</strong>{' '}
          <span className={classes.tooltipDim}>
            {t('editor.timeline.atFrame', { frame: moved === 0 ? shot.startFrame : frame })}
            {score}
          </span>
          <div className={classes.tooltipDim}>{shot.locked ? t('editor.timeline.lockedCut') : t('editor.timeline.dragCut')}</div>
        </>
      );
    }
    case 'speech':
      return <>{shortened(content.segments[hit.segmentIndex]?.text ?? '', MAX_LETTERS)}</>;
    case 'threshold':
      return <>{t('editor.timeline.thresholdHint')}</>;
    case 'seek':
    case 'nothing':
      return <span>{t('editor.timeline.place', { time: time(frame), frame })}</span>;
    default:
      return assertNever(hit);
  }
}
