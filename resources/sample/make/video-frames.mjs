import { VIDEO } from './video-plan.mjs';
import { FRAME_BYTES, prepareShot } from './shot-frames.mjs';

const LUMA_BYTES = VIDEO.width * VIDEO.height;
const BLACK = Buffer.alloc(FRAME_BYTES, 128).fill(16, 0, LUMA_BYTES);
/** Frames of full black on each side of a fade's middle. */
const BLACK_HOLD = 3;

/**
 * All frames of the video in order, with the dissolve and the fade worked in. Every frame inside a transition's extent is a
 * mixture (or black), every frame outside it is one shot alone.
 *
 * @param {import('./timeline.mjs').TimelineShot[]} shots
 * @param {{ transitions: import('./timeline.mjs').Transition[], sampleDir: string, onShot: (name: string) => void }} options
 * @returns {AsyncGenerator<Buffer>}
 */
export async function* videoFrames(shots, { transitions, sampleDir, onShot }) {
  const renderers = await Promise.all(shots.map((shot) => prepareShot(shot, sampleDir)));
  let outgoing = [];
  for (const [index, shot] of shots.entries()) {
    onShot(shot.plan.name);
    const leaving = transitions[index];
    const overlapStart = leaving?.kind === 'dissolve' ? leaving.startFrame : shot.clipEndFrame;
    const kept = [];
    let frame = shot.clipStartFrame;
    for await (const picture of renderers[index]()) {
      const before = outgoing[frame - shot.clipStartFrame];
      if (frame >= overlapStart) kept.push(picture);
      else if (before !== undefined) yield mix(before, picture, (frame - shot.clipStartFrame + 1) / (outgoing.length + 1));
      else yield mix(BLACK, picture, brightness(frame, [transitions[index - 1], leaving]));
      frame += 1;
    }
    outgoing = kept;
  }
}

/** How much of the shot a fade leaves at `frame`: 1 outside every fade, 0 around the middle of one. */
function brightness(frame, transitions) {
  const levels = transitions
    .filter((transition) => transition?.kind === 'fade')
    .map(({ frame: middle, endFrame }) => {
      const fromMiddle = frame < middle ? middle - 1 - frame : frame - middle;
      const ramp = endFrame - middle - BLACK_HOLD;
      return (fromMiddle - BLACK_HOLD + 1) / (ramp + 1);
    });
  return Math.min(1, Math.max(0, Math.min(...levels, 1)));
}

function mix(from, to, share) {
  if (share === 1) return to;
  const mixed = Buffer.allocUnsafe(FRAME_BYTES);
  for (let byte = 0; byte < FRAME_BYTES; byte += 1) mixed[byte] = Math.round(from[byte] + (to[byte] - from[byte]) * share);
  return mixed;
}
