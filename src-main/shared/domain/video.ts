import { z } from 'zod';
import { ExactNumber } from './exact-number.ts';
import { VideoId } from './ids.ts';
import { NOMINAL_RATE, Rational } from './time.ts';
import { Words } from '../words/words.ts';

/** Where a decoder is first told something else in advance than the head of the file says, as where an encoder was started again. */
export const NewSettings = z.object({
  /** Microseconds from the first frame. */
  fromUs: z.int().nonnegative(),
  /** Who jumps behind it is not told: only reading from the beginning is right there. */
  areMissedByJumps: z.boolean(),
});
export type NewSettings = z.infer<typeof NewSettings>;

export const AudioTrack = z.object({
  /** Index of the stream in its file, as ffprobe counts. */
  streamIndex: z.int().nonnegative(),
  codec: z.string(),
  channels: z.int().nonnegative(),
  sampleRateHz: z.int().nonnegative(),
  language: z.string().nullable(),
  title: z.string().nullable(),
  /** Whether this ffmpeg could decode it when the file was measured. */
  isReadable: z.boolean().default(true),
  /** `default`: the file marks it as the one to play. `special`: a commentary, or made for people with impaired sight or hearing. Left out: neither, or measured before this was looked at. */
  role: z.enum(['default', 'special']).optional(),
  /** Left out: there are none, or it was measured before this was looked at. */
  newSettings: NewSettings.optional(),
});
export type AudioTrack = z.infer<typeof AudioTrack>;

/** The tracks that can be decoded, in the order in which players choose one: what the file marks as the default, and what is special last. */
export function tracksByRank(tracks: readonly AudioTrack[]): AudioTrack[] {
  const rank = ({ role }: AudioTrack): number => (role === 'default' ? 0 : role === undefined ? 1 : 2);
  return tracks.filter(({ isReadable }) => isReadable).sort((a, b) => rank(a) - rank(b));
}

/** Place of the track that is used where nobody chose one; null: none can be decoded. */
export function preferredTrack(tracks: readonly AudioTrack[]): number | null {
  const [first] = tracksByRank(tracks);
  return first === undefined ? null : tracks.indexOf(first);
}

/** Clockwise degrees by which the stored picture must be turned to be upright. */
const Rotation = z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]);

/** The stream of a file whose pictures are the video, and how they are found in it. */
export const PictureStream = z.object({
  /** Index of the stream in its file, as ffprobe counts. */
  index: z.int().nonnegative(),
  /**
   * `own`: frames have the times that the file states. `joined`: its clock starts again in the middle (recordings one behind the other); times are in a row only
   * when it is read from its beginning. `repaired`: some timestamps were wrong and are known better, so that frames are found by counting alone; its audio has
   * its own. `none`: its times cannot be used, frames are counted.
   */
  clock: z.enum(['own', 'joined', 'repaired', 'none']),
  /** It carries a matrix by which pictures are turned or mirrored. */
  isTurned: z.boolean(),
  /** Its frames were counted by decoding them, not by their packets. */
  isDecoded: z.boolean(),
  /** Left out: there are none, or it was measured before this was looked at. */
  newSettings: NewSettings.optional(),
  /** An AVI in which jumps make times late (`empty-places.ts`). Left out: it is none, or was measured before this was looked at. */
  hasEmptyPlaces: z.boolean().optional(),
});
export type PictureStream = z.infer<typeof PictureStream>;

/** What a file is, measured once at import. Sizes are in pixels as stored; `displayWidth/Height` after SAR and rotation. */
export const VideoProbe = z.object({
  container: z.string(),
  videoCodec: z.string(),
  pixelFormat: z.string(),
  width: z.int().positive(),
  height: z.int().positive(),
  displayWidth: z.int().positive(),
  displayHeight: z.int().positive(),
  rotation: Rotation,
  sampleAspectRatio: Rational,
  /** Nominal (average) rate. For a variable rate the per-frame times rule. */
  rate: Rational,
  timeBase: Rational,
  frameCount: z.int().positive(),
  durationUs: z.int().nonnegative(),
  /** Container time of the first frame; `<video>.currentTime` = this + time from the first frame. */
  startUs: z.int(),
  /** How long the file plays before its first picture, as where its audio begins earlier: what players count from, and so subtitles. */
  leadUs: z.int().nonnegative().default(0),
  isVariableRate: z.boolean(),
  audioTracks: z.array(AudioTrack),
  /** Null: measured before this was looked at. */
  stream: PictureStream.nullable().default(null),
  sizeBytes: z.int().nonnegative(),
  /** Things worth reporting, e.g. "The container states 12.0 s, its packets end at 11.2 s". */
  notes: z.array(z.string()),
});
export type VideoProbe = z.infer<typeof VideoProbe>;

export const VideoSplit = z.enum(['train', 'val', 'test']);
export type VideoSplit = z.infer<typeof VideoSplit>;

/** `pending`: imported, not measured yet. */
export const VideoState = z.enum(['pending', 'ok', 'missing', 'corrupt']);
export type VideoState = z.infer<typeof VideoState>;

/** What studios kept of a Shot2Story record before they kept all of it (`project/videos/source-records.ts`): fields that have no place of their own here. */
export const Shot2StoryOrigin = z.object({
  imageId: z.string(),
  nvid: z.string(),
  id: z.union([z.number(), z.string(), ExactNumber]),
  wholeAsr: z.string(),
  extra: z.record(z.string(), z.unknown()),
});
type Shot2StoryOrigin = z.infer<typeof Shot2StoryOrigin>;

export const Video = z.object({
  id: VideoId,
  /** File name with extension, as people know it. */
  name: z.string(),
  position: z.int().nonnegative(),
  state: VideoState,
  /** Why the state is `missing` or `corrupt`. */
  stateReason: Words.nullable(),
  probe: VideoProbe.nullable(),
  split: VideoSplit.nullable(),
  shot2story: Shot2StoryOrigin.nullable(),
  createdAtMs: z.int(),
});
export type Video = z.infer<typeof Video>;

/** A video in a list, with the counts that show how far its review is; without what its data set said besides, which may be long and which no list shows. */
export const VideoListItem = Video.omit({ shot2story: true }).extend({
  shotCount: z.int().nonnegative(),
  captionedCount: z.int().nonnegative(),
  acceptedCount: z.int().nonnegative(),
  flaggedCount: z.int().nonnegative(),
  hasSummary: z.boolean(),
});
export type VideoListItem = z.infer<typeof VideoListItem>;

/** The order of the list; undo may leave two videos at one position. */
export function byPlace(left: VideoListItem, right: VideoListItem): number {
  return left.position - right.position || (left.id < right.id ? -1 : 1);
}

/** A part of the list of videos, for who follows it: first all of it piece by piece, then only what has changed. */
export const VideoListPart = z.object({
  /** What was known is not true any more: the list begins anew with this part. */
  isAnew: z.boolean(),
  /** New ones, and those that have changed, as they are now. */
  videos: z.array(VideoListItem),
  gone: z.array(VideoId),
  /** How far the list is known with this part, to be sent with the next question. Means something to the core only. */
  mark: z.string(),
  /** There is more: ask again at once. */
  isMore: z.boolean(),
});
export type VideoListPart = z.infer<typeof VideoListPart>;

/** Geometry of a video's thumbnail sheets: tile i shows frame `i * intervalFrames`, row by row, sheet by sheet. */
export const SpriteInfo = z.object({
  tileWidth: z.int().positive(),
  tileHeight: z.int().positive(),
  columns: z.int().positive(),
  rows: z.int().positive(),
  intervalFrames: z.int().positive(),
  tileCount: z.int().nonnegative(),
});
export type SpriteInfo = z.infer<typeof SpriteInfo>;

/** Pictures and curves made from a video so far; null: not made yet, or nothing to make (no audio). */
export const VideoArtwork = z.object({
  sprite: SpriteInfo.nullable(),
  waveform: z.object({ peaksPerSecond: z.int().positive(), peakCount: z.int().nonnegative() }).nullable(),
});
export type VideoArtwork = z.infer<typeof VideoArtwork>;

/** True for a video that can be read and edited, and whose pictures and audio cannot be had. */
export function hasNoFile({ state }: Pick<Video, 'state'>): boolean {
  return state === 'missing' || state === 'corrupt';
}

/** Stands in for what was never measured, where a data set alone says how many frames there are. */
export function nominalProbe(frameCount: number): VideoProbe {
  const { num, den } = NOMINAL_RATE;
  const square = { num: 1, den: 1 };
  const size = { width: 16, height: 9, displayWidth: 16, displayHeight: 9, rotation: 0, sampleAspectRatio: square } as const;
  const times = {
    rate: NOMINAL_RATE,
    timeBase: { num: den, den: num },
    frameCount,
    durationUs: Math.round((frameCount * den * 1e6) / num),
    startUs: 0,
    leadUs: 0,
    isVariableRate: false,
  };
  return { container: '', videoCodec: '', pixelFormat: '', ...size, ...times, audioTracks: [], stream: null, sizeBytes: 0, notes: [] };
}

/** Eighteen hours at 60 frames a second. A damaged index may promise billions, more than memory holds. */
export const MAX_FRAMES = 4_000_000;

/** Pictures of more pixels are refused: twice as many as 8K has. A file of a few bytes may claim 60,000×60,000. */
export const MAX_PIXELS = 8192 * 8192;
/** A recording lasts a month at most; one whose times cannot be used may seem longer. */
const MAX_DURATION_US = 366 * 24 * 3600 * 1e6;
/** Some recordings count from 1970; whole microseconds cannot be distinguished much further on. */
export const MAX_START_US = 8e15;
/** Samples more oblong than this are a damaged header; anamorphic videos stay below 3. */
export const MAX_SAMPLE_ASPECT = 16;
/** Far more than any camera takes: some files count their time so finely. */
const MAX_FRAMES_PER_SECOND = 1e9;

/** Whether a video can be what a probe says that nobody here has measured. */
export function isPossibleProbe(probe: VideoProbe): boolean {
  const { frameCount, width, height, displayWidth, displayHeight, durationUs, startUs, leadUs, rate } = probe;
  return (
    frameCount <= MAX_FRAMES &&
    width * height <= MAX_PIXELS &&
    displayWidth * displayHeight <= MAX_PIXELS * MAX_SAMPLE_ASPECT &&
    durationUs <= MAX_DURATION_US &&
    (frameCount * rate.den * 1e6) / rate.num <= MAX_DURATION_US &&
    rate.num / rate.den <= MAX_FRAMES_PER_SECOND &&
    Math.abs(startUs) <= MAX_START_US &&
    leadUs <= MAX_DURATION_US
  );
}
