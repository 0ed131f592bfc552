import { useEffect, useMemo, useRef, useState } from 'react';
import type { Cut } from '#shared/domain/shot.ts';
import type { DetectionRun } from '#shared/domain/detection.ts';
import { useCore } from '../../api/core-context.tsx';
import { useCoreMutation } from '../../api/mutations.ts';
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
  const { mutateAsync } = useCoreMutation('detection', 'apply');
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
    return latestOnly(ask, (cuts) => {
      const { shots } = store.getState();
      setDrag((now) => now && { ...now, ghosts: ghostCuts(shots, cuts) });
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
        await mutateAsync({ runId: run.id, threshold });
      } catch {
        // Shown by the mutation; the cuts stay as they were.
      } finally {
        cancel();
      }
    },
    cancel,
  };
}
