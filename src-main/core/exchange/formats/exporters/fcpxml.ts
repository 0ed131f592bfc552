import type { Rational } from '#shared/domain/time.ts';
import { type EditedShot, editExporter, isNtsc, sequenceRate } from './edited-video.ts';
import { attributeText, markupText } from './markup-text.ts';

const TRANSITION_NAMES = { cut: 'Cut', dissolve: 'Cross Dissolve', fade: 'Fade To Color', unknown: 'Transition' } as const;
/** A marker's name stands on the timeline. */
const MAX_MARKER_NAME = 80;

/**
 * FCPXML 1.10: a storyline with a clip for each shot, whose caption is its note and a marker. All times are whole frames of the sequence, as exact
 * fractions of seconds. Source: Apple's DTD of FCPXML 1.10.
 */
export const fcpxmlExporter = editExporter({
  id: 'fcpxml',
  title: 'Final Cut Pro XML (.fcpxml)',
  description:
    'One .fcpxml file per video: its shots as clips with notes and markers, and transitions. For Final Cut Pro and DaVinci Resolve.',
  extension: 'fcpxml',
  rateOf: sequenceRate,
  *written(video) {
    const { document, address, rate, shots, frameCount } = video;
    const { probe } = document.video;
    const time = (frame: number): string => timeOf(frame, rate);
    const name = attributeText(document.fileName);
    const size = probe === null ? '' : ` width="${probe.displayWidth}" height="${probe.displayHeight}"`;
    const audio = probe === null || probe.audioTracks.length === 0 ? '' : ' hasAudio="1" audioSources="1"';
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n<fcpxml version="1.10">\n  <resources>\n';
    yield `    <format id="r1" frameDuration="${time(1)}"${size}/>\n`;
    yield `    <asset id="r2" name=${name} start="0s" duration="${time(frameCount)}" hasVideo="1" videoSources="1" format="r1"${audio}>\n`;
    yield `      <media-rep kind="original-media" src=${attributeText(address)}/>\n    </asset>\n  </resources>\n`;
    yield `  <event name=${name}>\n    <project name=${name}>\n`;
    yield `      <sequence format="r1" duration="${time(shots.at(-1)?.endFrame ?? 0)}" tcStart="0s" tcFormat="${isNtsc(rate) && rate.num % 30_000 === 0 ? 'DF' : 'NDF'}">\n        <spine>\n`;
    for (const [index, shot] of shots.entries()) yield itemsOf(shot, { name: `Shot ${index + 1}`, time });
    yield '        </spine>\n      </sequence>\n    </project>\n  </event>\n</fcpxml>\n';
  },
});

interface ItemPlace {
  readonly name: string;
  time(frame: number): string;
}

function itemsOf({ startFrame, endFrame, transition, caption }: EditedShot, { name, time }: ItemPlace): string {
  const before =
    transition === null
      ? ''
      : `          <transition name="${TRANSITION_NAMES[transition.kind]}" offset="${time(transition.startFrame)}" duration="${time(transition.endFrame - transition.startFrame)}"/>\n`;
  const extent = `offset="${time(startFrame)}" start="${time(startFrame)}" duration="${time(endFrame - startFrame)}"`;
  const clip = `          <asset-clip ref="r2" name="${name}" ${extent} tcFormat="NDF"`;
  if (caption === '') return `${before}${clip}/>\n`;
  const marker = `<marker start="${time(startFrame)}" duration="${time(1)}" value=${attributeText(shortened(caption))} note=${attributeText(caption)}/>`;
  return `${before}${clip}>\n            <note>${markupText(caption)}</note>\n            ${marker}\n          </asset-clip>\n`;
}

function shortened(caption: string): string {
  const [line = ''] = caption.split('\n', 1);
  // Not in the middle of a sign.
  return line.length <= MAX_MARKER_NAME ? line : `${line.slice(0, MAX_MARKER_NAME - 1).replace(/[\uD800-\uDBFF]$/u, '')}…`;
}

/** Exact, in the lowest terms: `1001/30000s`. */
function timeOf(frame: number, { num, den }: Rational): string {
  const [above, below] = [frame * den, num];
  const divisor = greatestDivisor(above, below);
  return below === divisor ? `${above / divisor}s` : `${above / divisor}/${below / divisor}s`;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
