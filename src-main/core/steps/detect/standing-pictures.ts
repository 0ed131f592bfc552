import type { ScoreCurve } from '#core/engines/shot-detector.ts';
import type { FrameBatch } from '#core/media/pictures.ts';
import { type FrameClock, isStanding } from '#shared/domain/time.ts';

/** As many frames as a second of video has, which is what detectors were made for: they compare a frame with those beside it. */
const TIMES_SHOWN = 24;

export type DetectorView = ReturnType<typeof showStandingPictures>;

/**
 * What a detector is shown of a video: each frame once, and one that stays for long several times, for detectors count frames and know
 * no times. A slide show of single pictures would be all movement to them.
 */
export function showStandingPictures(clock: FrameClock) {
  const { frameCount } = clock;
  /** `starts[i]`: place of frame i in what is shown; one more for the end. */
  const starts = new Uint32Array(frameCount + 1);
  for (let frame = 0; frame < frameCount; frame++) starts[frame + 1] = startOf(frame) + (isStanding(clock, frame) ? TIMES_SHOWN : 1);
  const shownCount = startOf(frameCount);

  /** More frames than were counted are shown once each. */
  function startOf(frame: number): number {
    return starts[frame] ?? shownCount + frame - frameCount;
  }

  /** The frame that is shown at a place; after the last place come frames that nobody counted. */
  function frameAt(place: number): number {
    if (place >= shownCount) return frameCount + place - shownCount;
    let low = 0;
    let high = frameCount - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (startOf(middle) <= place) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  const timesShown = (frame: number): number => startOf(frame + 1) - startOf(frame);

  /** @param place from where on; `frames` begin with the frame that is shown there */
  async function* from(place: number, frames: AsyncIterable<FrameBatch>): AsyncGenerator<FrameBatch> {
    let next = place;
    for await (const batch of frames) {
      const shown = repeated(batch, (frame) => startOf(frame + 1) - Math.max(next, startOf(frame)));
      yield { ...shown, startFrame: next };
      next += shown.count;
    }
  }

  /** Scores of what was shown → scores of the frames. A picture does not change while it stays: a cut seen in it is its start or its end. */
  function toFrames(curve: ScoreCurve): ScoreCurve {
    if (shownCount === frameCount) return curve;
    const length = frameAt(curve.cut.length);
    const cut = Float32Array.from({ length }, (_, frame) => {
      const before = frame === 0 ? 0 : Math.floor(timesShown(frame - 1) / 2);
      const around = curve.cut.subarray(startOf(frame) - before, startOf(frame) + Math.ceil(timesShown(frame) / 2));
      return around.reduce((highest, score) => Math.max(highest, score), 0);
    });
    const { transition } = curve;
    if (transition === null) return { cut, transition };
    const middleOf = (frame: number): number => startOf(frame) + Math.floor(timesShown(frame) / 2);
    return { cut, transition: Float32Array.from({ length }, (_, frame) => transition[middleOf(frame)] ?? 0) };
  }

  return { count: shownCount, frameAt, from, toFrames };
}

/** Each picture as often as `times` says for its frame. */
function repeated(batch: FrameBatch, times: (frame: number) => number): FrameBatch {
  const { startFrame, width, height, data } = batch;
  const counts = Array.from({ length: batch.count }, (_, index) => times(startFrame + index));
  if (counts.every((count) => count === 1)) return batch;
  const size = width * height * 3;
  const count = counts.reduce((sum, each) => sum + each, 0);
  const copies = new Uint8Array(count * size);
  let at = 0;
  for (const [index, each] of counts.entries()) {
    const picture = data.subarray(index * size, (index + 1) * size);
    for (let copy = 0; copy < each; copy++, at += size) copies.set(picture, at);
  }
  return { startFrame, count, width, height, data: copies };
}
