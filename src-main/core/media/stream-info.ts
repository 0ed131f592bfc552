import { z } from 'zod';
import { shortCode, shortTitle } from '#shared/domain/bounded-probe.ts';
import type { Rational } from '#shared/domain/time.ts';
import { MAX_SAMPLE_ASPECT, type AudioTrack, type VideoProbe } from '#shared/domain/video.ts';

/** The part of ffprobe's JSON that is used here. Nearly everything may be missing: files are what they are. */
export const ProbeJson = z.object({
  format: z.object({ format_name: z.string(), duration: z.string().optional(), start_time: z.string().optional() }),
  streams: z.array(
    z.object({
      index: z.int(),
      /** Of a transport stream: the PID, in hexadecimal digits. */
      id: z.string().optional(),
      codec_type: z.string().optional(),
      codec_name: z.string().optional(),
      width: z.int().optional(),
      height: z.int().optional(),
      pix_fmt: z.string().optional(),
      sample_aspect_ratio: z.string().optional(),
      r_frame_rate: z.string().optional(),
      avg_frame_rate: z.string().optional(),
      time_base: z.string().optional(),
      duration: z.string().optional(),
      nb_frames: z.string().optional(),
      field_order: z.string().optional(),
      has_b_frames: z.int().nonnegative().optional(),
      channels: z.int().optional(),
      sample_rate: z.string().optional(),
      disposition: z.record(z.string(), z.int()).optional(),
      tags: z.record(z.string(), z.string()).optional(),
      side_data_list: z
        .array(
          z.object({
            side_data_type: z.string().optional(),
            rotation: z.number().optional(),
            displaymatrix: z.string().optional(),
            /** 0: what decodes the stream alone has none of its colours. */
            dv_bl_signal_compatibility_id: z.int().optional(),
          }),
        )
        .optional(),
    }),
  ),
  /** Of a transport stream that carries several channels. */
  programs: z
    .array(
      z.object({
        program_id: z.int(),
        tags: z.record(z.string(), z.string()).optional(),
        streams: z.array(z.object({ index: z.int() })).default([]),
      }),
    )
    .default([]),
});
export type ProbeJson = z.infer<typeof ProbeJson>;
export type ProbeStream = ProbeJson['streams'][number];

/**
 * The streams with pictures, covers and thumbnails apart; first the one that is most likely the video: marked as default, not much shorter than
 * the others (a preview may come first), of the largest pictures, first in the file.
 */
export function pictureStreams(json: ProbeJson): ProbeStream[] {
  const streams = json.streams.filter(
    ({ codec_type, disposition }) =>
      codec_type === 'video' && disposition?.['attached_pic'] !== 1 && disposition?.['timed_thumbnails'] !== 1,
  );
  const longest = Math.max(...streams.map((stream) => statedLength(stream) ?? 0));
  const rank = (stream: ProbeStream): number => {
    const isShort = (statedLength(stream) ?? longest) < longest / 2;
    return (stream.disposition?.['default'] === 1 ? 2 : 0) + (isShort ? 0 : 1);
  };
  const area = ({ width = 0, height = 0 }: ProbeStream): number => width * height;
  return streams.sort((a, b) => rank(b) - rank(a) || area(b) - area(a) || a.index - b.index);
}

/** Microseconds, as the file states them for this stream alone. */
export function statedLength({ duration, tags }: ProbeStream): number | null {
  return parseSecondsUs(duration) ?? parseClockUs(tags?.['DURATION']);
}

/** `00:01:02.500000000` in microseconds, as Matroska's statistics have it. */
function parseClockUs(text: string | undefined): number | null {
  const [, hours, minutes, seconds] = /^(\d+):(\d{2}):(\d{2}(?:\.\d+)?)$/.exec(text ?? '') ?? [];
  return hours === undefined ? null : Math.round((Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1e6);
}

/** Whether ffmpeg turns or mirrors the pictures. */
export function isTurned(stream: ProbeStream): boolean {
  return rotationOf(stream) !== 0 || (stream.side_data_list ?? []).some(({ displaymatrix }) => displaymatrix !== undefined);
}

/** Whether pictures may be stored as two fields, each in a packet of its own: H.264 of broadcasts. */
export function mayHaveFields({ codec_name, field_order }: ProbeStream): boolean {
  return codec_name === 'h264' && field_order !== 'progressive';
}

/** The audio that belongs to the pictures. */
export function audioTracks(json: ProbeJson, pictureIndex: number): AudioTrack[] {
  const foreign = new Set(otherProgrammes(json, pictureIndex).flatMap(({ audioStreams }) => audioStreams.map(({ index }) => index)));
  const audioStreams = json.streams.filter(({ codec_type, index }) => codec_type === 'audio' && !foreign.has(index));
  return audioStreams.map((stream) => ({
    streamIndex: stream.index,
    codec: shortCode(stream.codec_name ?? 'unknown'),
    channels: stream.channels ?? 0,
    sampleRateHz: Number(stream.sample_rate ?? 0),
    language: language(stream.tags),
    title: trackTitle(stream.tags),
    isReadable: true,
    ...roleOf(stream),
  }));
}

/** Audio that stands beside the main one, as the file marks it. */
const SPECIAL = ['comment', 'hearing_impaired', 'visual_impaired', 'clean_effects', 'dependent'] as const;

function roleOf({ disposition = {} }: ProbeStream): Pick<AudioTrack, 'role'> {
  if (SPECIAL.some((mark) => disposition[mark] === 1)) return { role: 'special' };
  return disposition['default'] === 1 ? { role: 'default' } : {};
}

export interface OtherProgramme {
  /** `1 “News”`. */
  readonly name: string;
  /** Its audio that is not the audio of the pictures too. */
  readonly audioStreams: readonly ProbeStream[];
}

/** The programmes that the pictures do not belong to, as a recording of a whole broadcast channel has them. */
export function otherProgrammes({ programs, streams }: ProbeJson, pictureIndex: number): OtherProgramme[] {
  const indexesOf = (program: ProbeJson['programs'][number]): number[] => program.streams.map(({ index }) => index);
  const own = programs.filter((program) => indexesOf(program).includes(pictureIndex));
  if (own.length === 0) return [];
  const ownIndexes = new Set(own.flatMap(indexesOf));
  return programs
    .filter((program) => !own.includes(program))
    .map((program) => {
      const indexes = new Set(indexesOf(program));
      const service = shortTitle(program.tags?.['service_name'] ?? null);
      return {
        name: service === null ? String(program.program_id) : `${program.program_id} “${service}”`,
        audioStreams: streams.filter(({ index, codec_type }) => codec_type === 'audio' && indexes.has(index) && !ownIndexes.has(index)),
      };
    });
}

/** MP4 has no title for a track: programs write it as `name`, or as the name of the handler, where others leave their own ("SoundHandler"). */
function trackTitle(tags: ProbeStream['tags']): string | null {
  const handler = tags?.['handler_name'];
  return shortTitle(tags?.['title'] ?? tags?.['name'] ?? (handler === undefined || /handler|media/iu.test(handler) ? null : handler));
}

/** `und` is how MP4 says that nobody stated it. */
function language(tags: ProbeStream['tags']): string | null {
  const code = tags?.['language'];
  return code === undefined || code === 'und' ? null : shortCode(code);
}

/** ffprobe lists all names of a demuxer (`mov,mp4,m4a,…`); the file's own extension is the one that people know, where it is among them. */
export function containerName(formatName: string, path: string): string {
  const names = formatName.split(',');
  const extension = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase();
  return names.find((name) => name === extension) ?? names[0] ?? formatName;
}

/** Whether a container, by the name that `containerName` gives, is one of Matroska. */
export function isMatroska(container: string): boolean {
  return ['matroska', 'webm', 'mkv'].includes(container);
}

/** The same of MP4 and its relations. */
export function isMp4(container: string): boolean {
  return ['mov', 'mp4', 'm4a', '3gp', '3g2'].includes(container);
}

export function timeBaseOf(stream: Pick<ProbeStream, 'time_base'> | undefined): Rational {
  return parseRational(stream?.time_base) ?? { num: 1, den: 1000 };
}

/** `30000/1001` or `4:3`; null for what is unknown (`0/0`, `0:1`, `N/A`). */
export function parseRational(text: string | undefined): Rational | null {
  const [, num, den] = /^(\d+)[/:](\d+)$/.exec(text ?? '') ?? [];
  const ratio = { num: Number(num), den: Number(den) };
  return ratio.num > 0 && ratio.den > 0 ? ratio : null;
}

export function usableAspect(stated: Rational | null): Rational {
  const isUsable = stated !== null && stated.num <= stated.den * MAX_SAMPLE_ASPECT && stated.den <= stated.num * MAX_SAMPLE_ASPECT;
  return isUsable ? stated : { num: 1, den: 1 };
}

/** `12.345000` seconds in microseconds; null for `N/A`. */
export function parseSecondsUs(text: string | undefined): number | null {
  const seconds = Number(text ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.round(seconds * 1e6) : null;
}

/**
 * Clockwise turn that makes the picture upright. ffprobe's display-matrix `rotation` counts the other way round (it is the angle
 * that the matrix turns by, counterclockwise); the older tag `rotate` counts clockwise. Odd angles go to the nearest quarter.
 */
export function rotationOf(stream: ProbeStream): VideoProbe['rotation'] {
  const fromMatrix = stream.side_data_list?.find((data) => data.rotation !== undefined)?.rotation;
  const clockwise = fromMatrix === undefined ? Number(stream.tags?.['rotate'] ?? 0) : -fromMatrix;
  const quarters = Number.isFinite(clockwise) ? Math.round(clockwise / 90) : 0;
  const turns: readonly VideoProbe['rotation'][] = [0, 90, 180, 270];
  return turns[((quarters % 4) + 4) % 4] ?? 0;
}

export type StoredPicture = Pick<VideoProbe, 'width' | 'height' | 'sampleAspectRatio' | 'rotation'>;

/** Size on screen: samples made square by stretching the width, then turned. */
export function displaySize({
  width,
  height,
  sampleAspectRatio,
  rotation,
}: StoredPicture): Pick<VideoProbe, 'displayWidth' | 'displayHeight'> {
  const squareWidth = Math.max(1, Math.round((width * sampleAspectRatio.num) / sampleAspectRatio.den));
  const isTurned = rotation === 90 || rotation === 270;
  return isTurned ? { displayWidth: height, displayHeight: squareWidth } : { displayWidth: squareWidth, displayHeight: height };
}
