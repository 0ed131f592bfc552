import { useEditor } from '../../editing/editor-context.tsx';
import classes from './player.module.css';

/** Where a line of text that someone points at stands in the picture. */
export function TextOutline() {
  const box = useEditor((state) => state.outlinedText);
  if (box === null) return null;
  return (
    <svg className={classes.textOutline} viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden data-testid="text-outline">
      <polygon points={box.map(({ x, y }) => `${x},${y}`).join(' ')} />
    </svg>
  );
}
