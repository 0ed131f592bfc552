import { takeTurns } from '#core/base/turns.ts';
import type { TextRecogniser } from '#core/engines/text-recogniser.ts';
import type { VideoDocument } from '#core/project/documents/video-document.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { backgroundDetail } from '#core/project/screen-text/background-detail.ts';
import { type FrameReading, joinReadings } from '#core/project/screen-text/join-readings.ts';
import type { ScreenTextService } from '#core/project/screen-text/screen-text-service.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { untilAborted } from '#core/base/until-aborted.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import type { ScreenFrame } from '#shared/domain/screen-text.ts';
import type { Shot } from '#shared/domain/shot.ts';
import { indexByPlace } from '#shared/domain/place-index.ts';
import { frameToUs } from '#shared/domain/time.ts';
import type { readTextStep } from '#shared/steps/read-text.ts';
import type { JobContext } from '#core/jobs/job-definition.ts';
import { namingPlace, placeOfShot } from '../name-place.ts';
import { framesOf, picturesOf, type ShotPictures } from '../shot-pictures.ts';
import type { StepJob } from '../step-room.ts';
import { ReadTextParams } from './plan.ts';

/** Longest side of a picture that is read, in pixels: at 640 a line of 16 of 720 pixels in height is lost, at 960 it is not. */
const PICTURE_SIZE_PX = 960;
/** A shot shorter than this is read once, in its middle; a longer one twice, for text comes and goes. */
const ONE_FRAME_US = 2_000_000;

export interface ReadTextParts {
  readonly videos: VideosService;
  readonly screenText: ScreenTextService;
  readonly ffmpeg: Ffmpeg;
  documentOf(videoId: VideoId): VideoDocument;
  /** @throws AppError `model-missing`, `model-broken` */
  openTextRecogniser(): Promise<TextRecogniser>;
}

/** Reads the text in one or two frames of each shot; each shot is stored as soon as it is read. */
export function readTextJobKind(parts: ReadTextParts): StepJob<typeof readTextStep, typeof ReadTextParams> {
  async function run(context: JobContext, params: ReadTextParams): Promise<{ read: number; lines: number }> {
    const document = parts.documentOf(params.videoId);
    const targets = targetShots(document, params).map((shot) => ({ shot, frames: framesToRead(shot, document) }));
    const done = parts.screenText.framesOfJob(params.videoId, context.jobId);
    const open = targets.filter(({ frames }) => !frames.every((frame) => done.has(frame)));
    let readCount = targets.length - open.length;
    let lineCount = document.screenTexts.filter(({ frame }) => done.has(frame)).length;
    if (open.length > 0) {
      context.progress('load', 0);
      const recogniser = await untilAborted(parts.openTextRecogniser(), context.signal);
      try {
        for await (const { shot, pictures } of picturesOf(parts, {
          document,
          wanted: open,
          sizePx: PICTURE_SIZE_PX,
          signal: context.signal,
        })) {
          lineCount += await namingPlace(placeOfShot(document, shot), () => readShot(context, recogniser, { shot, pictures }));
          readCount++;
          context.progress('read', readCount / targets.length);
        }
      } finally {
        await recogniser.dispose();
      }
    }
    return { read: readCount, lines: lineCount };
  }

  async function readShot(context: JobContext, recogniser: TextRecogniser, { shot, pictures }: ShotPictures): Promise<number> {
    const frames: ScreenFrame[] = [];
    const readings: FrameReading[] = [];
    for (const picture of pictures) {
      const lines = await recogniser.recognise(picture, { signal: context.signal });
      frames.push({ frame: picture.frame, backgroundDetail: backgroundDetail(picture, lines) });
      readings.push({ frame: picture.frame, lines });
    }
    const lines = await joinReadings(readings, takeTurns(context.signal));
    parts.screenText.store({
      videoId: shot.videoId,
      shot,
      frames,
      lines,
      engine: recogniser.id,
      modelSha256: recogniser.modelSha256,
      jobId: context.jobId,
    });
    return lines.length;
  }

  return {
    kind: 'read-text',
    lane: 'inference',
    paramsSchema: ReadTextParams,
    stages: [
      { name: 'load', weight: 2 },
      { name: 'read', weight: 98 },
    ],
    run,
  };
}

function targetShots({ shots, screenFrames }: VideoDocument, { targets }: ReadTextParams): Shot[] {
  if ('shotIds' in targets) {
    const wanted = new Set(targets.shotIds);
    return shots.filter((shot) => wanted.has(shot.id));
  }
  if (targets.which === 'all') return [...shots];
  const framesIn = indexByPlace(screenFrames, ({ frame }) => frame);
  return shots.filter((shot) => framesIn(shot.startFrame, shot.endFrame).length === 0);
}

function framesToRead(shot: Shot, document: VideoDocument): number[] {
  const lengthUs = frameToUs(document.clock, shot.endFrame) - frameToUs(document.clock, shot.startFrame);
  return framesOf(shot, document, lengthUs < ONE_FRAME_US ? 1 : 2);
}
