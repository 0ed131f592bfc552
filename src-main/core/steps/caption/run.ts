import type { z } from 'zod';
import type { Captioner, CaptionResult } from '#core/engines/captioner.ts';
import type { Picture } from '#core/media/pictures.ts';
import type { VideoDocument } from '#core/project/documents/video-document.ts';
import { type RenderedPrompt, renderPrompt } from '#core/engines/prompt.ts';
import { indexTexts, type TextsOfVideo } from '#core/project/documents/document-texts.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { readModelClip } from '#core/media/model-clip.ts';
import { indexTitleCards, type TitleCardCaption } from '#core/project/screen-text/title-card.ts';
import type { ShotsService } from '#core/project/shots/shots-service.ts';
import type { TextsService } from '#core/project/texts/texts-service.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { untilAborted } from '#core/base/until-aborted.ts';
import type { Events } from '#shared/contract/events.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { JobId, VideoId } from '#shared/domain/ids.ts';
import type { Shot } from '#shared/domain/shot.ts';
import { type CaptionTask, isLowConfidence, type Revision } from '#shared/domain/text.ts';
import { forEachInFlight } from '#core/base/in-flight.ts';
import type { captionStep } from '#shared/steps/caption.ts';
import { words, type Words } from '#shared/words/words.ts';
import type { JobContext } from '#core/jobs/job-definition.ts';
import { namingPlace, placeOfShot } from '../name-place.ts';
import { framesOf, picturesOf, requireProbe, type ShotPictures } from '../shot-pictures.ts';
import type { StepJob } from '../step-room.ts';
import { CaptionParams } from './plan.ts';
import { candidateOptions, targetShots } from './target-shots.ts';

/** What the undo step of a whole job is called. */
const LABELS = { visual: 'edits.captionShots', narration: 'edits.narrateShots' } as const satisfies Record<CaptionTask, string>;

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

/** What was done so far. */
type Counts = z.output<typeof captionStep.result>;

interface ShotWork {
  readonly context: JobContext;
  readonly params: CaptionParams;
  readonly document: VideoDocument;
  readonly texts: TextsOfVideo;
  readonly captioner: Captioner;
  readonly counts: Counts;
}

interface TitleCardWork extends Pick<ShotWork, 'context' | 'params' | 'counts'> {
  readonly cardOf: (shot: Shot) => TitleCardCaption | null;
}

interface DraftWork extends Pick<ShotWork, 'context' | 'params' | 'captioner' | 'document'> {
  readonly shot: Shot;
  readonly signal: AbortSignal;
  /** The shot as a video. */
  clip(maxSizePx: number): Promise<Buffer>;
}

/** One text that the model wrote for a shot, not stored yet. */
interface Draft {
  readonly result: CaptionResult;
  readonly generation: CaptionParams['generation'];
  readonly notes: readonly string[];
  readonly frames: number[];
  readonly durationMs: number;
}

/**
 * Captions shots with a vision-language model; the video is decoded once, each caption is stored as soon as it is there. As many shots are
 * in the works at once as the captioner can take; the first that fails ends the job, keeping what is finished.
 */
export function captionJobKind(parts: CaptionParts): StepJob<typeof captionStep, typeof CaptionParams> {
  async function run(context: JobContext, params: CaptionParams): Promise<Counts> {
    const document = parts.documentOf(params.videoId);
    const texts = indexTexts(document);
    const wanted = targetShots(document, params);
    const targets = params.task === 'narration' ? spokenShots(wanted, texts, params) : wanted;
    const earlier = targets.map((shot) => ({ shot, text: textBy(context, shot, params.task) }));
    const undone = earlier.flatMap(({ shot, text }) => (text === undefined ? [shot] : []));
    const done = earlier.flatMap(({ text }) => text ?? []);
    const counts: Counts = {
      captioned: done.length,
      flagged: done.filter(isLowConfidence).length,
      skipped: 0,
      withoutSpeech: wanted.length - targets.length,
    };
    const cardOf = indexTitleCards(document);
    const open = undone.filter((shot) => !captionTitleCard({ context, params, counts, cardOf }, shot));
    if (open.length > 0) {
      context.progress('load', 0);
      const captioner = await untilAborted(parts.openCaptioner(params.captionerId), context.signal);
      try {
        const pictures = picturesOf(parts, {
          document,
          wanted: open.map((shot) => ({ shot, frames: framesOf(shot, document, params.framesPerShot) })),
          sizePx: captioner.pictureSizePx ?? PICTURE_SIZE_PX,
          signal: context.signal,
        });
        await forEachInFlight(pictures, { limit: captioner.parallel ?? 1, signal: context.signal }, async (shot, signal) => {
          await captionShot({ context, params, document, texts, captioner, counts }, shot, signal);
          context.progress('caption', (counts.captioned + counts.skipped) / targets.length);
        });
      } finally {
        await captioner.dispose();
      }
    }
    return counts;
  }

  /** What this job wrote for a shot before it was interrupted; undefined where it had not come to it. */
  function textBy({ jobId }: JobContext, shot: Shot, kind: CaptionTask): Revision | undefined {
    return parts.texts.byJob({ videoId: shot.videoId, shotId: shot.id, kind }, jobId) ?? undefined;
  }

  /** What is read on a title card says more than any model of its picture. */
  function captionTitleCard({ context, params, counts, cardOf }: TitleCardWork, shot: Shot): boolean {
    const card = params.task === 'visual' && params.titleCardsFromText ? cardOf(shot) : null;
    if (card === null) return false;
    const revision = parts.texts.addModelRevision({
      videoId: shot.videoId,
      shotId: shot.id,
      kind: 'visual',
      ...card,
      ...storedBy(context, params),
    });
    counts.captioned++;
    if (isLowConfidence(revision)) counts.flagged++;
    announce({ context, params, shot }, card.text, revision);
    return true;
  }

  async function captionShot(
    { context, params, document, texts, captioner, counts }: ShotWork,
    { shot, pictures }: ShotPictures,
    signal: AbortSignal,
  ): Promise<void> {
    signal.throwIfAborted();
    // Frames that a damaged file promised and did not give: there is nothing to caption.
    if (pictures.length === 0) {
      counts.skipped++;
      return;
    }
    const prompt = promptFor(shot, texts, params);
    let clip: Promise<Buffer> | undefined;
    // Made when it is asked for, and once for all candidates.
    const clipOnce = (maxSizePx: number): Promise<Buffer> => (clip ??= clipOf({ document, shot, signal }, maxSizePx));
    const work: DraftWork = { context, params, captioner, document, shot, signal, clip: clipOnce };
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

  async function writeDraft(
    work: DraftWork,
    given: { index: number; prompt: RenderedPrompt; pictures: readonly Picture[] },
  ): Promise<Draft> {
    const startedMs = performance.now();
    const { prompt, pictures, index } = given;
    const generation = candidateOptions(work.params.generation, index);
    const request = { pictures, prompt: prompt.text, generation };
    const context = { signal: work.signal, onText: (text: string) => announce(work, text, null), clip: work.clip };
    const result = await namingPlace(placeOfShot(work.document, work.shot), () => work.captioner.caption(request, context));
    return {
      result,
      generation,
      notes: [...prompt.notes, ...result.notes],
      frames: pictures.map(({ frame }) => frame),
      durationMs: performance.now() - startedMs,
    };
  }

  /** The shot itself, for captioners that take videos. */
  async function clipOf({ shot, document, signal }: Pick<DraftWork, 'shot' | 'document' | 'signal'>, maxSizePx: number): Promise<Buffer> {
    const probe = requireProbe(document);
    const source = await parts.videos.openSource(shot.videoId);
    return source.checked(() =>
      readModelClip({ ffmpeg: parts.ffmpeg, path: source.path, clock: document.clock, probe, range: shot, maxSizePx, signal }),
    );
  }

  function store({ context, params, captioner, shot }: DraftWork, draft: Draft, beside: Revision | undefined): Revision {
    const { result, generation, notes, frames, durationMs } = draft;
    return parts.texts.addModelRevision({
      videoId: shot.videoId,
      shotId: shot.id,
      kind: params.task,
      text: result.text,
      meanLogProb: result.meanLogProb,
      ...storedBy(context, params),
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

  function storedBy({ jobId, actor }: JobContext, { task }: CaptionParams): { jobId: JobId; actor: string; label: Words; links: [] } {
    return { jobId, actor, label: words(LABELS[task]), links: [] };
  }

  function announce(
    { context, params, shot }: Pick<DraftWork, 'context' | 'params' | 'shot'>,
    text: string,
    revision: Revision | null,
  ): void {
    parts.onText({
      jobId: context.jobId,
      videoId: shot.videoId,
      shotId: shot.id,
      kind: params.task,
      text,
      revisionId: revision?.id ?? null,
    });
  }

  function isStillThere(shot: Shot): boolean {
    return parts.shots
      .list(shot.videoId)
      .some((now) => now.id === shot.id && now.startFrame === shot.startFrame && now.endFrame === shot.endFrame);
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

  function promptFor(shot: Shot, texts: TextsOfVideo, params: CaptionParams): RenderedPrompt {
    const { document } = texts;
    const index = document.shots.findIndex((other) => other.id === shot.id);
    const before = document.shots[index - 1];
    const previous = before === undefined ? null : parts.texts.currentOf({ videoId: shot.videoId, shotId: before.id, kind: params.task });
    return renderPrompt(params.promptTemplate, {
      asr: texts.speechOf(shot),
      screen_text: texts.screenTextOf(shot),
      previous: previous?.text ?? '',
      title: document.video.name,
      index: index + 1,
    });
  }
}

/**
 * Shots in which something is said: only they can be narrated.
 * @throws AppError `invalid-input` where nothing is said in the whole video, or in none of the shots that a person chose
 */
function spokenShots(shots: readonly Shot[], texts: TextsOfVideo, { targets }: CaptionParams): Shot[] {
  const { document } = texts;
  const spoken = shots.filter((shot) => texts.speechOf(shot) !== '');
  // Shots that are still without a narration may be just those in which nobody speaks.
  const isDone = 'which' in targets && document.shots.some((shot) => texts.speechOf(shot) !== '');
  if (shots.length > 0 && spoken.length === 0 && !isDone)
    throw new AppError('invalid-input', words('steps.nothingSaid', { count: shots.length, video: document.video.name }));
  return spoken;
}
