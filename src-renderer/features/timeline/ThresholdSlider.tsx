import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useEditsOnly } from '../../api/use-edit-refusal.ts';
import { scoreToY, type Lane } from './lanes.ts';
import classes from './timeline.module.css';
import type { ThresholdTrial } from './use-threshold.ts';

interface ThresholdSliderProps {
  readonly lane: Lane;
  readonly threshold: number;
  readonly trial: ThresholdTrial;
}

/** The threshold's value beside its line, and the same control for the keyboard: arrows try, Enter applies, Escape gives up. */
export function ThresholdSlider({ lane, threshold, trial }: ThresholdSliderProps) {
  const { t } = useTranslation();
  const editsOnly = useEditsOnly();
  const value = trial.drag?.threshold ?? threshold;
  const ghosts = trial.drag?.ghosts ?? null;
  // Counts of another threshold than the one beside them would be wrong.
  const text =
    ghosts === null || ghosts.threshold !== value
      ? value.toFixed(2)
      : t('editor.timeline.ghosts', { threshold: value.toFixed(2), added: ghosts.added.length, removed: ghosts.removed.length });

  function handleKey(event: KeyboardEvent): void {
    if (event.key === 'Enter') void trial.apply();
    else if (event.key === 'Escape' && trial.drag !== null) trial.cancel();
    else return;
    event.preventDefault();
  }

  return (
    <label className={classes.threshold} data-dragging={trial.drag !== null} style={{ top: scoreToY(lane, value) }}>
      <input
        {...editsOnly}
        type="range"
        className={classes.thresholdInput}
        min={0}
        max={1}
        step={0.01}
        value={value}
        aria-label={t('editor.timeline.threshold')}
        aria-valuetext={text}
        onChange={(event) => trial.attempt(Number(event.currentTarget.value))}
        onKeyDown={handleKey}
        onBlur={trial.cancel}
      />
      {text}
    </label>
  );
}
