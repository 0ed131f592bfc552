import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeClips, type ClipResult, type WriteClipsRequest } from '#core/media/clip-writer.ts';
import type { FrameSize } from '#core/media/pictures.ts';
import { createFfmpeg, type Ffmpeg } from '#core/media/ffmpeg.ts';
import { probeVideo, type ProbeRequest } from '#core/media/probe.ts';
import type { FrameClock } from '#shared/domain/time.ts';
import type { VideoProbe } from '#shared/domain/video.ts';
import { makeOnce, runFfmpeg } from './run-ffmpeg.ts';

export function testFfmpeg(): Ffmpeg {
  return createFfmpeg({ ffmpegPath: 'ffmpeg', ffprobePath: 'ffprobe' });
}

/** A video with all that the media layer wants to know of it. */
export interface ProbedVideo {
  readonly path: string;
  readonly probe: VideoProbe;
  readonly ptsUs: Float64Array | null;
  readonly clock: FrameClock;
  readonly startUs: number;
}

export async function probed(path: string, options: Pick<ProbeRequest, 'isDecoded'> = {}): Promise<ProbedVideo> {
  const { probe, ptsUs } = await probeVideo({ ffmpeg: testFfmpeg(), path, signal: new AbortController().signal, ...options });
  const clock = { rate: probe.rate, frameCount: probe.frameCount, ...(ptsUs === null ? {} : { ptsUs }) };
  return { path, probe, ptsUs, clock, startUs: probe.startUs };
}

/** Writes exact clips, one after the other unless `options` say otherwise; what came of each, in the order of the video. */
export async function cutClips(
  video: ProbedVideo,
  options: Partial<WriteClipsRequest> & Pick<WriteClipsRequest, 'shots' | 'outDir'>,
): Promise<ClipResult[]> {
  const clips: ClipResult[] = [];
  await writeClips({
    ffmpeg: testFfmpeg(),
    ...video,
    sourceId: 'a',
    clipBaseName: 'video',
    mode: 'exact',
    parallel: 1,
    signal: new AbortController().signal,
    onClip: (clip) => clips.push(clip),
    ...options,
  });
  return clips.sort((a, b) => a.shot.startFrame - b.shot.startFrame);
}

/** Every frame of a video as ffmpeg decodes it in one go, packed RGB24: the truth that jumps and batches are held against. */
export async function decodeAll(path: string, size: FrameSize, dir: string): Promise<Buffer[]> {
  return (await decodeEach([path], size, dir))[0] ?? [];
}

/** The same of several videos, in one run of ffmpeg: most of the time of a short one goes into its start. */
export async function decodeEach(paths: readonly string[], size: FrameSize, dir: string): Promise<Buffer[][]> {
  const scale = ['-vf', `scale=${size.width}:${size.height}:flags=bilinear`, '-pix_fmt', 'rgb24', '-f', 'rawvideo'];
  const raws = paths.map((_, index) => join(dir, `all-frames-${index}.raw`));
  const outputs = raws.flatMap((raw, index) => ['-map', `${index}:v:0`, '-fps_mode', 'passthrough', ...scale, raw]);
  await runFfmpeg([...paths.flatMap((path) => ['-i', path]), ...outputs]);
  return Promise.all(raws.map(async (raw) => packedFrames(await readFile(raw), size)));
}

/** RGB24. */
export function packedFrames(bytes: Buffer, size: FrameSize): Buffer[] {
  const frameBytes = size.width * size.height * 3;
  return Array.from({ length: bytes.length / frameBytes }, (_, frame) => bytes.subarray(frame * frameBytes, (frame + 1) * frameBytes));
}

/**
 * Videos whose containers make frames hard to count or to find; eight seconds each. `edit-list`: the first 1.3 s are in the file but hidden.
 * `late-start`: times begin at 100 s. `open-gop`: key frames that frames shown before them depend on. `transport`: MPEG-2 in a transport
 * stream. `packed`: MPEG-4 with B-frames in AVI, which stores no presentation times. `hidden-frames`: VP8 with alternate references.
 * `ntsc`: 30000/1001 frames a second in Matroska, which rounds times to milliseconds.
 */
export const TRICKY_VIDEOS = {
  'edit-list': 'edit-list.mp4',
  'late-start': 'late-start.mkv',
  'open-gop': 'open-gop.mp4',
  transport: 'transport.ts',
  packed: 'packed.avi',
  'hidden-frames': 'hidden-frames.webm',
  ntsc: 'ntsc.mkv',
} as const;
export type TrickyVideo = keyof typeof TRICKY_VIDEOS;

export async function makeTrickyVideo(kind: TrickyVideo, dir: string): Promise<string> {
  const path = join(dir, TRICKY_VIDEOS[kind]);
  const card = (rate: string): string[] => ['-f', 'lavfi', '-i', `testsrc2=s=160x90:r=${rate}:d=8`, '-pix_fmt', 'yuv420p'];
  const x264 = (gop: number, more = ''): string[] => [
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-bf',
    '3',
    '-g',
    String(gop),
    '-x264-params',
    `scenecut=0${more}`,
  ];
  switch (kind) {
    case 'edit-list': {
      const whole = join(dir, 'whole.mp4');
      await makeOnce([...card('25'), ...x264(50), whole]);
      await runFfmpeg(['-ss', '1.3', '-i', whole, '-c', 'copy', path]);
      return path;
    }
    case 'late-start':
      await makeOnce([...card('25'), ...x264(40), '-output_ts_offset', '100', path]);
      return path;
    case 'open-gop':
      await makeOnce([...card('25'), ...x264(24, ':open-gop=1'), path]);
      return path;
    case 'transport':
      await makeOnce([...card('25'), '-c:v', 'mpeg2video', '-bf', '2', '-g', '15', path]);
      return path;
    case 'packed':
      await makeOnce([...card('25'), '-c:v', 'mpeg4', '-bf', '2', '-g', '50', path]);
      return path;
    case 'hidden-frames':
      await makeOnce([
        ...card('25'),
        '-c:v',
        'libvpx',
        '-auto-alt-ref',
        '1',
        '-lag-in-frames',
        '16',
        '-b:v',
        '200k',
        '-cpu-used',
        '4',
        path,
      ]);
      return path;
    case 'ntsc':
      await makeOnce([...card('30000/1001'), ...x264(90), path]);
      return path;
  }
}
