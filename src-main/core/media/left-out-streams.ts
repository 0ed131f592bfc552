import { stat } from 'node:fs/promises';
import { type AudioTrack, preferredTrack } from '#shared/domain/video.ts';
import { trackName } from './audio-tracks.ts';
import { elementaryStreams } from './elementary-streams.ts';
import { otherProgrammes, type ProbeJson } from './stream-info.ts';
import { partWhere, placeInWords, presenceOf, sideBySidePieces, type Presence } from './stream-places.ts';
import { PIECES, type ElementaryStream } from './stream-table.ts';

export interface LeftOutRequest {
  readonly path: string;
  readonly container: string;
  readonly json: ProbeJson;
  /** Index of the stream whose pictures are the video. */
  readonly pictureIndex: number;
  readonly tracks: readonly AudioTrack[];
  readonly signal: AbortSignal;
}

/**
 * What a person should know of transport and program streams whose pictures or audio go on in a stream of another number, or that have audio which
 * ffmpeg does not find, for it looks at the beginning (and the end) of a file alone. What lies where is told by places in the file: clocks may leap.
 */
export async function leftOutNotes(request: LeftOutRequest): Promise<string[]> {
  const { path, container, json, pictureIndex, signal } = request;
  if (container !== 'mpegts' && container !== 'mpeg') return [];
  const found = await elementaryStreams({ path, container, signal });
  const streams = found.map((stream) => ({ ...stream, listed: listedAs(json, stream) }));
  const video = streams.find(({ listed }) => listed?.index === pictureIndex);
  if (video === undefined) return [];
  const { size } = await stat(path);
  const nearPieces = sideBySidePieces(video, size);
  const tableBytes = Math.ceil(((nearPieces / PIECES) * size) / 4);
  const layout = { streams, nearPieces, tableBytes, hasPictures: presenceOf(video, nearPieces) };
  return [...otherPictures(layout, video), ...otherAudio(layout, request)];
}

interface FoundStream extends ElementaryStream {
  /** As ffprobe lists it; null: it does not. */
  readonly listed: ProbeJson['streams'][number] | null;
}

function listedAs(json: ProbeJson, stream: ElementaryStream): FoundStream['listed'] {
  return json.streams.find(({ id }) => Number(id) === stream.id) ?? null;
}

interface Layout {
  readonly streams: readonly FoundStream[];
  /** So far before its first packet, the tables of the file announce a stream at the latest. */
  readonly tableBytes: number;
  /** Within so many pieces of the file, streams count as side by side. */
  readonly nearPieces: number;
  readonly hasPictures: Presence;
}

function kindOf({ kind, listed }: FoundStream): string {
  return listed?.codec_type ?? kind;
}

/** Other channels of a broadcast lie beside the video all along. */
const MIN_OUTSIDE = 0.8;
const MIN_PICTURES_S = 0.5;
const MIN_AUDIO_S = 2;
const MAX_NOTES = 5;

function otherPictures(layout: Layout, video: FoundStream): string[] {
  const { streams, nearPieces, tableBytes, hasPictures } = layout;
  const parts = streams
    .filter((stream) => stream !== video && kindOf(stream) === 'video')
    .map((stream) => ({ stream, part: partWhere(stream, (piece) => !hasPictures(piece)) }))
    .filter(({ part }) => part.share >= MIN_OUTSIDE && part.seconds >= MIN_PICTURES_S);
  return parts.slice(0, MAX_NOTES).map(({ stream, part }) => {
    const maps = [`-map 0:i:${hex(stream)}`, ...audioBeside(layout, stream).map((audio) => `-map 0:i:${hex(audio)}?`)].join(' ');
    const command = `ffmpeg -fflags +genpts ${readFrom(stream, tableBytes)}-i FILE ${maps} -c copy NEW.mkv`;
    return `Its frames are in another stream ${placeInWords(part, nearPieces)}, as where recordings of two encoders were joined: that part is left out. Write it to a file of its own and add that, too: ${command}`;
  });
}

/** The audio that is there for at least half of the time that these pictures are. */
function audioBeside({ streams, nearPieces }: Layout, pictures: FoundStream): FoundStream[] {
  const isBeside = presenceOf(pictures, nearPieces);
  return streams.filter((stream) => kindOf(stream) === 'audio' && partWhere(stream, isBeside).seconds >= pictures.clockUs / 2e6);
}

function otherAudio(layout: Layout, { json, pictureIndex, tracks, container }: LeftOutRequest): string[] {
  const { streams, nearPieces, tableBytes, hasPictures } = layout;
  const used = preferredTrack(tracks);
  const usedIndex = used === null ? undefined : tracks[used]?.streamIndex;
  const usedStream = streams.find(({ listed }) => listed !== null && listed.index === usedIndex);
  // Some audio of DVDs is known to ffmpeg alone: where it lies is not known here.
  if (used !== null && usedStream === undefined && container === 'mpeg') return [];
  const foreign = new Set(otherProgrammes(json, pictureIndex).flatMap(({ audioStreams }) => audioStreams.map(({ index }) => index)));
  const hasAudio = presenceOf(usedStream, nearPieces);
  const [most] = streams
    .filter((stream) => stream !== usedStream && kindOf(stream) === 'audio')
    .filter(({ listed, spread }) => (listed === null ? isLate(spread, nearPieces) : used !== null && !foreign.has(listed.index)))
    .map((stream) => ({ stream, part: partWhere(stream, (piece) => hasPictures(piece) && !hasAudio(piece)) }))
    .filter(({ part }) => part.seconds >= MIN_AUDIO_S)
    .sort((a, b) => b.part.seconds - a.part.seconds);
  if (most === undefined) return [];
  const place = placeInWords(most.part, nearPieces);
  const other = tracks.findIndex(({ streamIndex }) => streamIndex === most.stream.listed?.index);
  if (used !== null && other >= 0) return [splitAudio(place, { tracks, used, other })];
  // Reads the file twice, from its beginning and from where that audio begins, which takes no memory; `-copyts` keeps both in step.
  const maps = `-map 0:v ${used === null ? '' : '-map 0:a '}-map 1:i:${hex(most.stream)}`;
  const command = `ffmpeg -copyts -fflags +genpts -i FILE ${readFrom(most.stream, tableBytes)}-i FILE ${maps} -c copy NEW.mkv`;
  return [hiddenAudio(place, { command, used: used === null ? null : trackName(tracks, used) })];
}

/** What begins with the file and is not listed is nothing that its tables announce, as where one channel was cut out of many. */
function isLate(spread: Uint32Array, nearPieces: number): boolean {
  return spread.findIndex((count) => count > 0) > nearPieces;
}

interface HiddenAudio {
  /** Writes a file in which it is found. */
  readonly command: string;
  /** The track that is used; null: there is none. */
  readonly used: string | null;
}

function hiddenAudio(place: string, { command, used }: HiddenAudio): string {
  const where = used === null ? `It has audio ${place}` : `Where its audio ${used} has none, ${place}, it has some`;
  return `${where} that ffmpeg, which looks for streams at the beginning of a file, does not find: it is left out. Write a file in which it is found, and add that instead: ${command}`;
}

interface SplitTracks {
  readonly tracks: readonly AudioTrack[];
  readonly used: number;
  readonly other: number;
}

function splitAudio(place: string, { tracks, used, other }: SplitTracks): string {
  const filled = [used, other].map((track, at) => `[0:${tracks[track]?.streamIndex ?? 0}]aresample=async=1:first_pts=0[${'ab'[at] ?? ''}]`);
  const command = `ffmpeg -fflags +genpts -i FILE -filter_complex "${filled.join(';')};[a][b]amix=normalize=0" -map 0:v -c:v copy NEW.mkv`;
  return `Its audio goes on in ${trackName(tracks, other)} ${place}, where ${trackName(tracks, used)} has none. One track alone is drawn and transcribed; clips have both. Write a file in which they are one track, and add that instead: ${command}`;
}

/** The option by which ffmpeg begins to read shortly before a stream does. */
function readFrom({ firstByte }: FoundStream, tableBytes: number): string {
  return firstByte <= tableBytes ? '' : `-skip_initial_bytes ${firstByte - tableBytes} `;
}

function hex({ id }: FoundStream): string {
  return `0x${id.toString(16)}`;
}
