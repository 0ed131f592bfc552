import { z } from 'zod';
import type { Summariser } from '#core/engines/engine.ts';
import type { TextsService } from '#core/texts/texts-service.ts';
import { AppError } from '#shared/contract/errors.ts';
import { VideoId } from '#shared/domain/ids.ts';
import type { VideoDocument } from '#core/formats/format.ts';
import { speechOfShot } from '#core/formats/document-texts.ts';
import { frameToUs } from '#shared/domain/time.ts';
import type { JobContext, JobDefinition } from '../job-definition.ts';

export const SummariseParams = z.object({ videoId: VideoId, summariserId: z.string() });
type SummariseParams = z.infer<typeof SummariseParams>;

export interface SummariseParts {
  readonly texts: TextsService;
  documentOf(videoId: VideoId): VideoDocument;
  /** @throws AppError `not-found` for an unknown id. */
  openSummariser(id: string): Summariser;
}

/** Writes the summary of a video from its captions and speech, as a draft with a link from each sentence to its shots. */
export function summariseJobKind(parts: SummariseParts): JobDefinition<typeof SummariseParams> {
  async function run(context: JobContext, { videoId, summariserId }: SummariseParams): Promise<Record<string, unknown>> {
    const startedMs = performance.now();
    const document = parts.documentOf(videoId);
    const captions = new Map(document.texts.flatMap((text) => (text.kind === 'visual' && text.status !== 'rejected' ? [[text.shotId, text.text]] : [])));
    const shots = document.shots.map((shot) => ({
      shotId: shot.id,
      startUs: frameToUs(document.clock, shot.startFrame),
      endUs: frameToUs(document.clock, shot.endFrame),
      caption: captions.get(shot.id) ?? '',
      speech: speechOfShot(document, shot),
    }));
    if (shots.every((shot) => shot.caption === '' && shot.speech === ''))
      throw new AppError('invalid-input', `"${document.video.name}" has no captions and no speech to summarise yet. Caption its shots first.`);
    const summariser = parts.openSummariser(summariserId);
    const { text, links } = await summariser.summarise(shots, context.signal);
    context.signal.throwIfAborted();
    const revision = parts.texts.addModelRevision({
      videoId,
      shotId: null,
      kind: 'summary',
      text,
      links,
      jobId: context.jobId,
      meanLogProb: null,
      actor: context.actor,
      label: 'Summarise',
      provenance: {
        engine: summariser.id,
        model: `${summariser.id} ${summariser.version}`,
        modelSha256: '',
        prompt: '',
        frames: [],
        options: {},
        device: null,
        durationMs: performance.now() - startedMs,
      },
    });
    context.progress('compose', 1);
    return { sentences: links.length, isCurrent: revision.isCurrent };
  }

  return { kind: 'summarise', lane: 'inference', paramsSchema: SummariseParams, stages: [{ name: 'compose', weight: 1 }], run };
}
