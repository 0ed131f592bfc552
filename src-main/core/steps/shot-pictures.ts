import { captionFrames } from './caption-frames.ts';
import type { Picture } from '#core/media/pictures.ts';
import type { VideoDocument } from '#core/project/documents/video-document.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { fitSize, readFramesAt } from '#core/media/frame-reader.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { Shot } from '#shared/domain/shot.ts';
import type { VideoProbe } from '#shared/domain/video.ts';
import { words } from '#shared/words/words.ts';

export interface ShotPictures {
  readonly shot: Shot;
  /** Fewer than were wanted where a damaged video does not give them. */
  readonly pictures: readonly Picture[];
}

export interface PictureWork {
  readonly document: VideoDocument;
  /** In the order of the video; frames ascending. */
  readonly wanted: readonly { readonly shot: Shot; readonly frames: readonly number[] }[];
  /** Longest side, in pixels. */
  readonly sizePx: number;
  readonly signal: AbortSignal;
}

/** `count` frames of a shot that show it alone, without the transitions at its ends. */
export function framesOf(shot: Shot, document: VideoDocument, count: number): number[] {
  const next = document.shots.find((other) => other.startFrame === shot.endFrame);
  return captionFrames({ ...shot, nextTransition: next?.transition ?? null }, count);
}

/** Pictures of shots, one shot after another; the video is decoded once. */
export async function* picturesOf(
  parts: { readonly ffmpeg: Ffmpeg; readonly videos: VideosService },
  work: PictureWork,
): AsyncGenerator<ShotPictures> {
  const { document, wanted, sizePx, signal } = work;
  const probe = requireProbe(document);
  const source = await parts.videos.openSource(document.video.id);
  const frames = readFramesAt({
    ffmpeg: parts.ffmpeg,
    path: source.path,
    clock: document.clock,
    probe,
    frames: wanted.flatMap(({ frames }) => frames),
    size: fitSize(probe, sizePx),
    signal,
  });
  const reader = source.guard(frames);
  try {
    let next = await reader.next();
    for (const { shot, frames } of wanted) {
      const pictures: Picture[] = [];
      // A damaged video may leave frames out: what comes belongs to the shot by its index.
      const lastFrame = frames.at(-1) ?? -1;
      while (next.done !== true && next.value.frame <= lastFrame) {
        pictures.push(next.value);
        next = await reader.next();
      }
      yield { shot, pictures };
    }
  } finally {
    await reader.return();
  }
}

export function requireProbe({ video }: VideoDocument): VideoProbe {
  if (video.probe === null) throw new AppError('media-missing', words('steps.notAnalysed', { video: video.name }));
  return video.probe;
}
