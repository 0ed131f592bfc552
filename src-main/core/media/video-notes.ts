import type { PictureStream } from '#shared/domain/video.ts';
import { DAMAGE, mendedNote, TORN_NOTE } from './damaged-pictures.ts';
import type { FrameScan } from './frame-scan.ts';
import { type MatroskaWishes, matroskaWishes } from './matroska-tracks.ts';
import { mp4Boxes, type Mp4Boxes } from './mp4-boxes.ts';
import { isWholeRiff, picturesInIndex } from './riff.ts';
import { isMatroska, isMp4, type ProbeStream } from './stream-info.ts';
import { hasSecondHeader, hasSecondMp4 } from './trailing-video.ts';

/** What came to light of a video's pictures while it was measured. */
export interface VideoFindings {
  readonly path: string;
  readonly container: string;
  readonly stream: ProbeStream;
  /** Streams with pictures in the file. */
  readonly streamCount: number;
  readonly scan: FrameScan;
  readonly statedDurationUs: number | null;
  /** From the first frame to the end of the last. */
  readonly durationUs: number;
  readonly startUs: number;
  readonly leadUs: number;
  readonly hasTimes: boolean;
  readonly clock: PictureStream['clock'];
  readonly signal: AbortSignal;
}

/** What a person should know of the pictures of a file. */
export async function videoNotes(findings: VideoFindings): Promise<string[]> {
  const boxes = isMp4(findings.container) ? await mp4Boxes(findings.path, findings.signal) : null;
  const promised = await promisedFrames(findings, boxes);
  return [
    ...streamNotes(findings),
    ...frameNotes(findings, promised, boxes),
    ...lengthNotes(findings),
    ...clockNotes(findings),
    ...(await trailingNotes(findings, boxes)),
    ...editNotes(boxes),
    ...apertureNotes(boxes, findings.stream),
    ...colourNotes(findings.stream),
    ...(isMatroska(findings.container) ? wishNotes(await matroskaWishes(findings.path), findings.stream) : []),
  ];
}

function streamNotes({ stream, streamCount }: VideoFindings): string[] {
  return streamCount < 2
    ? []
    : [`It has ${streamCount} video streams: the one with ${stream.width ?? 0}×${stream.height ?? 0} pixels is used.`];
}

/**
 * Packets that the file's index promises; 0: none. The header of an AVI counts places without a picture, too, as for frames that were dropped or that wait for B-frames, and an
 * MP4 those that its edit list cuts away: of those that are whole, only the index of an AVI tells.
 */
async function promisedFrames({ stream, container, path, signal }: VideoFindings, boxes: Mp4Boxes | null): Promise<number> {
  if (container === 'avi' && (await isWholeRiff(path, signal))) return picturesInIndex(path, { streamIndex: stream.index, signal });
  return boxes?.isWhole === true ? 0 : Number(stream.nb_frames ?? 0);
}

const SECOND_VIDEO =
  'Another video lies behind the first, as where files were joined byte by byte: the first alone is read. Join them with a video program, or add them one by one.';

async function trailingNotes({ container, path, signal }: VideoFindings, boxes: Mp4Boxes | null): Promise<string[]> {
  const isJoined = (boxes !== null && hasSecondMp4(boxes)) || (await hasSecondHeader({ path, container, signal }));
  return isJoined ? [SECOND_VIDEO] : [];
}

/** ffmpeg leaves out frames at the seams, or takes pieces in their order in the file, and all of them at their own speed. */
function editNotes(boxes: Mp4Boxes | null): string[] {
  if (boxes === null) return [];
  const { editCount, hasEditedSpeed, isHeaderCompressed } = boxes;
  return [
    ...(editCount < 2
      ? []
      : [`Its edit list puts it together from ${editCount} pieces: other players may show it in another way than it is here.`]),
    ...(hasEditedSpeed ? ['Its edit list asks players to show it slower or faster: here it has the speed at which it was recorded.'] : []),
    ...(isHeaderCompressed ? ['Its header is compressed: whether an edit list changes what players show is not known.'] : []),
  ];
}

/** A newer ffmpeg lists what it leaves out, and the size of pictures is then its own. */
function isCropped(sideData: NonNullable<ProbeStream['side_data_list']>): boolean {
  return sideData.some(({ side_data_type }) => side_data_type === 'Frame Cropping');
}

function apertureNotes(boxes: Mp4Boxes | null, { index, side_data_list = [] }: ProbeStream): string[] {
  const shown = boxes?.cleanApertures.get(index);
  return shown === undefined || isCropped(side_data_list)
    ? []
    : [`Its header asks players to show ${shown.width}×${shown.height} pixels of its frames. They are shown, described and cut whole.`];
}

/** Profile 5 and its like: pictures that are no others' without the Dolby Vision that goes with them. */
function colourNotes({ side_data_list = [] }: ProbeStream): string[] {
  return side_data_list.some(({ dv_bl_signal_compatibility_id }) => dv_bl_signal_compatibility_id === 0)
    ? [
        'Its colours are those of Dolby Vision, which ffmpeg does not translate: its frames look green and purple here, and are described and cut so.',
      ]
    : [];
}

function wishNotes({ crops, hasOrderedChapters }: MatroskaWishes, { index, side_data_list = [] }: ProbeStream): string[] {
  const order = hasOrderedChapters
    ? ['Its chapters ask players to show its parts in an order of their own: here they come in the order of the file.']
    : [];
  const crop = crops[index] ?? null;
  if (crop === null || isCropped(side_data_list)) return order;
  const sides = Object.entries(crop).filter(([, pixels]) => pixels > 0);
  return [
    ...order,
    `Its header asks players to leave out the edges of its frames (pixels: ${sides.map(([side, pixels]) => `${side} ${pixels}`).join(', ')}). They are shown, described and cut whole.`,
  ];
}

function frameNotes({ scan }: VideoFindings, promised: number, boxes: Mp4Boxes | null): string[] {
  const notes: string[] = [];
  // Where recordings were joined, the seam looks like that, and is noted.
  const isTorn = scan.isTorn && scan.clock === 'own';
  if (promised > scan.packetCount) notes.push(`${DAMAGE.incomplete}it has ${scan.ticks.length} of the ${promised} frames in its index.`);
  else if (scan.complaint !== null && scan.packetCount > scan.ticks.length)
    notes.push(`${DAMAGE.damaged}${scan.ticks.length} of its ${scan.packetCount} frames can be decoded.`);
  else if (scan.isChained || /failed to create or replace stream/i.test(scan.complaint ?? '')) notes.push(SECOND_VIDEO);
  else if (boxes !== null && breaksOff(boxes))
    notes.push(`${DAMAGE.brokenOff}in its last fragment: frames that it should have are missing.`);
  else if (scan.mendedCount > 0 || isTorn) {
    if (scan.mendedCount > 0) notes.push(mendedNote(scan.mendedCount));
    // Whole frames may be gone, too.
    if (isTorn) notes.push(TORN_NOTE);
  } else if (scan.complaint !== null) notes.push(`ffmpeg reports: ${scan.complaint}`);
  if (scan.damagedAtStart > 0)
    notes.push(`The file begins in the middle of a group of pictures: its first ${scan.damagedAtStart} frames are damaged.`);
  return notes;
}

/** Fragments promise nothing in an index, but the last of them says how long it is. */
function breaksOff({ kinds, isWhole }: Mp4Boxes): boolean {
  return !isWhole && kinds.includes('moof') && ['moof', 'mdat'].includes(kinds.at(-1) ?? '');
}

/** Raw streams state no length: what ffmpeg gives for one is a guess from their size. */
const GUESSED_LENGTHS = new Set(['mpegvideo', 'm4v', 'h264', 'hevc']);

function lengthNotes({ scan, clock, container, statedDurationUs, durationUs, startUs, leadUs }: VideoFindings): string[] {
  if (scan.clock !== 'own' || clock === 'repaired' || statedDurationUs === null || statedDurationUs === 0) return [];
  if (GUESSED_LENGTHS.has(container)) return [];
  // A container may have left out how long the last frame stays.
  const slackUs = Math.max(500_000, durationUs / 100, (1.1 * durationUs) / scan.ticks.length);
  // Where pictures begin late, some files state how long they last, and others when they end.
  const lateUs = Math.max(leadUs, isMatroska(container) || isMp4(container) || container === 'asf' ? startUs : 0);
  if ([durationUs, lateUs + durationUs].some((us) => Math.abs(statedDurationUs - us) <= slackUs)) return [];
  const seconds = (us: number): string => `${(us / 1e6).toFixed(1)} s`;
  return [`The container states ${seconds(statedDurationUs)}, but its frames last ${seconds(durationUs)}.`];
}

function clockNotes({ scan, clock, hasTimes }: VideoFindings): string[] {
  if (scan.hasDecodingTimes)
    return [
      'It states when its frames are decoded, not when they are shown, as in raw video put into a container; frames are given these times in order.',
    ];
  if (clock === 'repaired')
    return ['The timestamps of some of its frames cannot be true: those frames have times between the ones around them.'];
  if (scan.clock === 'joined')
    return ['Its timestamps restart in the middle, as in recordings that were joined: the parts are read one after the other.'];
  if (scan.clock === 'none') return [`${clockTrouble(scan)}: a constant frame rate is assumed, and its audio cannot be placed.`];
  return hasTimes ? [] : ['Its frames have no usable timestamps: a constant frame rate is assumed.'];
}

function clockTrouble({ untimedCount }: FrameScan): string {
  if (untimedCount === 0) return 'Its timestamps go back in the middle';
  return untimedCount === 1 ? 'One of its frames has no timestamp' : `${untimedCount} of its frames have no timestamps`;
}
