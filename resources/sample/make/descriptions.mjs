import { VIDEO } from './video-plan.mjs';

/**
 * The files that say what is true of the video.
 *
 * @typedef {import('./audio-track.mjs').Narration} Narration
 */

/**
 * @param {{ frameCount: number, shots: import('./timeline.mjs').TimelineShot[], transitions: import('./timeline.mjs').Transition[] }} timeline
 * @param {{ video: string, narrations: (Narration | null)[] }} parts
 */
export function describeBoundaries({ frameCount, shots, transitions }, { video, narrations }) {
  const truth = {
    video,
    width: VIDEO.width,
    height: VIDEO.height,
    rate: { num: VIDEO.framesPerSecond, den: 1 },
    frameCount,
    shots: shots.map(({ plan, startFrame, endFrame }, index) => ({
      name: plan.name,
      startFrame,
      endFrame,
      narration: narrations[index],
    })),
    transitions,
  };
  return `${JSON.stringify(truth, null, 2)}\n`;
}

/** WebVTT with one cue per sentence. */
export function describeNarration(narrations) {
  const cues = narrations
    .filter((narration) => narration !== null)
    .map(({ text, startUs, endUs }) => `${vttTime(startUs)} --> ${vttTime(endUs)}\n${text}\n`);
  return `WEBVTT\n\n${cues.join('\n')}`;
}

function vttTime(us) {
  const ms = Math.round(us / 1000);
  const pad = (value, width = 2) => String(value).padStart(width, '0');
  return `${pad(Math.floor(ms / 3_600_000))}:${pad(Math.floor(ms / 60_000) % 60)}:${pad(Math.floor(ms / 1000) % 60)}.${pad(ms % 1000, 3)}`;
}
