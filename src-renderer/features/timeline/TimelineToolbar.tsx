import {
  IconArrowBarToRight,
  IconArrowMerge,
  IconArrowsHorizontal,
  IconCut,
  IconMagnet,
  IconRefresh,
  IconSparkles,
  IconTrash,
  IconZoomIn,
  IconZoomOut,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { CommandButton } from '../../editing/CommandButton.tsx';
import { useEditor } from '../../editing/editor-context.tsx';
import { LockButton } from '../../editing/LockButton.tsx';
import classes from './timeline.module.css';

const ICON = 17;

export function TimelineToolbar() {
  const { t } = useTranslation();
  const isSnapping = useEditor((state) => state.isSnapping);
  return (
    <div className={classes.toolbar} role="toolbar" aria-label={t('editor.timeline.tools')}>
      <CommandButton command="shots.split" icon={<IconCut size={ICON} />} />
      <CommandButton command="shots.merge" icon={<IconArrowMerge size={ICON} />} />
      <CommandButton command="shots.deleteCut" icon={<IconTrash size={ICON} />} />
      <CommandButton command="shots.cutHere" icon={<IconArrowBarToRight size={ICON} />} />
      <LockButton size={ICON} />
      <span className={classes.separator} />
      <CommandButton command="captions.generate" icon={<IconSparkles size={ICON} />} />
      <CommandButton command="shots.detect" icon={<IconRefresh size={ICON} />} />
      <Facts />
      <CommandButton command="timeline.snap" icon={<IconMagnet size={ICON} />} isOn={isSnapping} />
      <span className={classes.separator} />
      <CommandButton command="timeline.zoomOut" icon={<IconZoomOut size={ICON} />} />
      <CommandButton command="timeline.zoomIn" icon={<IconZoomIn size={ICON} />} />
      <CommandButton command="timeline.zoomToFit" icon={<IconArrowsHorizontal size={ICON} />} />
    </div>
  );
}

/** "Shot 12 of 48", or how many are selected. */
function Facts() {
  const { t } = useTranslation();
  const count = useEditor((state) => state.shots.length);
  const activeIndex = useEditor((state) => state.activeIndex);
  const selected = useEditor((state) => state.selection.length);
  if (count === 0) return <span className={classes.facts}>{t('editor.timeline.noShots')}</span>;
  return (
    <span className={classes.facts} data-testid="shot-facts">
      {selected > 0 ? t('editor.timeline.selected', { count: selected }) : t('editor.timeline.shotOf', { number: activeIndex + 1, count })}
    </span>
  );
}
