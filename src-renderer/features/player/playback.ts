import type { FrameClock } from '#shared/domain/time.ts';
import { loopRange, type EditorState, type EditorStore } from '../../editing/editor-store.ts';
import { nearestFrame, seekTarget } from './frame-stepping.ts';
import { createStepper } from './stepper.ts';

export interface PlaybackOptions {
  readonly video: HTMLVideoElement;
  readonly store: EditorStore;
  readonly clock: FrameClock;
  /** Container time of the first frame (`VideoProbe.startUs`). */
  readonly startUs: number;
  /** Called with each picture that the element brings on the screen. */
  readonly onPicture: (frame: number) => void;
  /** The browser has no decoder for the video, or gave up on it. */
  readonly onUnplayable: () => void;
}

/**
 * Makes a `<video>` follow the editor's store and reports to the store which frame it shows. Forward playing is the element's own;
 * the frame comes from `requestVideoFrameCallback`, which names the picture presented, not the clock's guess. Backwards is
 * seeking frame by frame. Returns its end.
 */
export function attachPlayback({ video, store, clock, startUs, onPicture, onUnplayable }: PlaybackOptions): () => void {
  const { actions } = store;
  const seeker = createSeeker(video);
  const seekTo = (frame: number): void => seeker.to(seekTarget(clock, frame, startUs));
  const backward = createStepper({
    clock,
    isBusy: seeker.isBusy,
    show: seekTo,
    onEnd: () => actions.setRate(0),
  });
  let loop = loopRange(store.getState());
  let frameCallback = 0;

  function onPresented(_now: number, { mediaTime }: VideoFrameCallbackMetadata): void {
    frameCallback = video.requestVideoFrameCallback(onPresented);
    const state = store.getState();
    const frame = nearestFrame(clock, mediaTime * 1e6 - startUs);
    const hasPlayed = state.rate > 0 && !video.seeking;
    if (hasPlayed && state.isLooping && frame >= loop.endFrame) actions.seek(loop.startFrame);
    // Backwards each picture is a seek of its own.
    else if (hasPlayed || state.rate < 0) actions.reportFrame(frame);
    onPicture(frame);
  }

  function onEnded(): void {
    const { isLooping, rate, frameCount } = store.getState();
    if (isLooping && rate > 0) {
      actions.seek(loop.startFrame);
      play(store.getState());
      return;
    }
    actions.setRate(0);
    actions.seek(frameCount - 1);
  }

  function play(state: EditorState): void {
    video.playbackRate = Math.min(16, Math.max(0.0625, state.rate * state.speed));
    video.play().catch((error: unknown) => {
      // Overtaken by a pause, or not playable at all, in which case single frames take over: only a refusal stops the video.
      const isRefused = error instanceof DOMException && error.name === 'NotAllowedError';
      if (isRefused) actions.setRate(0);
    });
  }

  function applyRate(state: EditorState): void {
    backward.stop();
    if (state.rate > 0) {
      if (state.frame >= state.frameCount - 1) actions.seek(state.isLooping ? loop.startFrame : 0);
      play(state);
      return;
    }
    video.pause();
    seekTo(state.frame);
    if (state.rate < 0) backward.start(state.frame, state.rate * state.speed);
  }

  function onChange(state: EditorState, before: EditorState): void {
    const hasJumped = state.seekCount !== before.seekCount;
    const hasStarted = before.rate === 0 && state.rate !== 0;
    const hasLoopChanged = state.isLooping !== before.isLooping || state.inFrame !== before.inFrame || state.outFrame !== before.outFrame;
    if (hasJumped || hasStarted || hasLoopChanged || state.shots !== before.shots) loop = loopRange(state);
    if (hasJumped) {
      seekTo(state.frame);
      if (state.rate < 0) backward.start(state.frame, state.rate * state.speed);
    }
    if (state.rate !== before.rate || state.speed !== before.speed) applyRate(state);
    if (state.volume !== before.volume || state.isMuted !== before.isMuted) applyVolume(video, state);
  }

  const onError = (): void => onUnplayable();
  // A file whose audio can be played and whose picture cannot loads without an error, and without a size.
  const onMetadata = (): void => (video.videoWidth === 0 ? onUnplayable() : seekTo(store.getState().frame));
  video.addEventListener('error', onError);
  video.addEventListener('loadedmetadata', onMetadata);
  video.addEventListener('ended', onEnded);
  applyVolume(video, store.getState());
  frameCallback = video.requestVideoFrameCallback(onPresented);
  const unsubscribe = store.subscribe(onChange);
  return () => {
    unsubscribe();
    backward.stop();
    seeker.dispose();
    video.cancelVideoFrameCallback(frameCallback);
    video.removeEventListener('error', onError);
    video.removeEventListener('loadedmetadata', onMetadata);
    video.removeEventListener('ended', onEnded);
    video.pause();
  };
}

function applyVolume(video: HTMLVideoElement, { volume, isMuted }: EditorState): void {
  video.volume = volume;
  video.muted = isMuted;
}

/** One seek at a time; while one runs only the newest wish waits, so that holding a key down never lags behind. */
function createSeeker(video: HTMLVideoElement) {
  let waitingSeconds: number | null = null;
  const onSeeked = (): void => {
    if (waitingSeconds === null) return;
    video.currentTime = waitingSeconds;
    waitingSeconds = null;
  };
  video.addEventListener('seeked', onSeeked);
  return {
    to(seconds: number): void {
      if (video.seeking) waitingSeconds = seconds;
      else video.currentTime = seconds;
    },
    isBusy: () => video.seeking,
    dispose: () => video.removeEventListener('seeked', onSeeked),
  };
}
