import { z } from 'zod';
import { captionFrames } from '#core/engines/caption-frames.ts';
import type { Captioner, Picture } from '#core/engines/engine.ts';
import { renderPrompt } from '#core/engines/prompt.ts';
import { speechOfShot } from '#core/formats/document-texts.ts';
import type { VideoDocument } from '#core/formats/format.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { fitSize, readFramesAt } from '#core/media/frame-reader.ts';
import type { ShotsService } from '#core/shots/shots-service.ts';
import type { TextsService } from '#core/texts/texts-service.ts';
import type { VideosService } from '#core/videos/videos-service.ts';
import type { Events } from '#shared/contract/events.ts';
import { AppError } from '#shared/contract/errors.ts';
import { ShotId, VideoId } from '#shared/domain/ids.ts';
import type { Shot } from '#shared/domain/shot.ts';
import { isLowConfidence, type Revision } from '#shared/domain/text.ts';
import type { JobContext, JobDefinition } from '../job-definition.ts';

export const CaptionParams = z.object({
  videoId: VideoId,
  targets: z.union([z.object({ shotIds: z.array(ShotId).min(1) }), z.object({ which: z.enum(['missing', 'stale', 'all']) })]),
  captionerId: z.string(),
  framesPerShot: z.int().min(1).max(8),
  promptTemplate: z.string(),
  generation: z.object({ maxNewTokens: z.int().positive(), temperature: z.number(), topP: z.number(), seed: z.int() }),
});
export type CaptionParams = z.infer<typeof CaptionParams>;

/** Longest side of a picture for a captioner, in pixels; models scale down further by themselves. */
const PICTURE_SIZE_PX = 448;

export interface CaptionParts {
  readonly videos: VideosService;
  readonly shots: ShotsService;
  readonly texts: TextsService;
  readonly ffmpeg: Ffmpeg;
  documentOf(videoId: VideoId): VideoDocument;
  openCaptioner(id: string): Promise<Captioner>;
  onText(event: Events['captionText']): void;
}

interface Counts {
  captioned: number;
  flagged: number;
  /** Shots that were moved or removed while their caption was being written. */
  skipped: number;
}

/** Captions shots with a vision-language model; the video is decoded once, each caption is stored as soon as it is there. */
export function captionJobKind(parts: CaptionParts): JobDefinition<typeof CaptionParams> {
  async function run(context: JobContext, params: CaptionParams): Promise<Record<string, unknown>> {
    const document = parts.documentOf(params.videoId);
    const targets = targetShots(document, params);
    const open = targets.filter((shot) => !isDoneBy(context, shot));
    const counts: Counts = { captioned: targets.length - open.length, flagged: 0, skipped: 0 };
    if (open.length > 0) {
      context.progress('load', 0);
      const captioner = await parts.openCaptioner(params.captionerId);
      try {
        for await (const { shot, pictures } of picturesOf(open, document, params, context.signal)) {
          await captionShot({ context, params, document, captioner, counts }, shot, pictures);
          context.progress('caption', (counts.captioned + counts.skipped) / targets.length);
        }
      } finally {
        await captioner.dispose();
      }
    }
    return { ...counts };
  }

  /** A shot that this job captioned before it was interrupted. */
  function isDoneBy({ jobId }: JobContext, shot: Shot): boolean {
    return parts.texts.revisions({ videoId: shot.videoId, shotId: shot.id, kind: 'visual' }).some((revision) => revision.jobId === jobId);
  }

  async function* picturesOf(
    shots: readonly Shot[],
    document: VideoDocument,
    params: CaptionParams,
    signal: AbortSignal,
  ): AsyncGenerator<{ shot: Shot; pictures: Picture[] }> {
    const { probe } = document.video;
    if (probe === null) throw new AppError('media-missing', `"${document.video.name}" has not been measured yet. Wait for its import, or see why that failed.`);
    const wanted = shots.map((shot) => ({ shot, frames: framesOf(shot, document, params.framesPerShot) }));
    const reader = readFramesAt({
      ffmpeg: parts.ffmpeg,
      path: parts.videos.pathOf(params.videoId),
      clock: document.clock,
      startUs: probe.startUs,
      frames: wanted.flatMap(({ frames }) => frames),
      size: fitSize(probe, PICTURE_SIZE_PX),
      signal,
    });
    try {
      let next = await reader.next();
      for (const { shot, frames } of wanted) {
        const pictures: Picture[] = [];
        // A damaged film may leave frames out: what comes belongs to the shot by its index.
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

  interface ShotWork {
    readonly context: JobContext;
    readonly params: CaptionParams;
    readonly document: VideoDocument;
    readonly captioner: Captioner;
    readonly counts: Counts;
  }

  async function captionShot({ context, params, document, captioner, counts }: ShotWork, shot: Shot, pictures: Picture[]): Promise<void> {
    context.signal.throwIfAborted();
    // Frames that a damaged file promised and did not give: there is nothing to caption.
    if (pictures.length === 0) {
      counts.skipped++;
      return;
    }
    const startedMs = performance.now();
    const announce = (text: string, revision: Revision | null): void =>
      parts.onText({ jobId: context.jobId, videoId: shot.videoId, shotId: shot.id, text, revisionId: revision?.id ?? null });
    const prompt = promptFor(shot, document, params);
    const frames = pictures.map((picture) => picture.frame);
    const result = await captioner.caption(
      { pictures, prompt: prompt.text, generation: params.generation },
      { signal: context.signal, onText: (text) => announce(text, null) },
    );
    if (!isStillThere(shot)) {
      counts.skipped++;
      return;
    }
    const revision = parts.texts.addModelRevision({
      videoId: shot.videoId,
      shotId: shot.id,
      kind: 'visual',
      text: result.text,
      links: [],
      jobId: context.jobId,
      meanLogProb: result.meanLogProb,
      actor: context.actor,
      label: 'Caption shots',
      provenance: {
        engine: captioner.id,
        model: captioner.id,
        modelSha256: result.modelSha256,
        prompt: result.renderedPrompt,
        frames,
        options: { ...params.generation, notes: [...prompt.notes, ...result.notes] },
        device: result.device,
        durationMs: performance.now() - startedMs,
      },
    });
    counts.captioned++;
    if (isLowConfidence(revision)) counts.flagged++;
    announce(result.text, revision);
  }

  function isStillThere(shot: Shot): boolean {
    return parts.shots.list(shot.videoId).some((now) => now.id === shot.id && now.startFrame === shot.startFrame && now.endFrame === shot.endFrame);
  }

  return {
    kind: 'caption',
    lane: 'inference',
    paramsSchema: CaptionParams,
    stages: [
      { name: 'load', weight: 2 },
      { name: 'caption', weight: 98 },
    ],
    run,
  };

  function promptFor(shot: Shot, document: VideoDocument, params: CaptionParams): ReturnType<typeof renderPrompt> {
    const index = document.shots.findIndex((other) => other.id === shot.id);
    const before = document.shots[index - 1];
    const previous = before === undefined ? null : parts.texts.currentOf({ videoId: shot.videoId, shotId: before.id, kind: 'visual' });
    return renderPrompt(params.promptTemplate, {
      asr: speechOfShot(document, shot),
      previous: previous?.text ?? '',
      title: document.video.name,
      index: index + 1,
    });
  }
}

function targetShots(document: VideoDocument, { targets }: CaptionParams): Shot[] {
  if ('shotIds' in targets) {
    const wanted = new Set(targets.shotIds);
    return document.shots.filter((shot) => wanted.has(shot.id));
  }
  const { which } = targets;
  return document.shots.filter((shot) => {
    const current = document.texts.find((text) => text.kind === 'visual' && text.shotId === shot.id);
    if (which === 'all') return true;
    if (which === 'stale') return current !== undefined && current.staleReason !== null;
    return current === undefined || current.text.trim() === '';
  });
}

function framesOf(shot: Shot, document: VideoDocument, count: number): number[] {
  const next = document.shots.find((other) => other.startFrame === shot.endFrame);
  return captionFrames({ ...shot, nextTransition: next?.transition ?? null }, count);
}
