import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { runFfmpeg } from '../../helpers/run-ffmpeg.ts';
import type { Dice } from './hostile-report.ts';

/** A small whole video that others are made of by damaging it. */
export interface IntactVideo {
  readonly extension: string;
  readonly bytes: Buffer;
}

const CARD = ['-f', 'lavfi', '-i', 'testsrc2=s=96x64:r=25:d=0.8', '-f', 'lavfi', '-i', 'sine=d=0.8'];

/** Ordinary kinds first; then odd sets of streams. */
const INTACT_VIDEOS: readonly (readonly [name: string, ...options: string[]])[] = [
  ['a.mp4', '-c:v', 'libx264', '-c:a', 'aac'],
  ['fragmented.mp4', '-c:v', 'libx264', '-c:a', 'aac', '-movflags', 'frag_keyframe+empty_moov'],
  ['front.mp4', '-c:v', 'libx264', '-c:a', 'aac', '-movflags', '+faststart'],
  ['a.mov', '-c:v', 'mjpeg', '-c:a', 'pcm_s16le'],
  ['a.3gp', '-c:v', 'mpeg4', '-c:a', 'aac'],
  ['a.mkv', '-c:v', 'libx264', '-c:a', 'flac'],
  ['a.webm', '-c:v', 'libvpx', '-c:a', 'libvorbis'],
  ['a.avi', '-c:v', 'mpeg4', '-c:a', 'mp2'],
  ['a.wmv', '-c:v', 'wmv2', '-c:a', 'wmav2'],
  ['a.flv', '-c:v', 'flv', '-ar', '44100', '-c:a', 'adpcm_swf'],
  ['a.ts', '-c:v', 'mpeg2video', '-c:a', 'mp2'],
  ['a.mpg', '-c:v', 'mpeg2video', '-c:a', 'mp2'],
  ['a.ogv', '-c:v', 'libtheora', '-c:a', 'libvorbis'],
  ['a.mxf', '-c:v', 'mpeg2video', '-c:a', 'pcm_s16le', '-ar', '48000'],
  ['variable.mkv', '-vf', 'setpts=N*N/40/TB', '-fps_mode', 'vfr', '-c:v', 'libx264', '-c:a', 'flac'],
  ['many-tracks.mkv', ...Array.from({ length: 40 }, () => ['-map', '1']).flat(), '-map', '0', '-c:v', 'libx264', '-c:a', 'pcm_s16le'],
  ['two-videos.mp4', '-map', '0', '-map', '0', '-map', '1', '-c:v', 'libx264', '-c:a', 'aac'],
  ['pictures-alone.mp4', '-an', '-c:v', 'libx264'],
  ['audio-alone.mp4', '-vn', '-c:a', 'aac'],
  ['no-frame.mp4', '-frames:v', '0', '-an', '-c:v', 'libx264', '-movflags', 'empty_moov'],
  ['one-frame.mp4', '-frames:v', '1', '-an', '-c:v', 'libx264'],
  ['tiny.mkv', '-vf', 'scale=2:2', '-c:v', 'ffv1', '-c:a', 'flac'],
  ['strip.mkv', '-vf', 'scale=2000:2', '-c:v', 'ffv1', '-c:a', 'flac'],
  ['oblong-samples.mkv', '-vf', 'setsar=1/3000', '-c:v', 'libx264', '-c:a', 'flac'],
];

/** Makes them once per folder. */
export async function makeIntactVideos(folder: string): Promise<IntactVideo[]> {
  await mkdir(folder, { recursive: true });
  const outputs = INTACT_VIDEOS.flatMap(([name, ...options]) => ['-pix_fmt', 'yuv420p', ...options, path.join(folder, name)]);
  await runFfmpeg([...CARD, ...outputs]);
  return Promise.all(
    INTACT_VIDEOS.map(async ([name]) => ({ extension: path.extname(name), bytes: await readFile(path.join(folder, name)) })),
  );
}

/** One way of spoiling a video; `other` lends parts. Gives a buffer of its own. */
type Damage = (video: Buffer, dice: Dice, other: Buffer) => Buffer;

/** Numbers that programs stumble over. */
const BAD_NUMBERS = [0, 1, 7, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x0100_0000, 60_000];

const BOX_NAMES = [
  'moov',
  'mvhd',
  'trak',
  'tkhd',
  'mdhd',
  'stsd',
  'stts',
  'ctts',
  'stsc',
  'stsz',
  'stco',
  'elst',
  'moof',
  'tfhd',
  'trun',
  'mdat',
  'avc1',
  'esds',
];

function spoilt(video: Buffer, spoil: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.from(video);
  if (bytes.length > 16) spoil(bytes);
  return bytes;
}

const DAMAGES: readonly (readonly [name: string, damage: Damage])[] = [
  ['whole', (video) => video],
  ['cut off', (video, dice) => video.subarray(0, dice.roll(video.length))],
  ['beginning lost', (video, dice) => video.subarray(dice.roll(Math.min(2000, video.length)))],
  [
    'bytes flipped',
    (video, dice) => spoilt(video, (bytes) => times(1 + dice.roll(60), () => (bytes[dice.roll(bytes.length)] = dice.roll(256)))),
  ],
  [
    'header flipped',
    (video, dice) =>
      spoilt(video, (bytes) => times(1 + dice.roll(20), () => (bytes[dice.roll(Math.min(700, bytes.length))] = dice.roll(256)))),
  ],
  [
    'bad numbers',
    (video, dice) =>
      spoilt(video, (bytes) =>
        times(1 + dice.roll(12), () => bytes.writeUInt32BE(dice.pick(BAD_NUMBERS), dice.roll(Math.min(3000, bytes.length - 8)))),
      ),
  ],
  ['hole', (video, dice) => spoilt(video, (bytes) => bytes.fill(0, dice.roll(bytes.length), dice.roll(bytes.length)))],
  ['spliced', (video, dice, other) => Buffer.concat([video.subarray(0, dice.roll(1500)), other.subarray(dice.roll(other.length))])],
  [
    'said twice',
    (video, dice) => Buffer.concat([video.subarray(0, dice.roll(video.length)), video, video.subarray(dice.roll(video.length))]),
  ],
  ['box size', (video, dice) => atBox(video, dice, (bytes, at) => bytes.writeUInt32BE(dice.pick(BAD_NUMBERS), at - 4))],
  [
    'box content',
    (video, dice) =>
      atBox(video, dice, (bytes, at) =>
        times(1 + dice.roll(4), () => bytes.writeUInt32BE(dice.pick(BAD_NUMBERS), Math.min(bytes.length - 4, at + 4 + 4 * dice.roll(24)))),
      ),
  ],
  [
    'durations',
    (video) =>
      spoilt(video, (bytes) =>
        ['mvhd', 'mdhd', 'tkhd'].forEach((box) =>
          eachBox(bytes, box, (at) => bytes.writeUInt32BE(0xffff_fff0, at + (box === 'tkhd' ? 24 : 20))),
        ),
      ),
  ],
  [
    'counts',
    (video, dice) =>
      spoilt(video, (bytes) =>
        ['stts', 'stsz', 'stsc', 'stco', 'trun'].forEach((box) =>
          eachBox(bytes, box, (at) => bytes.writeUInt32BE(dice.pick(BAD_NUMBERS), at + 8)),
        ),
      ),
  ],
  [
    'constant sizes',
    (video, dice) => spoilt(video, (bytes) => eachBox(bytes, 'stsz', (at) => bytes.writeUInt32BE(1 + dice.roll(8), at + 8))),
  ],
  ['long frames', (video) => spoilt(video, (bytes) => eachBox(bytes, 'stts', (at) => bytes.writeUInt32BE(0x7fff_ffff, at + 16)))],
  [
    'huge pictures',
    (video, dice) =>
      spoilt(video, (bytes) =>
        ['avc1', 'mp4v', 'jpeg'].forEach((box) =>
          eachBox(bytes, box, (at) =>
            bytes.writeUInt32BE(dice.pick([0xea60_ea60, 0xffff_0001, 0x0001_ffff, 0]), Math.min(bytes.length - 4, at + 28)),
          ),
        ),
      ),
  ],
  [
    'noise behind its header',
    (video, dice) => spoilt(video, (bytes) => times(bytes.length >> 1, (index) => (bytes[(bytes.length >> 2) + index] = dice.roll(256)))),
  ],
];

function times(count: number, work: (index: number) => unknown): void {
  for (let index = 0; index < count; index++) work(index);
}

/** Calls `work` with the place of each name of such a box; too near to the end there is nothing to spoil. */
function eachBox(bytes: Buffer, box: string, work: (at: number) => void): void {
  for (let at = bytes.indexOf(box); at >= 4 && at + 40 < bytes.length; at = bytes.indexOf(box, at + 4)) work(at);
}

/** Spoils one box, or something else where the video has none. */
function atBox(video: Buffer, dice: Dice, spoil: (bytes: Buffer, at: number) => void): Buffer {
  return spoilt(video, (bytes) => {
    const places: number[] = [];
    for (const name of BOX_NAMES) eachBox(bytes, name, (at) => places.push(at));
    spoil(bytes, places.length > 0 ? dice.pick(places) : 4 + dice.roll(Math.min(400, bytes.length - 8)));
  });
}

export interface HostileVideo extends IntactVideo {
  /** How it was spoilt. */
  readonly how: string;
}

/** The next one of an endless row, by the dice alone. */
export function spoilVideo(videos: readonly IntactVideo[], dice: Dice): HostileVideo {
  const { extension, bytes } = dice.pick(videos);
  const [name, damage] = dice.pick(DAMAGES);
  const [secondName, second] = dice.roll(3) === 0 ? dice.pick(DAMAGES) : (['', (video: Buffer) => video] as const);
  const other = dice.pick(videos).bytes;
  return {
    extension,
    bytes: second(damage(bytes, dice, other), dice, other),
    how: [extension, name, secondName].filter((part) => part !== '').join(' '),
  };
}
