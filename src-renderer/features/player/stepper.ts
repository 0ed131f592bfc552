import type { FrameClock } from '#shared/domain/time.ts';
import { frameToUs, usToFrame } from '#shared/domain/time.ts';

export interface StepperOptions {
  readonly clock: FrameClock;
  /** Brings a frame on screen. Called only when `isBusy` is false: a slow source shows fewer frames, in time. */
  readonly show: (frame: number) => void;
  readonly isBusy: () => boolean;
  /** The first or the last frame was reached. */
  readonly onEnd: () => void;
}

export interface Stepper {
  /** `rate`: multiple of real time, negative runs backwards. */
  start(fromFrame: number, rate: number): void;
  stop(): void;
}

/** Plays by showing single frames, where `<video>` cannot: backwards, and videos that the browser has no decoder for. */
export function createStepper({ clock, show, isBusy, onEnd }: StepperOptions): Stepper {
  let request: number | null = null;

  function stop(): void {
    if (request !== null) cancelAnimationFrame(request);
    request = null;
  }

  return {
    start(fromFrame, rate) {
      stop();
      const startedMs = performance.now();
      const fromUs = frameToUs(clock, fromFrame);
      let shown = fromFrame;
      function tick(nowMs: number): void {
        const timeUs = fromUs + (nowMs - startedMs) * 1000 * rate;
        const frame = usToFrame(clock, timeUs);
        if (frame !== shown && !isBusy()) {
          shown = frame;
          show(frame);
        }
        const isAtEnd = rate < 0 ? timeUs <= 0 : timeUs >= frameToUs(clock, clock.frameCount);
        if (isAtEnd && !isBusy()) {
          request = null;
          onEnd();
        } else request = requestAnimationFrame(tick);
      }
      request = requestAnimationFrame(tick);
    },
    stop,
  };
}
