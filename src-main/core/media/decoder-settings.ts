import type { NewSettings } from '#shared/domain/video.ts';
import type { Rational } from '#shared/domain/time.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { ticksToUs } from './frame-timing.ts';
import { hasSeveralDescriptions } from './mp4-boxes.ts';
import { isMp4 } from './stream-info.ts';
import { readLines } from './tool-process.ts';

/** What decoders are told in advance, as sizes and sample rates, or the colours of a palette, stands in the head of a file; some files have more of it between their packets. */
export interface SettingsPacket {
  readonly kind: 'settings' | 'palette';
  /** When its packet is shown; NaN: it does not say. */
  readonly ticks: number;
  /** When it is decoded, where that is earlier. */
  readonly fromTicks: number;
}

const KINDS: Readonly<Record<string, SettingsPacket['kind']>> = { 'New Extradata': 'settings', Palette: 'palette' };

/** Reads a line of ffprobe (`-of csv`) for a packet that says so; `fields` are those before its side data. */
export function settingsIn(line: readonly string[], fields: number, { ticks, decodedTicks }: PacketTimes): SettingsPacket | null {
  const kind = line
    .slice(fields)
    .map((field) => KINDS[field])
    .find((each) => each !== undefined);
  if (kind === undefined) return null;
  const times = [ticks, decodedTicks].filter((each) => !Number.isNaN(each));
  return { kind, ticks, fromTicks: times.length === 0 ? -Infinity : Math.min(...times) };
}

interface PacketTimes {
  readonly ticks: number;
  readonly decodedTicks: number;
}

export interface SettingsRequest {
  readonly ffmpeg: Ffmpeg;
  readonly path: string;
  readonly container: string;
  readonly pictures: { readonly index: number; readonly timeBase: Rational; readonly packets: readonly SettingsPacket[] };
  readonly audio: readonly { readonly index: number; readonly timeBase: Rational }[];
  /** Container time of the first picture. */
  readonly startUs: number;
  readonly signal: AbortSignal;
}

export interface FoundSettings {
  /** Of a stream; empty where nothing new is told. */
  of(index: number): { readonly newSettings?: NewSettings };
}

/** Where decoders are first told something new, by the index of the stream. Recorders repeat what they said before, too: that is nothing new. */
export async function newSettings(request: SettingsRequest): Promise<FoundSettings> {
  const { container, pictures, audio, startUs } = request;
  const packets = new Map([[pictures.index, pictures.packets], ...(await audioPackets(request))]);
  const changing = [pictures, ...audio].filter(({ index }) => packets.get(index)?.some(({ kind }) => kind === 'settings') === true);
  const told =
    changing.length === 0
      ? null
      : await announcedSettings(
          request,
          changing.map(({ index }) => index),
        );
  const found = new Map<number, NewSettings>();
  for (const { index, timeBase } of [pictures, ...audio]) {
    const isNew = ({ kind, ticks }: SettingsPacket): boolean => kind === 'palette' || told?.isRepeated(index, ticks) !== true;
    const all = packets.get(index)?.filter(isNew) ?? [];
    if (all.length === 0) continue;
    const fromTicks = Math.min(...all.map((each) => each.fromTicks));
    const fromUs = Number.isFinite(fromTicks) ? Math.max(0, Math.floor(ticksToUs(fromTicks, timeBase) - startUs)) : 0;
    // In MP4 each packet belongs to its description, wherever reading begins; palettes are given once.
    const areMissedByJumps = !isMp4(container) || all.some(({ kind }) => kind === 'palette');
    found.set(index, { fromUs, areMissedByJumps });
  }
  return {
    of(index) {
      const settings = found.get(index);
      return settings === undefined ? {} : { newSettings: settings };
    },
  };
}

/** Whether what lies before `untilUs` is read rightly from the beginning of the file alone. Microseconds from the first picture. */
export function isOutOfJumps(settings: NewSettings | undefined, untilUs: number): boolean {
  return settings?.areMissedByJumps === true && untilUs > settings.fromUs;
}

/** What a person should know of the pictures. */
export function settingsNotes({ newSettings: settings }: ReturnType<FoundSettings['of']>, packets: readonly SettingsPacket[]): string[] {
  if (settings === undefined) return [];
  if (packets.some(({ kind }) => kind === 'palette'))
    return [
      'The colours of its frames are listed apart from them: to find a frame it is read from its beginning, which takes longer, and its clips can be cut in the exact mode alone.',
    ];
  const slowly = settings.areMissedByJumps
    ? 'frames from there on are found by reading it from its beginning, which takes longer, and '
    : '';
  return [
    `The settings of its decoder change at ${(settings.fromUs / 1e6).toFixed(1)} s, as where an encoder was started again: ${slowly}clips that reach beyond can be cut in the exact mode alone.`,
  ];
}

/** Containers besides MP4 that can tell decoders of audio something new. */
const TELLING: ReadonlySet<string> = new Set(['flv', 'ogg', 'nut']);

/** Of the audio, which is listed only where a file may have any of these. */
async function audioPackets({ ffmpeg, path, container, audio, signal }: SettingsRequest): Promise<Map<number, SettingsPacket[]>> {
  const packets = new Map<number, SettingsPacket[]>();
  const mayChange = TELLING.has(container) || (isMp4(container) && (await hasSeveralDescriptions(path, signal)));
  if (audio.length === 0 || !mayChange) return packets;
  const packetsOf = (stream: number): SettingsPacket[] => {
    const known = packets.get(stream) ?? [];
    packets.set(stream, known);
    return known;
  };
  const args = ['-select_streams', 'a', '-show_entries', `packet=stream_index,pts,dts${SIDE_DATA}`, '-of', 'csv'];
  const tool = await ffmpeg.probe({ input: { path }, args, signal });
  for await (const line of readLines(tool)) {
    const fields = line.split(',');
    const [kind, index, pts, dts] = fields;
    if (kind !== 'packet') continue;
    const found = settingsIn(fields, 4, { ticks: toTicks(pts), decodedTicks: toTicks(dts) });
    if (found !== null) packetsOf(Number(index)).push(found);
  }
  const { failure } = await tool.exited;
  if (failure !== null) throw failure;
  return packets;
}

/** Behind the fields that ffprobe shows of packets: what lies beside their data is listed too, in the same line. */
export const SIDE_DATA = ':packet_side_data=side_data_type';

export function toTicks(text: string | undefined): number {
  return text === undefined || !/^-?\d+$/.test(text) ? Number.NaN : Number(text);
}

interface AnnouncedSettings {
  /** Whether the packet of this time repeats what the head of the file says. */
  isRepeated(index: number, ticks: number): boolean;
}

/** Compares by checksums, which ffmpeg lists of the heads, and of what lies beside the packets: `0, dts, pts, duration, size, sum, S=1, size, sum`. */
async function announcedSettings({ ffmpeg, path, signal }: SettingsRequest, streams: readonly number[]): Promise<AnnouncedSettings> {
  const maps = streams.flatMap((index) => ['-map', `0:${index}`]);
  const args = [...maps, '-c', 'copy', '-f', 'framehash', '-format_version', '2', '-hash', 'adler32', 'pipe:1'];
  const tool = await ffmpeg.stream({ input: { path, options: ['-copyts'] }, args, signal });
  const heads = new Map<number, string>();
  const repeated = new Set<string>();
  for await (const line of readLines(tool)) {
    const [, place, sum] = /^#extradata (\d+), *(\d+, *\w+)/.exec(line) ?? [];
    if (place !== undefined && sum !== undefined) heads.set(Number(place), plain(sum));
    const [, at, pts, beside] = /^(\d+), *-?\d+, *(-?\d+),.*?, *S=\d+,(.*)$/s.exec(line) ?? [];
    const head = heads.get(Number(at));
    if (head !== undefined && beside !== undefined && `,${plain(beside)},`.includes(`,${head},`)) repeated.add(`${at} ${pts}`);
  }
  const { failure } = await tool.exited;
  if (failure !== null) throw failure;
  return { isRepeated: (index, ticks) => repeated.has(`${streams.indexOf(index)} ${ticks}`) };
}

function plain(text: string): string {
  return text.replaceAll(' ', '');
}
