import type { VideoProbe } from '#shared/domain/video.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { isFrameAt, jumpsTo, planFromStart, requireCounted, watchRun, type SeekPlan } from './frame-seek.ts';
import type { FrameSource } from './frame-source.ts';
import { JPEG_ENCODER, jpegFitFilter } from './jpeg.ts';
import { corruptError } from './media-errors.ts';
import { mapPictures, steadyShape } from './picture-stream.ts';
import { SHOWINFO, type ShownFrame } from './showinfo.ts';
import { readAll } from './tool-process.ts';
import { words } from '#shared/words/words.ts';

export interface StillRequest extends FrameSource {
  readonly ffmpeg: Ffmpeg;
  readonly probe: FrameSource['probe'] & Pick<VideoProbe, 'sampleAspectRatio'>;
  readonly frame: number;
  /** In pixels; a smaller video is not enlarged. */
  readonly maxWidth: number;
  readonly signal: AbortSignal;
}

/**
 * One frame as JPEG, upright, with square pixels. It is exactly the frame of that index: ffmpeg jumps to the key frame before it, and
 * the time of the frame that comes out is checked; where the jump missed, the video is decoded from its start.
 * Throws `media-corrupt` when the video does not give this frame, `tool-missing`, `cancelled`.
 */
export async function readStill(request: StillRequest): Promise<Buffer> {
  for await (const plan of jumpsTo(request.ffmpeg, request, request.frame, request.signal)) {
    const { jpeg, shown, isDoubtful } = await decodeOne(request, plan);
    if (jpeg.length > 0 && !isDoubtful && isFrameAt(request, request.frame, shown?.timeUs ?? null)) return jpeg;
  }
  const { jpeg, shown } = await decodeOne(request, planFromStart(request.frame, request.probe));
  requireCounted(request, request.frame, shown?.timeUs ?? null);
  if (jpeg.length > 0) return jpeg;
  throw corruptError(request.path, words('media.frameNotDecodable', { frame: request.frame }));
}

interface Decoded {
  readonly jpeg: Buffer;
  readonly shown: ShownFrame | null;
  readonly isDoubtful: boolean;
}

async function decodeOne(request: StillRequest, plan: SeekPlan): Promise<Decoded> {
  const { ffmpeg, path, probe, maxWidth, signal } = request;
  const shown = watchRun(request);
  const filter = [plan.filter, SHOWINFO, ...steadyShape(probe), jpegFitFilter(maxWidth)].join(',');
  const args = [
    ...mapPictures(probe.stream),
    '-vf',
    filter,
    '-fps_mode',
    'passthrough',
    '-frames:v',
    '1',
    ...JPEG_ENCODER,
    '-f',
    'image2pipe',
    'pipe:1',
  ];
  const tool = await ffmpeg.stream({ input: { path, options: plan.inputOptions }, args, log: 'info', signal, onStderrLine: shown.line });
  const { output: jpeg, exit } = await readAll(tool);
  shown.end();
  if (exit.failure !== null) throw exit.failure;
  return { jpeg, shown: await shown.next(), isDoubtful: shown.isDoubtful() };
}
