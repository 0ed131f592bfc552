import type { Picture } from '#core/media/pictures.ts';
import type { Summariser, SummaryResult, SummaryShot } from '#core/engines/summariser.ts';
import type { VideoDocument } from '#core/project/documents/video-document.ts';
import type { WritingOptions } from '#core/engines/open-engines.ts';
import { indexTexts } from '#core/project/documents/document-texts.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { fitSize, readFramesAt } from '#core/media/frame-reader.ts';
import type { TextsService } from '#core/project/texts/texts-service.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { untilAborted } from '#core/base/until-aborted.ts';
import type { Events } from '#shared/contract/events.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import type { ModelProvenance, Revision } from '#shared/domain/text.ts';
import { frameToUs } from '#shared/domain/time.ts';
import type { summariseStep } from '#shared/steps/summarise.ts';
import { words } from '#shared/words/words.ts';
import type { JobContext } from '#core/jobs/job-definition.ts';
import { namingPlace } from '../name-place.ts';
import { framesOf, requireProbe } from '../shot-pictures.ts';
import type { StepJob } from '../step-room.ts';
import { SummariseParams } from './plan.ts';

/** A model's sentence is stored once the model has ended: the last hundredth of the way. */
const STORED_FRACTION = 0.99;

export interface SummariseParts {
  readonly videos: VideosService;
  readonly texts: TextsService;
  readonly ffmpeg: Ffmpeg;
  documentOf(videoId: VideoId): VideoDocument;
  /** @throws AppError `not-found` for an unknown id. */
  openSummariser(id: string, options: WritingOptions): Promise<Summariser>;
  onText(event: Events['captionText']): void;
}

/** Writes the summary of a video as a draft with a link from each sentence to its shots. */
export function summariseJobKind(parts: SummariseParts): StepJob<typeof summariseStep, typeof SummariseParams> {
  async function run(context: JobContext, params: SummariseParams): Promise<{ sentences: number; isCurrent: boolean }> {
    const startedMs = performance.now();
    const document = parts.documentOf(params.videoId);
    const shots = summaryShots(document, params.framesPerShot);
    const summariser = await untilAborted(parts.openSummariser(params.summariserId, params), context.signal);
    try {
      if (summariser.needsTexts && shots.every((shot) => shot.caption === '' && shot.speech === ''))
        throw new AppError('invalid-input', words('steps.nothingToSummarise', { video: document.video.name }));
      const announce = (text: string, revision: Revision | null): void =>
        parts.onText({
          jobId: context.jobId,
          videoId: params.videoId,
          shotId: null,
          kind: 'summary',
          text,
          revisionId: revision?.id ?? null,
        });
      const result = await namingPlace(words('steps.theSummary', { video: document.video.name }), () =>
        summariser.summarise(
          { title: document.video.name, shots },
          {
            signal: context.signal,
            onText: (text) => announce(text, null),
            onProgress: (fraction) => context.progress('compose', fraction * STORED_FRACTION),
            pictures: (frames, sizePx) => picturesOf(document, frames, sizePx, context.signal),
          },
        ),
      );
      context.signal.throwIfAborted();
      const revision = store(context, params, result, {
        ...provenanceOf(summariser, result, params),
        durationMs: performance.now() - startedMs,
      });
      announce(revision.text, revision);
      context.progress('compose', 1);
      return { sentences: result.links.length, isCurrent: revision.isCurrent };
    } finally {
      await summariser.dispose();
    }
  }

  function store(
    context: JobContext,
    { videoId }: SummariseParams,
    { text, links, writing }: SummaryResult,
    provenance: ModelProvenance,
  ): Revision {
    return parts.texts.addModelRevision({
      videoId,
      shotId: null,
      kind: 'summary',
      text,
      links,
      jobId: context.jobId,
      meanLogProb: writing?.meanLogProb ?? null,
      actor: context.actor,
      label: words('edits.summarise'),
      provenance,
    });
  }

  async function picturesOf(document: VideoDocument, frames: readonly number[], sizePx: number, signal: AbortSignal): Promise<Picture[]> {
    const probe = requireProbe(document);
    const source = await parts.videos.openSource(document.video.id);
    const reading = readFramesAt({
      ffmpeg: parts.ffmpeg,
      path: source.path,
      clock: document.clock,
      probe,
      frames,
      size: fitSize(probe, sizePx),
      signal,
    });
    const pictures: Picture[] = [];
    for await (const picture of source.guard(reading)) pictures.push(picture);
    return pictures;
  }

  return { kind: 'summarise', lane: 'inference', paramsSchema: SummariseParams, stages: [{ name: 'compose', weight: 1 }], run };
}

function summaryShots(document: VideoDocument, framesPerShot: number): SummaryShot[] {
  const captions = new Map(
    document.texts.flatMap((text) => (text.kind === 'visual' && text.status !== 'rejected' ? [[text.shotId, text.text]] : [])),
  );
  const texts = indexTexts(document);
  return document.shots.map((shot) => ({
    shotId: shot.id,
    startUs: frameToUs(document.clock, shot.startFrame),
    endUs: frameToUs(document.clock, shot.endFrame),
    startFrame: shot.startFrame,
    endFrame: shot.endFrame,
    frames: framesOf(shot, document, framesPerShot),
    caption: captions.get(shot.id) ?? '',
    speech: texts.speechOf(shot),
  }));
}

function provenanceOf(
  summariser: Summariser,
  { writing }: SummaryResult,
  { generation }: SummariseParams,
): Omit<ModelProvenance, 'durationMs'> {
  if (writing === null)
    return {
      engine: summariser.id,
      model: `${summariser.id} ${summariser.version}`,
      modelSha256: '',
      prompt: '',
      frames: [],
      options: {},
      device: null,
    };
  const { model, modelSha256, prompt, frames, device, linkedBy, partCount, notes } = writing;
  return {
    engine: summariser.id,
    model,
    modelSha256,
    prompt,
    frames: [...frames],
    device,
    options: { ...generation, linkedBy, partCount, notes },
  };
}
