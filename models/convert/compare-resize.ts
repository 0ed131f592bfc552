import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { RawImage } from '@huggingface/transformers';
import type { FrameSize } from '#core/media/pictures.ts';
import { fitSize } from '../../src-main/core/media/frame-reader.ts';

/**
 * `node models/convert/compare-resize.ts [--video VIDEO] [--at SECONDS] [--picture-size 704]`: how far the studio's pictures are from those
 * that Shotluck-Holmes was tuned on. There, decord lets swscale stretch each frame to 384×384 (bicubic). Here, ffmpeg shrinks it to
 * `--picture-size` pixels at its longer side (bilinear) and sharp stretches that to 384×384 (Lanczos).
 */
const { values } = parseArgs({
  options: {
    video: { type: 'string', default: 'resources/sample/sample-film.mp4' },
    at: { type: 'string', default: '5,20,35,50' },
    'picture-size': { type: 'string', default: '704' },
  },
});
const MODEL_SIZE: FrameSize = { width: 384, height: 384 };
const video = sizeOf(values.video);

for (const second of values.at.split(',')) {
  const tuned = frame(second, MODEL_SIZE, 'bicubic');
  const roads = {
    studio: await stretch(second, Number(values['picture-size'])),
    'Lanczos from the whole frame': await stretch(second, Math.max(video.displayWidth, video.displayHeight)),
    'bilinear from the whole frame': frame(second, MODEL_SIZE, 'bilinear'),
  };
  for (const [name, pixels] of Object.entries(roads)) console.log(`${second} s, ${name}: ${difference(pixels, tuned)}`);
}

async function stretch(second: string, pictureSizePx: number): Promise<Uint8Array> {
  const size = fitSize(video, pictureSizePx);
  const shown = new RawImage(frame(second, size, 'bilinear'), size.width, size.height, 3);
  const { data } = await shown.resize(MODEL_SIZE.width, MODEL_SIZE.height, { resample: 'lanczos' });
  return Uint8Array.from(data);
}

function frame(second: string, { width, height }: FrameSize, flags: 'bicubic' | 'bilinear'): Uint8Array {
  const scale = `scale=${width}:${height}:flags=${flags}`;
  const args = [
    '-v',
    'error',
    '-ss',
    second,
    '-i',
    values.video,
    '-frames:v',
    '1',
    '-vf',
    scale,
    '-pix_fmt',
    'rgb24',
    '-f',
    'rawvideo',
    'pipe:1',
  ];
  return execFileSync('ffmpeg', args, { maxBuffer: 1 << 28 });
}

function sizeOf(path: string): { displayWidth: number; displayHeight: number } {
  const args = ['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'stream=width,height', '-of', 'csv=p=0', path];
  const [displayWidth, displayHeight] = execFileSync('ffprobe', args, { encoding: 'utf8' }).trim().split(',').map(Number);
  if (displayWidth === undefined || displayHeight === undefined) throw new Error(`${path} has no picture`);
  return { displayWidth, displayHeight };
}

function difference(one: Uint8Array, other: Uint8Array): string {
  let sum = 0;
  let largest = 0;
  one.forEach((value, index) => {
    const distance = Math.abs(value - (other[index] ?? 0));
    sum += distance;
    largest = Math.max(largest, distance);
  });
  return `mean difference of a pixel ${(sum / one.length).toFixed(2)} of 255, largest ${largest}`;
}
