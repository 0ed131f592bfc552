import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** How many frames look different; the next one looks as the first again. `picture-watch.ts` reads the numbers back. */
export const SHADES = 25;
export const DARKEST_LUMA = 20;
export const LUMA_STEP = 8;

export interface NumberedProject {
  readonly name: string;
  readonly shotCount: number;
  readonly framesPerShot: number;
  /** Set for small pictures of large projects. */
  readonly width?: number;
}

/**
 * Puts a project below `dataDir`, to be opened as the last one: one video whose frames carry their number as their shade, cut every
 * `framesPerShot` frames, each shot with the draft of a caption ("Draft 12."). Written straight through the core, without any job.
 */
export async function makeNumberedProject(dataDir: string, { name, shotCount, framesPerShot, width = 64 }: NumberedProject): Promise<void> {
  const file = path.join(dataDir, `${name}.mp4`);
  const frames = shotCount * framesPerShot;
  const shade = `geq=lum='${DARKEST_LUMA}+${LUMA_STEP}*mod(N\\,${SHADES})':cb=128:cr=128`;
  const source = [
    '-f',
    'lavfi',
    '-i',
    `color=c=gray:s=${width}x${(width * 9) / 16}:r=25`,
    '-frames:v',
    String(frames),
    '-vf',
    `format=yuv420p,${shade}`,
  ];
  await exec('ffmpeg', [
    '-v',
    'error',
    ...source,
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-crf',
    '8',
    '-g',
    '25',
    '-pix_fmt',
    'yuv420p',
    '-movflags',
    '+faststart',
    file,
  ]);
  const script = path.join(import.meta.dirname, 'write-numbered-project.ts');
  await exec(process.execPath, [script, dataDir, file, String(framesPerShot)]);
}
