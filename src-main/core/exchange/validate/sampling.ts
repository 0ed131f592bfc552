/** A clip as its trainer finds it. */
export interface ClipFacts {
  readonly frameCount: number;
  readonly framesPerSecond: number;
}

/** Frames that a trainer takes of a clip, counted from the clip's first. */
export interface TakenFrames {
  readonly count: number;
  /** @param index below `count` */
  at(index: number): number;
}

const NOTHING: TakenFrames = { count: 0, at: () => 0 };

/** As Python and NumPy round: halves to the even neighbour. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

/** `count` frames from the first to the last, at equal distances, as `numpy.linspace` places them. */
function evenly(frameCount: number, count: number, whole: (value: number) => number): TakenFrames {
  const last = frameCount - 1;
  return { count, at: (index) => (count > 1 && index === count - 1 ? last : whole(index * (last / Math.max(1, count - 1)))) };
}

/** Qwen3-VL's processor: two frames a second, at least 4 and at most 8, never more than there are, and none of clips with a single frame, for it takes them in pairs. */
export function qwenFinetuneFrames({ frameCount, framesPerSecond }: ClipFacts): TakenFrames {
  const count = Math.min(Math.max(Math.trunc((frameCount / framesPerSecond) * 2), 4), 8, frameCount);
  return count < 2 ? NOTHING : evenly(frameCount, count, roundHalfEven);
}

/** LLaMA-Factory: two frames a second, at least one, at most 128. An odd number is filled up with the last one. */
export function llamaFactoryFrames({ frameCount, framesPerSecond }: ClipFacts): TakenFrames {
  const wanted = Math.max(1, Math.floor((frameCount / framesPerSecond) * 2));
  const count = Math.min(frameCount, 128, wanted);
  if (count === 0) return NOTHING;
  const taken = evenly(frameCount, count, Math.trunc);
  return { count: count + (count % 2), at: (index) => taken.at(Math.min(index, count - 1)) };
}

/** qwen-vl-utils, which ms-swift calls: two frames a second, at least 4 and at most 768, rounded down to pairs. */
export function qwenUtilsFrames({ frameCount, framesPerSecond }: ClipFacts): TakenFrames {
  const most = Math.floor(Math.min(768, frameCount) / 2) * 2;
  const wanted = Math.min(Math.max((frameCount / framesPerSecond) * 2, 4), most, frameCount);
  const count = Math.floor(wanted / 2) * 2;
  return count < 2 ? NOTHING : evenly(frameCount, count, roundHalfEven);
}

/** LLaVA-NeXT: each frame that begins a second, as far as whole frames go; there is no greatest number. */
export function llavaNextFrames({ frameCount, framesPerSecond }: ClipFacts): TakenFrames {
  const step = roundHalfEven(framesPerSecond);
  return step < 1 ? NOTHING : { count: Math.ceil(frameCount / step), at: (index) => index * step };
}

/** InternVL takes one frame by chance from each of 8 to 32 equal parts; here those in the middle of 8. The last one is repeated where there are fewer. */
export function internVlFrames({ frameCount }: ClipFacts): TakenFrames {
  const parts = Math.min(8, frameCount);
  const startOf = (part: number): number => Math.trunc((frameCount / Math.max(1, parts)) * part);
  return parts < 1
    ? NOTHING
    : { count: 8, at: (index) => Math.floor((startOf(Math.min(index, parts - 1)) + startOf(Math.min(index, parts - 1) + 1) - 1) / 2) };
}

/** SmolVLM2's processor: one frame a second, at most 64; of long clips not the first and last second. */
export function smolVlmFrames({ frameCount, framesPerSecond }: ClipFacts): TakenFrames {
  const seconds = frameCount / framesPerSecond;
  const count = Math.max(1, Math.min(roundHalfEven(seconds), 64));
  let [first, last] = [0, frameCount - 1];
  if (seconds - 2 > 64) [first, last] = [Math.trunc(framesPerSecond), Math.min(Math.trunc(frameCount - framesPerSecond), frameCount - 1)];
  const taken = evenly(last - first + 1, count, Math.trunc);
  return frameCount < 1 ? NOTHING : { count, at: (index) => first + taken.at(index) };
}

/** Frames that are taken one behind the other from the first, rounded down to `n × step + 1`. */
function firstFrames(available: number, most: number, step: number): TakenFrames {
  const wanted = Math.min(available, most);
  return wanted < 1 ? NOTHING : { count: Math.floor((wanted - 1) / step) * step + 1, at: (index) => index };
}

/** No rate of frames is so high that more would have to be gone through. */
const MAX_STEPS = 100_000;

/**
 * musubi-tuner drops frames to come down to `targetFps`, then takes the first `most`, as many as fit `4n + 1`. Where a clip has fewer a second, none are
 * added. It adds up fractions, and which frame stays hangs on their rounding: they are added up here, too.
 */
export function musubiFrames({ frameCount, framesPerSecond }: ClipFacts, targetFps: number, most: number): TakenFrames {
  const delta = targetFps / framesPerSecond;
  const kept: number[] = [];
  let [place, before] = [0, -1];
  for (let frame = 0; frame < Math.min(frameCount, MAX_STEPS) && kept.length < most; frame++) {
    const whole = Math.trunc(place);
    place += delta;
    if (whole === before) continue;
    before = whole;
    kept.push(frame);
  }
  const { count } = firstFrames(kept.length, most, 4);
  return { count, at: (index) => kept[index] ?? 0 };
}

/** diffusion-pipe brings a clip to `targetFps`, then takes as many of its first frames as the largest bucket that it fills; it skips what fills none. */
export function diffusionPipeFrames({ frameCount, framesPerSecond }: ClipFacts, targetFps: number, bucket: number): TakenFrames {
  const brought = Math.trunc((frameCount * targetFps) / framesPerSecond);
  if (brought === 1) return { count: 1, at: () => 0 };
  if (brought < bucket) return NOTHING;
  const resampled = evenly(frameCount, brought, Math.trunc);
  return { count: bucket, at: (index) => resampled.at(index) };
}

/** The LTX trainer takes the first frames, as many as its bucket has, and skips shorter clips. */
export function ltxFrames({ frameCount }: ClipFacts, bucket: number): TakenFrames {
  return frameCount < bucket ? NOTHING : { count: bucket, at: (index) => index };
}
