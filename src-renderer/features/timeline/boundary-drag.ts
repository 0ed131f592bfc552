import { usToFrame } from '#shared/domain/time.ts';
import { boundaryLimits } from '../../editing/shot-index.ts';
import { visibleFrames, xToFrame } from '../../editing/timeline-geometry.ts';
import { curvePeaks, snapFrame } from './snapping.ts';
import type { Gesture, GestureOptions } from './gesture.ts';

/**
 * Takes the cut at the start of a shot in the hand. The player shows the frame that would come first; the shot stays the
 * active one meanwhile. Snaps to the playhead's former place, to where the detector saw change, to speech and to in and out.
 */
export function startBoundaryDrag({ controller, store, actions }: GestureOptions, shotIndex: number): Gesture | null {
  const { shots } = controller.scene();
  const limits = boundaryLimits(shots, shotIndex);
  const shot = shots[shotIndex];
  if (limits === null || shot === undefined) return null;
  const homeFrame = store.getState().frame;
  const fromFrame = shot.startFrame;
  store.actions.pinShot(shot.id);
  let frame = fromFrame;

  function finish(): void {
    controller.setBoundaryDrag(null);
    store.actions.pinShot(null);
  }

  return {
    move(event) {
      const { view } = controller.scene();
      const pointed = Math.round(xToFrame(view, event.offsetX));
      const isSnapping = store.getState().isSnapping && !event.shiftKey;
      const snapped = isSnapping ? snapFrame(pointed, snapCandidates(controller, [homeFrame, fromFrame]), view) : pointed;
      const wanted = Math.min(limits.max, Math.max(limits.min, snapped));
      if (wanted === frame) return;
      frame = wanted;
      controller.setBoundaryDrag({ shotIndex, frame });
      store.actions.seek(frame);
      actions.hover({ hit: { kind: 'boundary', shotIndex }, x: event.clientX, y: event.clientY, frame });
    },
    end() {
      actions.hover(null);
      if (frame === fromFrame) {
        // A click on a cut goes there.
        finish();
        store.actions.seek(fromFrame);
      } else {
        // By its id: other shots may have come or gone meanwhile. It is shown moved at once.
        actions.moveBoundary(shot.id, frame);
        finish();
      }
    },
    cancel() {
      actions.hover(null);
      finish();
      store.actions.seek(homeFrame);
    },
  };
}

function snapCandidates(controller: GestureOptions['controller'], places: readonly number[]): number[] {
  const { content, view, extent, inFrame, outFrame } = controller.scene();
  const { first, end } = visibleFrames(view, extent);
  const curve = content.curve?.levels[0];
  const speech = content.segments.flatMap((segment) => [
    usToFrame(content.clock, segment.startUs),
    usToFrame(content.clock, segment.endUs),
  ]);
  return [
    ...places,
    ...(curve === undefined ? [] : curvePeaks(curve, first, end)),
    ...speech,
    ...(inFrame === null ? [] : [inFrame]),
    ...(outFrame === null ? [] : [outFrame + 1]),
  ];
}
