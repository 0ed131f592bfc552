import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { makeOnce, runFfmpeg } from './run-ffmpeg.ts';

/** Bars from left to right, bit 0 first; bright is 1. */
const BARS = 12;
/** One sample for each bar, in several rows. */
export const BARRED_SIZE = { width: BARS, height: 16 };

export interface BarredVideo {
  readonly path: string;
  readonly frameCount: number;
  /** Number of the first frame; default 0. */
  readonly first?: number;
  /** Default 192×108. */
  readonly size?: string;
  /** Further inputs. */
  readonly inputs?: readonly string[];
  readonly options: readonly string[];
}

/** A video of 25 frames a second in which each frame shows its number. */
export async function makeBarredVideo({
  path,
  frameCount,
  first = 0,
  size = '192x108',
  inputs = [],
  options,
}: BarredVideo): Promise<string> {
  // Drawn one pixel a bar, and only then as large as asked: an expression for each pixel takes its time.
  const bars = `geq=lum='if(mod(floor((N+${first})/pow(2,X)),2),235,16)':cb=128:cr=128`;
  const make = inputs.length === 0 ? makeOnce : runFfmpeg;
  await make([
    '-f',
    'lavfi',
    '-i',
    `color=gray:s=${BARS}x2:r=25,format=yuv420p,${bars},scale=${size}:flags=neighbor,trim=end_frame=${frameCount}`,
    ...inputs,
    ...options,
    path,
  ]);
  return path;
}

/** A small and short one, in H.264 or, where its name ends so, as a WebM: for what is about files, shots and texts, not about pictures. */
export function makeSmallVideo(path: string, { frameCount = 40, first = 0 } = {}): Promise<string> {
  const codec = path.endsWith('.webm') ? 'libvpx' : 'libx264';
  return makeBarredVideo({ path, frameCount, first, size: '96x54', options: ['-c:v', codec, '-pix_fmt', 'yuv420p'] });
}

/** The number that a picture of `BARRED_SIZE` in RGB24 shows. */
export function numberIn(rgb: Uint8Array): number {
  return Array.from({ length: BARS }, (_, bar) => ((rgb[bar * 3 + 1] ?? 0) > 127 ? 2 ** bar : 0)).reduce((sum, value) => sum + value, 0);
}

/** Makes packets of the video, or of another stream, in the order of the file, undecodable, or their parts behind `from` (0..1). */
export async function damagePackets(
  path: string,
  indexes: readonly number[],
  { stream = 'v:0', fill = 0, from = 0 }: { readonly stream?: string; readonly fill?: number; readonly from?: number } = {},
): Promise<void> {
  const args = ['-v', 'error', '-select_streams', stream, '-show_entries', 'packet=size,pos', '-of', 'csv=p=0', path];
  const { stdout } = await promisify(execFile)('ffprobe', args);
  const packets = stdout.trim().split('\n');
  const file = await open(path, 'r+');
  for (const index of indexes) {
    const [size = 0, position = 0] = (packets[index] ?? '').split(',').map(Number);
    const kept = Math.floor(size * from);
    await file.write(Buffer.alloc(size - kept, fill), 0, size - kept, position + kept);
  }
  await file.close();
}
