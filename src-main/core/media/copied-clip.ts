import { readFile, rm } from 'node:fs/promises';
import { frameToUs } from '#shared/domain/time.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { AudioTrack, VideoProbe } from '#shared/domain/video.ts';
import { words } from '#shared/words/words.ts';
import { changesInAdts } from './adts.ts';
import { usableTracks } from './clip-audio.ts';
import { AAC, type ClipCommand, known, withDurations } from './clip-commands.ts';
import type { ClipRange } from './clip-range.ts';
import { isOutOfJumps } from './decoder-settings.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { jumpTo, seconds } from './ffmpeg-time.ts';
import type { WriteOutput } from './fluent-run.ts';
import { frameTime, mayMissSettings } from './frame-seek.ts';
import type { FrameSource } from './frame-source.ts';
import { beginningOf, type KeyPacket, keyPacketBefore } from './key-frames.ts';
import { mapPictures } from './picture-stream.ts';
import { isMatroska } from './stream-info.ts';

export interface CopiedClip {
  readonly ffmpeg: Ffmpeg;
  readonly source: FrameSource & { readonly probe: Pick<VideoProbe, 'audioTracks' | 'container' | 'timeBase'> };
  readonly range: ClipRange;
  /** File that is written; a list of its packets, and pieces of its audio, lie beside it for a while. */
  readonly target: string;
  /** What the clip is known again by. */
  readonly mark: string;
  readonly signal: AbortSignal;
  /** @throws when ffmpeg fails */
  readonly run: (command: ClipCommand) => Promise<unknown>;
}

/** How far before the key frame to begin reading, in turn: where an index is wrong or audio lies far before its pictures, the first may be too near. */
const RUN_UPS_US = [500_000, 5_000_000, Number.POSITIVE_INFINITY];
/** Times are cut this much before the key frame, for they are rounded. */
const SLACK_US = 500;

/**
 * Copies the pictures as they are stored: from the key frame at or before the first frame up to the last one, so the clip may begin
 * earlier and end some frames later. Audio is encoded anew unless all of it is AAC of one kind. What was copied is compared with what was wanted, for
 * an index may lie.
 * @throws AppError `unsupported` when the file cannot be copied from there, `media-corrupt` when pictures are missing
 */
export async function writeCopiedClip(clip: CopiedClip): Promise<CopiedPictures> {
  const { ffmpeg, source, range, target, signal, run } = clip;
  const { timeUs, toleranceUs } = frameTime(source, range.startFrame);
  const settings = source.probe.stream?.newSettings;
  // An MP4 of ours tells decoders one thing for all of its pictures.
  if (settings !== undefined && frameToUs(source.clock, range.endFrame) > settings.fromUs)
    throw new AppError('unsupported', words('media.settingsChange'));
  const key = await keyPacketBefore(ffmpeg, source, timeUs + toleranceUs / 2, signal);
  if (key === null) throw new AppError('unsupported', words('media.noKeyFrame'));
  const list = `${target}.packets`;
  const stored = audioOf(clip);
  let audio = stored;
  try {
    for (const runUpUs of RUN_UPS_US) {
      const cut = cutOf(clip, key, runUpUs);
      await run(copyCommand(clip, cut, { list, audio }));
      if (await change(audio)) {
        audio = { isCopied: false, pieces: [] };
        await run(copyCommand(clip, cut, { list, audio }));
      }
      const { count, firstUs, isUntimed } = packetsOf(await readFile(list, 'utf8'), cut.fromUs);
      // The first picture of a file is there when anything is.
      const isLate = !key.isFirst && (firstUs ?? Infinity) > key.shownUs + toleranceUs;
      if (count > 0 && !isLate) return { frameCount: await checked(clip, key, count), notes: isUntimed ? [UNTIMED_NOTE] : [] };
      if (cut.jumpUs === null) break;
    }
    throw new AppError('media-corrupt', words('media.nothingCopied'));
  } finally {
    for (const file of [list, ...stored.pieces]) await rm(file, { force: true });
  }
}

async function checked({ ffmpeg, source, range, target, signal }: CopiedClip, key: KeyPacket, frames: number): Promise<number> {
  const { isKey, isDamaged } = await beginningOf(ffmpeg, target, signal);
  if (!isKey) throw new AppError('unsupported', words('media.keyFramesUnknown'));
  if (isDamaged && !key.isFirst && mayMissSettings(source)) throw new AppError('unsupported', words('media.notByItself'));
  const wanted = range.endFrame - range.startFrame;
  if (frames < wanted) throw new AppError('media-corrupt', words('media.fewerCopied', { frames, wanted }));
  return frames;
}

/** What to read of a file, in container times. */
interface Cut {
  /** Where to jump; null: read from the beginning. */
  readonly jumpUs: number | null;
  /** What is decoded before is dropped. */
  readonly fromUs: number;
  readonly untilUs: number;
}

function cutOf({ source, range }: CopiedClip, key: KeyPacket, runUpUs: number): Cut {
  const endUs = frameToUs(source.clock, range.endFrame);
  const untilUs = source.probe.startUs + endUs + key.delayUs;
  const jumpUs = key.decodedUs - runUpUs;
  // A jump to the first picture of a file would skip audio that is stored before it.
  const isNearStart = key.isFirst || jumpUs <= source.probe.startUs;
  const isLateBehindJumps = source.probe.stream?.hasEmptyPlaces === true;
  const isFromStart =
    isNearStart || isLateBehindJumps || usableTracks(source.probe).some(({ newSettings }) => isOutOfJumps(newSettings, endUs));
  return { jumpUs: isFromStart ? null : jumpUs, fromUs: key.decodedUs - SLACK_US, untilUs };
}

/**
 * Container times throughout (`-copyts`): else ffmpeg takes the jump from all times, and rounds both to the ticks of the stream, which
 * in AVI, MXF and some MOV are as long as a frame.
 */
function copyCommand(
  { source, range, target, mark }: CopiedClip,
  { jumpUs, fromUs, untilUs }: Cut,
  { list, audio: { isCopied, pieces } }: { readonly list: string; readonly audio: CopiedAudio },
): ClipCommand {
  const tracks = usableTracks(source.probe);
  const inputOptions = ['-copyts', ...(jumpUs === null ? [] : jumpTo(jumpUs))];
  const cut = ['-ss', seconds(fromUs), '-t', seconds(untilUs - fromUs)];
  const pictures = [...cut, ...mapPictures(source.probe.stream), '-c:v', 'copy'];
  const audio = [...tracks.flatMap(({ streamIndex }) => ['-map', `0:${streamIndex}`]), ...(isCopied ? ['-c:a', 'copy'] : AAC)];
  const stay = isWithoutDurations(source.probe.container) ? durations(source, range, fromUs) : [];
  const output: WriteOutput = { target, options: ['-avoid_negative_ts', 'make_zero', ...pictures, ...stay, ...audio, ...known(mark)] };
  const besides = tracks.slice(0, pieces.length).map(({ streamIndex }, index) => ({
    target: pieces[index] ?? '',
    options: [...cut, '-map', `0:${streamIndex}`, '-c:a', 'copy', '-f', 'adts'],
  }));
  return { inputOptions, outputs: [output, { target: list, options: [...pictures, '-f', 'framecrc'] }, ...besides] };
}

/** Their packets do not say for how long pictures are shown; ffmpeg takes it from what the header has for all of them, which may be less. */
function isWithoutDurations(container: string): boolean {
  return isMatroska(container) || container === 'flv';
}

/**
 * Each picture is given the time between two; where that varies, those from the last one of the range on are given the time for which that stays. ffmpeg counts in other
 * ticks than it says here, unless the clip has those of the video.
 */
function durations({ clock, probe: { startUs, timeBase } }: CopiedClip['source'], { endFrame }: ClipRange, fromUs: number): string[] {
  const lastUs = frameToUs(clock, endFrame - 1);
  const stays = `${seconds(frameToUs(clock, endFrame) - lastUs)}/TB`;
  // Times are counted from where the clip begins.
  const isBehind = `gte(PTS*TB,${seconds(startUs + lastUs - fromUs - 2 * SLACK_US)})`;
  const expression = clock.ptsUs === undefined ? stays : `if(${isBehind},${stays},DURATION)`;
  return timeBase.num === 1 ? ['-video_track_timescale', String(timeBase.den), ...withDurations(expression)] : [];
}

interface CopiedAudio {
  /** As it is stored; else it is encoded anew. */
  readonly isCopied: boolean;
  /** Files for the audio of each track where its pieces say what they are, which may change among them. */
  readonly pieces: readonly string[];
}

function audioOf({ source: { probe, clock }, range, target }: CopiedClip): CopiedAudio {
  const tracks = usableTracks(probe);
  const isCopied = tracks.every((track) => isCopyable(track, frameToUs(clock, range.endFrame)));
  const hasPieces = isCopied && probe.container === 'mpegts';
  return { isCopied, pieces: hasPieces ? tracks.map(({ streamIndex }) => `${target}.${streamIndex}.aac`) : [] };
}

async function change({ pieces }: CopiedAudio): Promise<boolean> {
  for (const file of pieces) if (await changesInAdts(file)) return true;
  return false;
}

/** What a decoder is told of a track, an MP4 of ours says once. */
function isCopyable({ codec, newSettings }: AudioTrack, endUs: number): boolean {
  return codec === 'aac' && (newSettings === undefined || newSettings.fromUs >= endUs);
}

export interface CopiedPictures {
  readonly frameCount: number;
  readonly notes: readonly string[];
}

/** MP4 has to say when a picture is shown, and is then given the time at which it is decoded. */
const UNTIMED_NOTE =
  'Its source does not say of each frame when it is shown: some programs may show frames of this clip in another order. Exact clips are right everywhere.';

interface CopiedPackets {
  /** Some state only when they are decoded. */
  readonly isUntimed: boolean;
  readonly count: number;
  /** Container time of the first; null where it states none. */
  readonly firstUs: number | null;
}

/** Reads what ffmpeg's `framecrc` writes: `stream, dts, pts, duration, size, checksum` for each packet, times counted from `fromUs`. */
function packetsOf(list: string, fromUs: number): CopiedPackets {
  const [, num, den] = /^#tb 0: (\d+)\/(\d+)$/m.exec(list) ?? [];
  const packets = [...list.matchAll(/^0, *(-?\d+), *(-?\d+),/gm)];
  const [, dts, pts] = packets[0] ?? [];
  const isUntimed = packets.some(([, , shown]) => shown === NO_TIME);
  if (num === undefined || den === undefined || dts === undefined || pts === undefined)
    return { count: packets.length, firstUs: null, isUntimed };
  const ticks = pts === NO_TIME ? Number(dts) : Number(pts);
  // Pictures of an open group that are shown before its key frame are in the file, and nobody is shown them.
  const { length: count } = packets.filter(([, , shown]) => shown === NO_TIME || Number(shown) >= ticks);
  return { count, isUntimed, firstUs: fromUs + (ticks * 1e6 * Number(num)) / Number(den) };
}

/** `AV_NOPTS_VALUE` */
const NO_TIME = '-9223372036854775808';
