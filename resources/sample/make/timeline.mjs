/**
 * Where the planned shots lie in the video: pure arithmetic on whole frames.
 *
 * A shot owns `[startFrame, endFrame)`; the shots tile the video. In a dissolve both shots run on across the boundary, so a
 * shot is rendered for `[clipStartFrame, clipEndFrame)`, which is longer. In a fade each shot darkens within its own frames.
 *
 * @typedef {import('./video-plan.mjs').PlannedShot} PlannedShot
 * @typedef {{ kind: 'cut' | 'dissolve' | 'fade', frame: number, startFrame: number, endFrame: number }} Transition `frame` is the
 *   first frame of the new shot; `[startFrame, endFrame)` is the extent, empty for a cut
 * @typedef {{ plan: PlannedShot, startFrame: number, endFrame: number, clipStartFrame: number, clipEndFrame: number }} TimelineShot
 */

/**
 * @param {PlannedShot[]} plans
 * @returns {{ frameCount: number, shots: TimelineShot[], transitions: Transition[] }} one transition per boundary between two shots
 */
export function layOut(plans) {
  const starts = plans.map((_, index) => plans.slice(0, index).reduce((sum, plan) => sum + plan.frames, 0));
  const shots = plans.map((plan, index) => {
    const startFrame = starts[index];
    const endFrame = startFrame + plan.frames;
    const next = plans[index + 1]?.entry ?? { kind: 'cut' };
    return {
      plan,
      startFrame,
      endFrame,
      clipStartFrame: startFrame - handleFrames(plan.entry),
      clipEndFrame: endFrame + handleFrames(next),
    };
  });
  const transitions = plans.slice(1).map((plan, index) => transitionAt(plan.entry, starts[index + 1]));
  return { frameCount: shots[shots.length - 1].endFrame, shots, transitions };
}

function transitionAt(entry, frame) {
  const half = entry.kind === 'cut' ? 0 : entry.frames / 2;
  if (!Number.isInteger(half)) throw new Error(`A ${entry.kind} of ${entry.frames} frames has no middle frame.`);
  return { kind: entry.kind, frame, startFrame: frame - half, endFrame: frame + half };
}

function handleFrames(entry) {
  return entry.kind === 'dissolve' ? entry.frames / 2 : 0;
}
