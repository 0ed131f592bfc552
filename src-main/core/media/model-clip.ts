import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeTemporaryFolder } from '#core/base/files/leftovers.ts';
import type { VideoProbe } from '#shared/domain/video.ts';
import type { ClipRange } from './clip-range.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { planSeek } from './frame-seek.ts';
import type { FrameSource } from './frame-source.ts';
import { requireSuccess } from './media-errors.ts';
import { mapPictures } from './picture-stream.ts';
import { words } from '#shared/words/words.ts';

export interface ModelClipRequest extends FrameSource {
  readonly ffmpeg: Ffmpeg;
  readonly probe: FrameSource['probe'] & Pick<VideoProbe, 'displayWidth' | 'displayHeight'>;
  readonly range: ClipRange;
  /** Longest side in pixels; a smaller video is not enlarged. */
  readonly maxSizePx: number;
  readonly signal: AbortSignal;
}

/** Models look at a few frames of a second: quick to encode and small to send counts for more than the last detail. */
const H264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '26', '-pix_fmt', 'yuv420p'] as const;

/**
 * Exactly the frames of `range` as an MP4 (H.264, no audio) for a model that takes videos. Written to a temporary file, because players
 * find length and frame count only in an index that a pipe cannot hold.
 * Throws `media-corrupt`, `tool-missing`, `cancelled`, `disk-full`.
 */
export async function readModelClip(request: ModelClipRequest): Promise<Buffer> {
  const { ffmpeg, range, signal } = request;
  const plan = await planSeek(ffmpeg, request, range.startFrame, signal);
  const folder = makeTemporaryFolder(tmpdir(), 'clip');
  try {
    const target = path.join(folder, 'clip.mp4');
    const report = await ffmpeg.writeFiles({
      inputPath: request.path,
      inputOptions: plan.inputOptions,
      outputs: [
        {
          target,
          options: [
            ...mapPictures(request.probe.stream),
            '-vf',
            filterOf(request, plan.filter),
            '-fps_mode',
            'vfr',
            ...H264,
            '-movflags',
            '+faststart',
            '-f',
            'mp4',
          ],
        },
      ],
      signal,
    });
    requireSuccess(report, request.path, words('media.notCutForModel'));
    return await readFile(target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** In the shape that it has on screen. */
function filterOf({ range: { startFrame, endFrame }, maxSizePx, clock: { rate }, probe }: ModelClipRequest, from: string): string {
  const { displayWidth, displayHeight } = probe;
  const share = Math.min(1, maxSizePx / Math.max(displayWidth, displayHeight));
  // H.264 in 4:2:0 needs even sides.
  const [width, height] = [displayWidth, displayHeight].map((side) => Math.max(2, 2 * Math.floor((side * share) / 2)));
  const times = ['repaired', 'none'].includes(probe.stream?.clock ?? 'own')
    ? `setpts='round(N*${rate.den}/(${rate.num}*TB))'`
    : 'setpts=PTS-STARTPTS';
  return [from, `trim=end_frame=${endFrame - startFrame}`, times, `scale=${width}:${height}`, 'setsar=1'].join(',');
}
