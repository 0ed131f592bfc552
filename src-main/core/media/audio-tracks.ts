import { shortCode } from '#shared/domain/bounded-probe.ts';
import { type AudioTrack, preferredTrack } from '#shared/domain/video.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { audioTracks, otherProgrammes, type ProbeJson } from './stream-info.ts';
import { readAll } from './tool-process.ts';

export interface FileRequest {
  readonly ffmpeg: Ffmpeg;
  readonly path: string;
  readonly signal: AbortSignal;
}

interface Pictures {
  /** Of their stream. */
  readonly pictureIndex: number;
  readonly encrypted: ReadonlySet<number>;
}

/**
 * The audio that belongs to these pictures of a file; each track is tried, for a codec may have a name and yet no decoder here.
 *
 * @param areReadable all known tracks were decoded together
 */
export async function audioTracksOf(
  request: FileRequest,
  json: ProbeJson,
  { areReadable, ...pictures }: Pictures & { readonly areReadable: boolean },
): Promise<AudioTrack[]> {
  const known = knownTracks(json, pictures).map(({ streamIndex }) => streamIndex);
  const tried: AudioTrack[] = [];
  for (const track of audioTracks(json, pictures.pictureIndex)) {
    const isReadable = known.includes(track.streamIndex) && (areReadable || (await canDecode(request, track)));
    tried.push({ ...track, isReadable });
  }
  return tried;
}

/** Tracks of which ffmpeg knows the codec, and that nobody has locked. */
export function knownTracks(json: ProbeJson, { pictureIndex, encrypted }: Pictures): AudioTrack[] {
  return audioTracks(json, pictureIndex).filter(
    ({ codec, streamIndex }) => codec !== 'unknown' && codec !== 'none' && !encrypted.has(streamIndex),
  );
}

/** A recording may begin in the middle of a piece: the first ones fail, and what counts for ffmpeg is their share. */
const TRIED_PIECES = 50;

/** What ffmpeg is given to decode the beginning of these tracks, to nowhere. */
export function trialOutputs(tracks: readonly AudioTrack[]): string[] {
  return tracks.flatMap(({ streamIndex }) => ['-map', `0:${streamIndex}`, '-frames:a', String(TRIED_PIECES), '-f', 'null', '-']);
}

async function canDecode({ ffmpeg, path, signal }: FileRequest, track: AudioTrack): Promise<boolean> {
  const { exit } = await readAll(await ffmpeg.stream({ input: { path }, args: trialOutputs([track]), effort: 'head', signal }));
  if (exit.failure?.code === 'cancelled' || exit.failure?.code === 'tool-missing') throw exit.failure;
  return exit.failure === null && exit.code === 0;
}

/** Of programmes, and of what one of them has: tables may list thousands. */
const MAX_NAMED = 8;

/** What a person should know of the audio of other programmes: that it is there, and not this video's. */
export function programmeNotes(json: ProbeJson, pictureIndex: number): string[] {
  const left = otherProgrammes(json, pictureIndex).filter(({ audioStreams }) => audioStreams.length > 0);
  if (left.length === 0) return [];
  const names = left.slice(0, MAX_NAMED).map(({ name, audioStreams }) => {
    const codecs = audioStreams.slice(0, MAX_NAMED).map(({ codec_name = 'unknown' }) => shortCode(codec_name));
    return `${name} (${codecs.join(', ')})`;
  });
  const more = left.length > MAX_NAMED ? `, and of ${left.length - MAX_NAMED} more` : '';
  return [
    `Its audio is that of the programme to which the video belongs. Left out is the audio of programme ${names.join(', and of programme ')}${more}.`,
  ];
}

/** What a person should know of tracks that cannot be used in full, and where another than the first is used. */
export function trackNotes(tracks: readonly AudioTrack[], encrypted: ReadonlySet<number>): string[] {
  return [...limitNotes(tracks, encrypted), ...preferenceNotes(tracks)];
}

function preferenceNotes(tracks: readonly AudioTrack[]): string[] {
  const used = preferredTrack(tracks);
  if (used === null || used === tracks.findIndex(({ isReadable }) => isReadable)) return [];
  const why =
    tracks[used]?.role === 'default'
      ? 'the file marks it as the default'
      : 'those before it are commentary, or made for viewers with impaired sight or hearing';
  return [
    `It has ${tracks.length} audio tracks: ${trackName(tracks, used)} is used, because ${why}. Another one can be chosen for transcribing.`,
  ];
}

/** `track 2 (“Narrator”, eng)`. */
export function trackName(tracks: readonly AudioTrack[], index: number): string {
  const { title = null, language = null } = tracks[index] ?? {};
  const known = [title === null ? null : `“${title}”`, language].filter((part) => part !== null);
  return `track ${index + 1}${known.length === 0 ? '' : ` (${known.join(', ')})`}`;
}

function limitNotes(tracks: readonly AudioTrack[], encrypted: ReadonlySet<number>): string[] {
  return tracks.flatMap((track, index) => {
    if (encrypted.has(track.streamIndex))
      return [
        `Audio track ${index + 1} is encrypted (copy protection), so it is left out of clips and cannot be transcribed. Add a copy without protection to use it.`,
      ];
    if (!track.isReadable)
      return [
        `Audio track ${index + 1} (${track.codec}) cannot be decoded by this ffmpeg, so it is left out of clips and cannot be transcribed.`,
      ];
    return track.channels > MAX_CHANNELS ? [`Audio track ${index + 1} has ${track.channels} channels: the first two are used.`] : [];
  });
}

/** More than AAC and our mixing know a place for. */
const MAX_CHANNELS = 8;

/** The first filters of a track: two channels of those with more than anybody knows a place for. */
export function fewerChannels({ channels }: AudioTrack): string[] {
  return channels > MAX_CHANNELS ? ['pan=stereo|c0=c0|c1=c1'] : [];
}
