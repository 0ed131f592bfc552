import { join } from 'node:path';
import type { VideoProbe } from '#shared/domain/video.ts';
import { turnPicture } from './golden-videos.ts';
import { runFfmpeg } from './run-ffmpeg.ts';

/** A kind of file that people have: one second of pictures, made by ffmpeg. */
export interface MediaKind {
  readonly name: string;
  readonly options: readonly string[];
  /** What is true of it. */
  readonly truth: Partial<VideoProbe> & { readonly frameCount: number };
  /** Says what is special about it, where its name does not. */
  readonly what?: string;
}

const plain = (name: string, options: readonly string[]): MediaKind => ({ name, options, truth: { frameCount: 25 } });

/** Containers and codecs. */
const CONTAINERS: readonly MediaKind[] = [
  plain('h264.mp4', ['-c:v', 'libx264', '-c:a', 'aac']),
  plain('fragmented.mp4', ['-c:v', 'libx264', '-c:a', 'aac', '-movflags', 'frag_keyframe+empty_moov']),
  plain('hevc.mp4', ['-c:v', 'libx265', '-x265-params', 'log-level=error', '-c:a', 'aac']),
  plain('av1.mp4', ['-c:v', 'libsvtav1', '-preset', '12', '-c:a', 'aac']),
  plain('av1.mkv', ['-c:v', 'libsvtav1', '-preset', '12', '-c:a', 'libopus']),
  plain('itunes.m4v', ['-c:v', 'libx264', '-c:a', 'aac']),
  plain('prores.mov', ['-c:v', 'prores_ks', '-c:a', 'pcm_s16le']),
  plain('mjpeg.mov', ['-c:v', 'mjpeg', '-c:a', 'pcm_s16le']),
  plain('phone.3gp', ['-c:v', 'mpeg4', '-c:a', 'aac']),
  plain('phone.3g2', ['-c:v', 'mpeg4', '-c:a', 'aac']),
  plain('h264.mkv', ['-c:v', 'libx264', '-c:a', 'flac']),
  plain('vp9.webm', ['-c:v', 'libvpx-vp9', '-cpu-used', '8', '-c:a', 'libopus']),
  plain('vp8.webm', ['-c:v', 'libvpx', '-c:a', 'libvorbis']),
  plain('xvid.avi', ['-c:v', 'mpeg4', '-vtag', 'XVID', '-c:a', 'libmp3lame']),
  plain('divx.divx', ['-c:v', 'mpeg4', '-vtag', 'DX50', '-f', 'avi']),
  plain('wmv.wmv', ['-c:v', 'wmv2', '-c:a', 'wmav2']),
  plain('asf.asf', ['-c:v', 'msmpeg4', '-c:a', 'wmav2']),
  plain('flash.flv', ['-c:v', 'flv', '-ar', '44100', '-c:a', 'libmp3lame']),
  plain('flash.f4v', ['-c:v', 'libx264', '-c:a', 'aac', '-f', 'mp4']),
  plain('camera.m2ts', ['-c:v', 'libx264', '-c:a', 'ac3', '-f', 'mpegts', '-mpegts_m2ts_mode', '1']),
  plain('broadcast.ts', ['-c:v', 'mpeg2video', '-c:a', 'mp2']),
  plain('camera.mts', ['-c:v', 'libx264', '-c:a', 'ac3', '-f', 'mpegts']),
  plain('program.mpg', ['-c:v', 'mpeg2video', '-c:a', 'mp2', '-f', 'mpeg']),
  plain('disc.vob', ['-c:v', 'mpeg2video', '-c:a', 'ac3', '-f', 'vob']),
  plain('elementary.mpeg', ['-an', '-c:v', 'mpeg1video', '-f', 'mpeg1video']),
  plain('broadcast.mxf', ['-c:v', 'mpeg2video', '-c:a', 'pcm_s16le', '-ar', '48000']),
  plain('theora.ogv', ['-c:v', 'libtheora', '-c:a', 'libvorbis']),
  plain('theora.ogm', ['-c:v', 'libtheora', '-c:a', 'libvorbis', '-f', 'ogg']),
  plain('camcorder.dv', ['-s', '720x576', '-c:v', 'dvvideo', '-pix_fmt', 'yuv420p', '-ar', '48000', '-ac', '2', '-f', 'dv']),
  plain('animation.gif', ['-an', '-c:v', 'gif']),
  plain('raw.y4m', ['-an', '-f', 'yuv4mpegpipe']),
  plain('bare.h264', ['-an', '-c:v', 'libx264', '-f', 'h264']),
  plain('bare.hevc', ['-an', '-c:v', 'libx265', '-x265-params', 'log-level=error', '-f', 'hevc']),
  plain('bare.ivf', ['-an', '-c:v', 'libvpx-vp9', '-cpu-used', '8', '-f', 'ivf']),
  plain('bare.obu', ['-an', '-c:v', 'libsvtav1', '-preset', '12', '-f', 'obu']),
  plain('nut.nut', ['-c:v', 'libx264', '-c:a', 'aac', '-f', 'nut']),
  plain('broadcast.gxf', ['-s', '720x576', '-c:v', 'mpeg2video', '-c:a', 'pcm_s16le', '-ar', '48000', '-ac', '1', '-f', 'gxf']),
];

const x265 = (params: string): string[] => ['-c:v', 'libx265', '-x265-params', `log-level=error:${params}`];

/** What makes pictures, their sizes or their counting special. */
const TRAITS: readonly MediaKind[] = [
  {
    name: 'hdr-pq.mp4',
    what: 'HDR, PQ, 10 bits',
    options: ['-pix_fmt', 'yuv420p10le', ...x265('colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc')],
    truth: { frameCount: 25, pixelFormat: 'yuv420p10le' },
  },
  {
    name: 'hdr-hlg.mkv',
    what: 'HDR, HLG, 10 bits',
    options: ['-pix_fmt', 'yuv420p10le', ...x265('colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc')],
    truth: { frameCount: 25, pixelFormat: 'yuv420p10le' },
  },
  {
    name: '8k.mp4',
    what: '7680×4320 pixels, two frames',
    options: ['-vf', 'scale=7680:4320,setsar=1', '-frames:v', '2', '-c:v', 'libx264', '-preset', 'ultrafast'],
    truth: { frameCount: 2, width: 7680, height: 4320, displayWidth: 7680, displayHeight: 4320 },
  },
  {
    name: 'wide-samples.mp4',
    what: 'samples wider than high (16:11)',
    options: ['-vf', 'setsar=16/11', '-c:v', 'libx264'],
    truth: { frameCount: 25, width: 176, height: 144, displayWidth: 256, displayHeight: 144, sampleAspectRatio: { num: 16, den: 11 } },
  },
  {
    name: 'turned.mp4',
    what: 'turned by a display matrix',
    options: ['-c:v', 'libx264'],
    truth: { frameCount: 25, width: 176, height: 144, displayWidth: 144, displayHeight: 176, rotation: 90 },
  },
  {
    name: 'interlaced.mp4',
    what: 'interlaced, top field first',
    options: ['-c:v', 'libx264', '-flags', '+ilme+ildct', '-x264-params', 'tff=1'],
    truth: { frameCount: 25, rate: { num: 25, den: 1 } },
  },
  {
    name: 'telecined.mpg',
    what: '24 frames a second as 30 (telecine)',
    options: ['-vf', 'fps=24,telecine', '-r', '30', '-c:v', 'mpeg2video', '-f', 'mpeg'],
    truth: { frameCount: 30, rate: { num: 30, den: 1 } },
  },
  {
    name: 'intra-refresh.mp4',
    what: 'intra refresh: one key frame alone',
    options: ['-c:v', 'libx264', '-x264-params', 'intra-refresh=1:keyint=10'],
    truth: { frameCount: 25 },
  },
  {
    name: 'full-range.mp4',
    what: 'full range',
    options: ['-vf', 'scale=out_range=full', '-color_range', 'pc', '-pix_fmt', 'yuvj420p', '-c:v', 'libx264'],
    truth: { frameCount: 25, pixelFormat: 'yuvj420p' },
  },
  { name: 'rgb.mkv', what: 'RGB', options: ['-pix_fmt', 'rgb24', '-c:v', 'libx264rgb'], truth: { frameCount: 25, pixelFormat: 'gbrp' } },
  {
    name: 'rgb-lossless.mkv',
    what: 'RGB, FFV1',
    options: ['-pix_fmt', 'bgr0', '-c:v', 'ffv1'],
    truth: { frameCount: 25, pixelFormat: 'bgr0' },
  },
  {
    name: 'see-through.mov',
    what: 'alpha, ProRes 4444',
    options: ['-pix_fmt', 'yuva444p10le', '-c:v', 'prores_ks', '-profile:v', '4444'],
    truth: { frameCount: 25 },
  },
  { name: 'grey.mkv', what: 'grey', options: ['-pix_fmt', 'gray', '-c:v', 'ffv1'], truth: { frameCount: 25, pixelFormat: 'gray' } },
  {
    name: 'dnxhd.mov',
    what: 'DNxHR',
    options: ['-vf', 'scale=256:144', '-pix_fmt', 'yuv422p', '-c:v', 'dnxhd', '-profile:v', 'dnxhr_sq'],
    truth: { frameCount: 25 },
  },
  {
    name: 'dropped.avi',
    what: 'two places without a frame',
    options: ['-an', '-vf', "select='not(eq(n,5)+eq(n,15))'", '-fps_mode', 'vfr', '-c:v', 'mpeg4'],
    truth: { frameCount: 23, isVariableRate: true },
  },
  {
    name: 'ntsc.mov',
    what: '30000/1001 frames a second',
    options: ['-vf', 'fps=30000/1001', '-c:v', 'libx264'],
    truth: { frameCount: 30, rate: { num: 30000, den: 1001 } },
  },
];

export const MEDIA_KINDS: readonly MediaKind[] = [...CONTAINERS, ...TRAITS];

/** A card of 176×144 pixels with a tone. */
const CARD = ['-f', 'lavfi', '-i', 'testsrc2=s=176x144:r=25:d=1', '-f', 'lavfi', '-i', 'sine=d=1'];

const outputOf = ({ name, options }: MediaKind, dir: string): string[] => ['-pix_fmt', 'yuv420p', ...options, join(dir, name)];

/** A card of this kind in `dir`; null where this ffmpeg cannot make it. */
export async function makeMediaKind(kind: MediaKind, dir: string): Promise<string | null> {
  try {
    await runFfmpeg([...CARD, ...outputOf(kind, dir)]);
    return await finished(kind, dir);
  } catch (error) {
    if (error instanceof Error && /unknown encoder|unrecognized option|not a suitable output format/i.test(error.message)) return null;
    throw error;
  }
}

/** Cards of all kinds, by name: in one go, or one after the other where this ffmpeg cannot make them all. */
export async function makeMediaKinds(kinds: readonly MediaKind[], dir: string): Promise<ReadonlyMap<string, string | null>> {
  const make = await runFfmpeg([...CARD, ...kinds.flatMap((kind) => outputOf(kind, dir))]).then(
    () => finished,
    () => makeMediaKind,
  );
  const made = new Map<string, string | null>();
  for (const kind of kinds) made.set(kind.name, await make(kind, dir));
  return made;
}

async function finished({ name }: MediaKind, dir: string): Promise<string> {
  const path = join(dir, name);
  if (name.startsWith('turned')) await turnPicture(path);
  return path;
}
