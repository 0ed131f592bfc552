import type { Ffmpeg } from './ffmpeg.ts';
import type { FrameSource } from './frame-seek.ts';
import { readLines } from './tool-process.ts';

/** How far before the wanted time to look for a key frame, in turn. */
const WINDOWS_US = [3_000_000, 12_000_000, 45_000_000, 180_000_000];

/**
 * Container time of the last key frame at or before `untilUs`, as the decoder tells: packets may all be marked as key frames, or none may be. Nothing else is decoded.
 * @returns null when there is none in the last minutes
 */
export async function lastKeyFrame(ffmpeg: Ffmpeg, { path, probe }: Pick<FrameSource, 'path' | 'probe'>, untilUs: number, signal: AbortSignal): Promise<number | null> {
  for (const windowUs of WINDOWS_US) {
    const fromUs = Math.max(probe.startUs, untilUs - windowUs);
    const interval = ['-read_intervals', `${(fromUs / 1e6).toFixed(6)}%${(untilUs / 1e6).toFixed(6)}`];
    const args = ['-select_streams', String(probe.stream?.index ?? 'V:0'), '-skip_frame', 'nokey', ...interval, '-show_entries', 'frame=key_frame,best_effort_timestamp_time', '-of', 'csv=nk=0'];
    const tool = await ffmpeg.probe({ input: { path }, args, signal });
    let lastUs: number | null = null;
    for await (const line of readLines(tool)) {
      const [, seconds] = /^frame,key_frame=1,best_effort_timestamp_time=(-?[\d.]+)/.exec(line) ?? [];
      const timeUs = Number(seconds ?? Number.NaN) * 1e6;
      if (timeUs <= untilUs && timeUs > (lastUs ?? -Infinity)) lastUs = timeUs;
    }
    const { failure } = await tool.exited;
    if (failure !== null) throw failure;
    if (lastUs !== null || fromUs === probe.startUs) return lastUs;
  }
  return null;
}
