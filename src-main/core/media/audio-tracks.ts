import type { AudioTrack } from '#shared/domain/video.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { audioTracks, type ProbeJson } from './stream-info.ts';
import { readAll } from './tool-process.ts';

interface FileRequest {
  readonly ffmpeg: Ffmpeg;
  readonly path: string;
  readonly signal: AbortSignal;
}

/** The sound of a file; each track is tried, for a codec may have a name and yet no decoder here. */
export async function audioTracksOf(request: FileRequest, json: ProbeJson): Promise<AudioTrack[]> {
  const tracks = audioTracks(json);
  const known = tracks.filter(({ codec }) => codec !== 'unknown' && codec !== 'none');
  const areReadable = known.length === 0 || (await canDecode(request, known));
  const tried: AudioTrack[] = [];
  for (const track of tracks) {
    const isReadable = known.includes(track) && (areReadable || (known.length > 1 && (await canDecode(request, [track]))));
    tried.push({ ...track, isReadable });
  }
  return tried;
}

/** Whether the beginning of all these tracks can be decoded. */
async function canDecode({ ffmpeg, path, signal }: FileRequest, tracks: readonly AudioTrack[]): Promise<boolean> {
  const outputs = tracks.flatMap(({ streamIndex }) => ['-map', `0:${streamIndex}`, '-frames:a', '1', '-f', 'null', '-']);
  const { exit } = await readAll(await ffmpeg.stream({ input: { path }, args: outputs, effort: 'head', signal }));
  if (exit.failure?.code === 'cancelled' || exit.failure?.code === 'tool-missing') throw exit.failure;
  return exit.failure === null && exit.code === 0;
}

/** What a person should know of tracks that cannot be heard. */
export function trackNotes(tracks: readonly AudioTrack[]): string[] {
  return tracks.flatMap((track, index) => {
    if (!track.isReadable)
      return [
        `Audio track ${index + 1} (${track.codec}) cannot be decoded by this ffmpeg, so it is left out of clips and cannot be transcribed.`,
      ];
    return track.channels > MAX_CHANNELS ? [`Audio track ${index + 1} has ${track.channels} channels: the first two are used.`] : [];
  });
}

/** More than AAC and our mixing know a place for. */
const MAX_CHANNELS = 8;

/** Place among the tracks of the first that can be heard; null: none. */
export function firstReadable(tracks: readonly AudioTrack[]): number | null {
  const index = tracks.findIndex(({ isReadable }) => isReadable);
  return index < 0 ? null : index;
}

/** The first filters of a track: two channels of those with more than anybody knows a place for. */
export function fewerChannels({ channels }: AudioTrack): string[] {
  return channels > MAX_CHANNELS ? ['pan=stereo|c0=c0|c1=c1'] : [];
}
