import { runFfmpeg } from './run-ffmpeg.ts';

/** Two seconds of one colour, for what is not about pictures. */
export async function makePlainVideo(file: string, colour = 'black'): Promise<string> {
  await runFfmpeg(['-f', 'lavfi', '-i', `color=${colour}:s=64x48:r=25:d=2`, '-pix_fmt', 'yuv420p', file]);
  return file;
}
