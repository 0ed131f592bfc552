import { useEffect, useMemo, useRef, useState } from 'react';
import type { Cut, Shot } from '#shared/domain/shot.ts';
import type { DetectionRun } from '#shared/domain/detection.ts';
import { useCore } from '../../api/core-context.tsx';
import { changeOf } from '../../api/edits.ts';
import { queryKeys } from '../../api/query-keys.ts';
import { useRunEdit } from '../../api/use-run-edit.ts';
import { useShowError } from '../../api/use-show-error.ts';
import { useEditorSession } from '../../editing/editor-context.tsx';
import { ghostCuts } from './ghost-cuts.ts';
import { latestOnly } from './latest-only.ts';
import type { ThresholdDrag } from './timeline-scene.ts';

export interface ThresholdTrial {
  /** Null while nothing is tried. */
  readonly drag: ThresholdDrag | null;
  attempt(threshold: number): void;
  apply(): Promise<void>;
  cancel(): void;
}

/** Trying a threshold: the core says from its stored curve which cuts it would give; only `apply` changes anything. */
export function useThreshold(run: DetectionRun | undefined): ThresholdTrial {
  const { api } = useCore();
  const { store } = useEditorSession();
  const showError = useShowError();
  const runEdit = useRunEdit();
  const [drag, setDrag] = useState<ThresholdDrag | null>(null);
  const wanted = useRef<number | null>(null);

  const previews = useMemo(() => {
    async function ask(threshold: number): Promise<Cut[]> {
      if (run === undefined) return [];
      return api.detection.preview({ runId: run.id, threshold }).catch((error: unknown) => {
        showError(error);
        throw error;
      });
    }
    return latestOnly(ask, (cuts, threshold) => {
      const { shots } = store.getState();
      setDrag((now) => now && { ...now, ghosts: { threshold, ...ghostCuts(shots, cuts) } });
    });
  }, [api, run, store, showError]);
  useEffect(() => previews.stop, [previews]);

  function cancel(): void {
    wanted.current = null;
    setDrag(null);
  }

  return {
    drag,
    attempt(threshold) {
      wanted.current = threshold;
      setDrag((now) => ({ threshold, ghosts: now?.ghosts ?? null }));
      previews.ask(threshold);
    },
    async apply() {
      const threshold = wanted.current;
      if (run === undefined || threshold === null) return;
      try {
        await runEdit({
          send: () => api.detection.apply({ runId: run.id, threshold }),
          learns: (shots) => [changeOf<Shot[]>(queryKeys.shots(run.videoId), () => shots)],
        });
      } catch {
        // A failure has been shown; the cuts stay as they were.
      } finally {
        // Another one may be tried meanwhile.
        if (wanted.current === threshold) cancel();
      }
    },
    cancel,
  };
}
