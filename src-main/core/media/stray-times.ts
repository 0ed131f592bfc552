/** When a packet is shown, in the order of decoding. */
interface TimedPacket {
  readonly ticks: number;
  readonly isKey: boolean;
}

/** Encoders put at most 16 frames behind the one that is shown after them. */
const MAX_RUN = 17;
/** Of the distances between frames, where the rate counts as even. */
const EVEN_SHARE = 0.8;

/**
 * Whether some timestamps may not be true, by the packets alone: distinct, and yet out of place. Frames are decoded in nearly the order in which they are shown, which bounds
 * how far a timestamp may be from those around it; and none is shown between two that follow each other at an even rate.
 * @param heldFrames How many frames the decoder holds back to put them in order, as the stream says.
 */
export function hasStrayTimes(packets: readonly TimedPacket[], heldFrames: number): boolean {
  return isOutOfPlace(packets, heldFrames) || isSqueezedIn(packets);
}

function isOutOfPlace(packets: readonly TimedPacket[], heldFrames: number): boolean {
  // The latest timestamps so far, descending: one more than the decoder can hold back.
  const latest: number[] = [];
  let sinceLatest = 0;
  for (const { ticks, isKey } of packets) {
    const isLatest = ticks > (latest[0] ?? -Infinity);
    sinceLatest = isLatest ? 0 : sinceLatest + 1;
    // What is decoded before a key frame is shown before it, too.
    if ((isKey && !isLatest) || sinceLatest > MAX_RUN || ticks < (latest[heldFrames] ?? -Infinity)) return true;
    const place = latest.findIndex((other) => other < ticks);
    latest.splice(place < 0 ? latest.length : place, 0, ticks);
    latest.length = Math.min(latest.length, heldFrames + 1);
  }
  return false;
}

function isSqueezedIn(packets: readonly TimedPacket[]): boolean {
  // Without reordering no frame can come between others.
  if (packets.every(({ ticks }, index) => ticks > (packets[index - 1]?.ticks ?? -Infinity))) return false;
  const ticks = Float64Array.from(packets, (packet) => packet.ticks).sort();
  const steps = ticks.subarray(1).map((tick, index) => tick - (ticks[index] ?? 0));
  const usual = steps.toSorted()[steps.length >> 1] ?? 0;
  const slack = Math.max(1, usual / 20);
  const isUsual = (step: number): boolean => Math.abs(step - usual) <= slack;
  if (steps.filter(isUsual).length < steps.length * EVEN_SHARE) return false;
  return steps.some((step, index) => step < usual - 2 * slack && isUsual(step + (steps[index + 1] ?? 0)));
}
