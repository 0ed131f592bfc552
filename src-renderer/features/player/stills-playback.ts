import type { FrameClock } from '#shared/domain/time.ts';
import { loopRange, type EditorState, type EditorStore } from '../../editing/editor-store.ts';
import type { StillLoader } from './still-loader.ts';
import { createStepper } from './stepper.ts';

/** Plays a video that the browser cannot decode as single pictures from the core, as fast as they come; without audio. */
export function attachStillsPlayback({
  store,
  clock,
  stills,
}: {
  readonly store: EditorStore;
  readonly clock: FrameClock;
  readonly stills: StillLoader;
}): () => void {
  const { actions } = store;
  const stepper = createStepper({
    clock,
    isBusy: stills.isBusy,
    show(frame) {
      const state = store.getState();
      const loop = loopRange(state);
      if (state.isLooping && state.rate > 0 && frame >= loop.endFrame) {
        actions.seek(loop.startFrame);
        return;
      }
      // The playhead follows when the picture is there.
      stills.request(frame);
    },
    onEnd: () => actions.setRate(0),
  });

  function onChange(state: EditorState, before: EditorState): void {
    const hasJumped = state.seekCount !== before.seekCount;
    if (hasJumped) stills.request(state.frame);
    if (hasJumped || state.rate !== before.rate || state.speed !== before.speed) run(state);
  }

  function run(state: EditorState): void {
    stepper.stop();
    const isAtEnd = state.rate > 0 && state.frame >= state.frameCount - 1;
    if (state.rate !== 0) stepper.start(isAtEnd ? 0 : state.frame, state.rate * state.speed);
  }

  stills.request(store.getState().frame);
  // The person may have pressed Play before it was known that the video cannot be played.
  run(store.getState());
  const unsubscribe = store.subscribe(onChange);
  return () => {
    unsubscribe();
    stepper.stop();
  };
}
