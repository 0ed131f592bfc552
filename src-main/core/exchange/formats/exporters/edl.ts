import { nominalRate } from '../cut-lists/listed-shots.ts';
import { labelOfFrame } from '../cut-lists/edl-times.ts';
import { filledLines } from '#core/exchange/subtitles/cue-text.ts';
import { type EditedShot, editExporter, isNtsc, timeRate } from './edited-video.ts';
import { words } from '#shared/words/words.ts';

/** Readers cut off longer lines, ours among them. */
const MAX_CAPTION_LENGTH = 3_900;
/** Names that editing programs give to what comes from no tape. */
const RESERVED_REELS = new Set(['AX', 'BL', 'BLACK', 'BARS', 'NONE']);
const EFFECT_NAMES = { dissolve: 'CROSS DISSOLVE', fade: 'FADE', unknown: 'UNKNOWN' } as const;

/**
 * CMX 3600: an event for each shot, its caption as a locator below it. Record times count from 00:00:00:00, with dropped numbers at the rates of
 * NTSC. Where a transition does not begin and end as far from the cut, a remark says where the cut lies. Read by OpenTimelineIO's adapter 1.0.0.
 */
export const edlExporter = editExporter({
  id: 'edl',
  title: 'EDL (CMX 3600)',
  description: 'One .edl file per video: its shots as events, captions as locators. For DaVinci Resolve, Avid, Premiere Pro and others.',
  extension: 'edl',
  // Labels of time codes count whole frames a second, whatever the rate is.
  rateOf: (clock) => (clock.ptsUs === undefined ? timeRate(clock) : clock.rate),
  *written(video, onLeftOut) {
    const { rate, shots, document } = video;
    const count = nominalRate(rate);
    const isDropFrame = isNtsc(rate) && count % 30 === 0;
    const label = (frame: number): string => labelOfFrame(frame, count, isDropFrame);
    const name = lineOf(document.fileName);
    const source = { reel: reelOf(document.fileBase), name, label };
    yield `TITLE: ${name}\r\nFCM: ${isDropFrame ? 'DROP FRAME' : 'NON-DROP FRAME'}\r\n\r\n`;
    for (const [index, shot] of shots.entries()) {
      if (lineOf(shot.caption).length > MAX_CAPTION_LENGTH) onLeftOut(shot, words('exchange.captionCutShort'));
      yield eventOf(shot, { ...source, number: index + 1, untilFrame: shots[index + 1]?.transition?.startFrame ?? shot.endFrame });
    }
  },
});

interface EventPlace {
  readonly number: number;
  readonly reel: string;
  readonly name: string;
  /** Where the next event begins. */
  readonly untilFrame: number;
  label(frame: number): string;
}

function eventOf(shot: EditedShot, { number, reel, name, untilFrame, label }: EventPlace): string {
  const { transition, startFrame, caption } = shot;
  const fromFrame = transition?.startFrame ?? startFrame;
  const event = (kind: string, from: number, to: number): string => {
    const times = `${label(from)} ${label(to)}`;
    return `${String(number).padStart(3, '0')}  ${reel.padEnd(8)} V     ${kind.padEnd(8)} ${times} ${times}`;
  };
  const lines: string[] = [];
  if (transition === null) lines.push(event('C', fromFrame, untilFrame), `* FROM CLIP NAME: ${name}`);
  else {
    const length = transition.endFrame - transition.startFrame;
    const kind = transition.kind === 'cut' ? 'dissolve' : transition.kind;
    lines.push(
      // What it dissolves from, which has ended.
      event('C', fromFrame, fromFrame),
      event(`D    ${String(length).padStart(3, '0')}`, fromFrame, untilFrame),
      `* EFFECT NAME: ${EFFECT_NAMES[kind]}`,
      `* FROM CLIP NAME: ${name}`,
      `* TO CLIP NAME: ${name}`,
    );
    if (startFrame - fromFrame !== Math.floor(length / 2)) lines.push(`* SHOT BOUNDARY: ${label(startFrame)}`);
  }
  const remark = lineOf(caption).slice(0, MAX_CAPTION_LENGTH);
  if (remark !== '') lines.push(`* LOC: ${label(startFrame)} GREEN   ${remark}`);
  return `${lines.join('\r\n')}\r\n`;
}

/** A text as one line. */
function lineOf(text: string): string {
  return filledLines(text).join(' ');
}

/** At most eight of A–Z and 0–9, or readers cut the line at another place. */
function reelOf(name: string): string {
  const reel = name
    .normalize('NFD')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/gu, '')
    .slice(0, 8);
  return reel === '' || RESERVED_REELS.has(reel) ? 'AX' : reel;
}
