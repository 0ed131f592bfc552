import { z } from 'zod';
import { DEFAULT_NO_REPEAT_NGRAM_SIZE } from '#core/engines/captioners/decoding.ts';
import type { Captioner, CaptionResult, Picture } from '#core/engines/engine.ts';
import { type RenderedPrompt, renderPrompt } from '#core/engines/prompt.ts';
import { speechOfShot } from '#core/formats/document-texts.ts';
import type { VideoDocument } from '#core/formats/format.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { fitSize, readFramesAt } from '#core/media/frame-reader.ts';
import { readModelClip } from '#core/media/model-clip.ts';
import type { ShotsService } from '#core/shots/shots-service.ts';
import type { TextsService } from '#core/texts/texts-service.ts';
import type { VideosService } from '#core/videos/videos-service.ts';
import type { Events } from '#shared/contract/events.ts';
import { AppError } from '#shared/contract/errors.ts';
import { ShotId, VideoId } from '#shared/domain/ids.ts';
import type { Shot } from '#shared/domain/shot.ts';
import { CaptionTask, isLowConfidence, MAX_CANDIDATES, type Revision } from '#shared/domain/text.ts';
import type { VideoProbe } from '#shared/domain/video.ts';
import { forEachInFlight } from '../in-flight.ts';
import type { JobContext, JobDefinition } from '../job-definition.ts';
import { candidateOptions, framesOf, targetShots } from './caption-plan.ts';

export const CaptionParams = z.object({
  videoId: VideoId,
  task: CaptionTask.default('visual'),
  targets: z.union([z.object({ shotIds: z.array(ShotId).min(1) }), z.object({ which: z.enum(['missing', 'stale', 'all']) })]),
  captionerId: z.string(),
  framesPerShot: z.int().min(1).max(8),
  promptTemplate: z.string(),
  /** Texts for each shot: the first as asked, the others sampled. */
  candidates: z.int().min(1).max(MAX_CANDIDATES).default(1),
  generation: z.object({
    maxNewTokens: z.int().positive(),
    temperature: z.number(),
    topP: z.number(),
    seed: z.int(),
    noRepeatNgramSize: z.int().nonnegative().default(DEFAULT_NO_REPEAT_NGRAM_SIZE),
  }),
});
export type CaptionParams = z.infer<typeof CaptionParams>;

/** What the undo step of a whole job is called. */
const LABELS: Readonly<Record<CaptionTask, string>> = { visual: 'Caption shots', narration: 'Narrate shots' };

/**
 * Longest side of a picture for a captioner that asks for no other, in pixels; models scale down further by themselves. The shorter side
 * counts: models of 384×384 stretch a wide frame, and below 384 rows they would see a blurred one (`models/convert/compare-resize.ts`).
 */
const PICTURE_SIZE_PX = 704;

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
  /** Shots that a narration left out because nothing is said in them. */
  withoutSpeech: number;
}

interface ShotWork {
  readonly context: JobContext;
  readonly params: CaptionParams;
  readonly document: VideoDocument;
  readonly captioner: Captioner;
  readonly counts: Counts;
}

interface DraftWork extends Pick<ShotWork, 'context' | 'params' | 'captioner' | 'document'> {
  readonly shot: Shot;
  readonly signal: AbortSignal;
}

/** One text that the model wrote for a shot, not stored yet. */
interface Draft {
  readonly result: CaptionResult;
  readonly generation: CaptionParams['generation'];
  readonly notes: readonly string[];
  readonly frames: number[];
  readonly durationMs: number;
}

interface ShotPictures {
  readonly shot: Shot;
  readonly pictures: readonly Picture[];
}

interface PictureWork {
  readonly shots: readonly Shot[];
  readonly document: VideoDocument;
  readonly params: CaptionParams;
  readonly sizePx: number;
  readonly signal: AbortSignal;
}

/**
 * Captions shots with a vision-language model; the video is decoded once, each caption is stored as soon as it is there. As many shots are
 * in the works at once as the captioner can take; the first that fails ends the job, keeping what is finished.
 */
export function captionJobKind(parts: CaptionParts): JobDefinition<typeof CaptionParams> {
  async function run(context: JobContext, params: CaptionParams): Promise<Record<string, unknown>> {
    const document = parts.documentOf(params.videoId);
    const wanted = targetShots(document, params);
    const targets = params.task === 'narration' ? spokenShots(wanted, document) : wanted;
    const open = targets.filter((shot) => !isDoneBy(context, shot, params.task));
    const counts: Counts = { captioned: targets.length - open.length, flagged: 0, skipped: 0, withoutSpeech: wanted.length - targets.length };
    if (open.length > 0) {
      context.progress('load', 0);
      const captioner = await parts.openCaptioner(params.captionerId);
      try {
        const pictures = picturesOf({ shots: open, document, params, sizePx: captioner.pictureSizePx ?? PICTURE_SIZE_PX, signal: context.signal });
        await forEachInFlight(pictures, { limit: captioner.parallel ?? 1, signal: context.signal }, async (shot, signal) => {
          await captionShot({ context, params, document, captioner, counts }, shot, signal);
          context.progress('caption', (counts.captioned + counts.skipped) / targets.length);
        });
      } finally {
        await captioner.dispose();
      }
    }
    return { ...counts };
  }

  /** A shot that this job captioned before it was interrupted. */
  function isDoneBy({ jobId }: JobContext, shot: Shot, kind: CaptionTask): boolean {
    return parts.texts.revisions({ videoId: shot.videoId, shotId: shot.id, kind }).some((revision) => revision.jobId === jobId);
  }

  async function* picturesOf({ shots, document, params, sizePx, signal }: PictureWork): AsyncGenerator<ShotPictures> {
    const probe = requireProbe(document);
    const wanted = shots.map((shot) => ({ shot, frames: framesOf(shot, document, params.framesPerShot) }));
    const reader = readFramesAt({
      ffmpeg: parts.ffmpeg,
      path: parts.videos.pathOf(params.videoId),
      clock: document.clock,
      startUs: probe.startUs,
      frames: wanted.flatMap(({ frames }) => frames),
      size: fitSize(probe, sizePx),
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

  async function captionShot({ context, params, document, captioner, counts }: ShotWork, { shot, pictures }: ShotPictures, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    // Frames that a damaged file promised and did not give: there is nothing to caption.
    if (pictures.length === 0) {
      counts.skipped++;
      return;
    }
    const prompt = promptFor(shot, document, params);
    const work: DraftWork = { context, params, captioner, document, shot, signal };
    const drafts: Draft[] = [];
    for (let index = 0; index < params.candidates; index++) {
      const draft = await writeDraft(work, { index, prompt, pictures });
      if (!drafts.some((other) => other.result.text === draft.result.text)) drafts.push(draft);
    }
    if (!isStillThere(shot)) {
      counts.skipped++;
      return;
    }
    let first: Revision | undefined;
    for (const draft of drafts) {
      const revision = store(work, draft, first);
      first ??= revision;
    }
    if (first === undefined) return;
    counts.captioned++;
    if (isLowConfidence(first)) counts.flagged++;
    announce(work, first.text, first);
  }

  async function writeDraft(work: DraftWork, given: { index: number; prompt: RenderedPrompt; pictures: readonly Picture[] }): Promise<Draft> {
    const startedMs = performance.now();
    const { prompt, pictures, index } = given;
    const generation = candidateOptions(work.params.generation, index);
    const result = await work.captioner.caption(
      { pictures, prompt: prompt.text, generation },
      { signal: work.signal, onText: (text) => announce(work, text, null), clip: (maxSizePx) => clipOf(work, maxSizePx) },
    );
    return { result, generation, notes: [...prompt.notes, ...result.notes], frames: pictures.map(({ frame }) => frame), durationMs: performance.now() - startedMs };
  }

  /** The shot itself, for captioners that take films. */
  function clipOf({ shot, document, signal }: DraftWork, maxSizePx: number): Promise<Buffer> {
    const { startUs } = requireProbe(document);
    const source = { path: parts.videos.pathOf(shot.videoId), clock: document.clock, startUs };
    return readModelClip({ ffmpeg: parts.ffmpeg, ...source, range: shot, maxSizePx, signal });
  }

  function store({ context, params, captioner, shot }: DraftWork, draft: Draft, beside: Revision | undefined): Revision {
    const { result, generation, notes, frames, durationMs } = draft;
    return parts.texts.addModelRevision({
      videoId: shot.videoId,
      shotId: shot.id,
      kind: params.task,
      text: result.text,
      links: [],
      jobId: context.jobId,
      meanLogProb: result.meanLogProb,
      actor: context.actor,
      label: LABELS[params.task],
      ...(beside === undefined ? {} : { beside }),
      provenance: {
        engine: captioner.id,
        model: result.model ?? captioner.id,
        modelSha256: result.modelSha256,
        prompt: result.renderedPrompt,
        frames,
        options: { ...generation, notes },
        device: result.device,
        durationMs,
      },
    });
  }

  function announce({ context, params, shot }: Pick<DraftWork, 'context' | 'params' | 'shot'>, text: string, revision: Revision | null): void {
    parts.onText({ jobId: context.jobId, videoId: shot.videoId, shotId: shot.id, kind: params.task, text, revisionId: revision?.id ?? null });
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

  function promptFor(shot: Shot, document: VideoDocument, params: CaptionParams): RenderedPrompt {
    const index = document.shots.findIndex((other) => other.id === shot.id);
    const before = document.shots[index - 1];
    const previous = before === undefined ? null : parts.texts.currentOf({ videoId: shot.videoId, shotId: before.id, kind: params.task });
    return renderPrompt(params.promptTemplate, {
      asr: speechOfShot(document, shot),
      previous: previous?.text ?? '',
      title: document.video.name,
      index: index + 1,
    });
  }
}

function requireProbe({ video }: VideoDocument): VideoProbe {
  if (video.probe === null) throw new AppError('media-missing', `"${video.name}" has not been measured yet. Wait for its import, or see why that failed.`);
  return video.probe;
}

/** Shots in which something is said: only they can be narrated. */
function spokenShots(shots: readonly Shot[], document: VideoDocument): Shot[] {
  const spoken = shots.filter((shot) => speechOfShot(document, shot) !== '');
  if (shots.length > 0 && spoken.length === 0)
    throw new AppError('invalid-input', `Nothing is said in ${shots.length === 1 ? 'this shot' : 'these shots'} of "${document.video.name}", so there is nothing to narrate. Import its subtitles or recognise its speech first.`);
  return spoken;
}
