import { execFileSync } from 'node:child_process';
import path from 'node:path';
import type { Picture } from '#core/media/pictures.ts';

/** Inter, as the studio's own surface uses it: no font of the system is needed. */
const LETTERING_FONT = path.resolve(
  import.meta.dirname,
  '../../node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
);

export interface Lettering {
  /** One line; letters, digits, blanks and `.,!?-` only, which no filter syntax needs. */
  readonly text: string;
  /** Font size in pixels of the picture. */
  readonly sizePx: number;
  /** Colour of the letters, as ffmpeg names it. */
  readonly colour: string;
  /** What lies behind: a colour, or a busy picture. */
  readonly ground: { readonly colour: string } | 'busy';
  /** Clockwise. */
  readonly turnDegrees?: number;
}

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** False where ffmpeg was built without FreeType: such pictures cannot be made then. */
export function canLetter(ffmpeg: string): boolean {
  return execFileSync(ffmpeg, ['-v', 'error', '-filters'], { encoding: 'utf8' }).includes(' drawtext ');
}

/** A picture with one line of text in its middle, drawn at 1280×720 and scaled to `size` as the frame reader does. */
export function letteredPicture(ffmpeg: string, lettering: Lettering, { width, height }: PictureSize): Picture {
  const { text, sizePx, colour, ground, turnDegrees = 0 } = lettering;
  const letters = `drawtext=fontfile='${LETTERING_FONT}':text='${text}':fontsize=${sizePx}:fontcolor=${colour}:x=(w-tw)/2:y=(h-th)/2`;
  const turned = `color=black@0:s=1280x720,format=rgba,${letters},rotate=${turnDegrees}*PI/180:c=none`;
  const behind = ground === 'busy' ? 'mandelbrot=s=1280x720:start_scale=0.3' : `color=${ground.colour}:s=1280x720`;
  const graph = `${behind}[ground];${turned}[letters];[ground][letters]overlay,scale=${width}:${height}:flags=bilinear`;
  const args = ['-v', 'error', '-f', 'lavfi', '-i', graph, '-frames:v', '1', '-pix_fmt', 'rgb24', '-f', 'rawvideo', '-'];
  return { frame: 0, width, height, data: execFileSync(ffmpeg, args, { maxBuffer: width * height * 3 + 1 }) };
}

/** Two seconds of a card that reads `text`, then two of a moving picture without text; 25 frames a second. */
export function makeCardVideo(ffmpeg: string, file: string, text: string): void {
  const letters = `drawtext=fontfile='${LETTERING_FONT}':text='${text}':fontsize=40:fontcolor=white:x=(w-tw)/2:y=(h-th)/2`;
  const card = `color=black:s=640x360:r=25:d=2,format=yuv420p,${letters}[card]`;
  const picture = 'mandelbrot=s=640x360:r=25:start_scale=0.3,trim=duration=2,format=yuv420p[picture]';
  execFileSync(ffmpeg, ['-v', 'error', '-f', 'lavfi', '-i', `${card};${picture};[card][picture]concat=n=2`, '-c:v', 'libx264', file]);
}
