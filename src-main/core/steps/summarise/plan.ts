import { z } from 'zod';
import { DEFAULT_SUMMARY_PROMPT_TEMPLATE } from '#shared/contract/views.ts';
import { VideoId } from '#shared/domain/ids.ts';
import { summariseStep } from '#shared/steps/summarise.ts';
import { words } from '#shared/words/words.ts';
import type { StepPlan } from '../step-room.ts';
import { videoJob } from '../video-job.ts';

/** A long text may say a short run of words again, and markers and names most of all: with the 3 of captions they would come out wrong. */
export const SUMMARY_NO_REPEAT_NGRAM_SIZE = 6;

export const SummariseParams = z.object({
  videoId: VideoId,
  summariserId: z.string(),
  promptTemplate: z.string().default(DEFAULT_SUMMARY_PROMPT_TEMPLATE),
  /** Frames of each shot for summarisers that look at shots. */
  framesPerShot: z.int().min(1).max(8).default(2),
  generation: z
    .object({
      maxNewTokens: z.int().positive(),
      temperature: z.number(),
      topP: z.number(),
      seed: z.int(),
      noRepeatNgramSize: z.int().nonnegative().default(SUMMARY_NO_REPEAT_NGRAM_SIZE),
    })
    .default({ maxNewTokens: 512, temperature: 0, topP: 1, seed: 1, noRepeatNgramSize: SUMMARY_NO_REPEAT_NGRAM_SIZE }),
});
export type SummariseParams = z.infer<typeof SummariseParams>;

export const summarisePlan: StepPlan<typeof summariseStep> = {
  step: summariseStep,
  job({ videoId, summariserId }, { video, settings }) {
    return videoJob<SummariseParams>(words('titles.summarise', { video: video(videoId).name }), {
      videoId,
      summariserId: summariserId ?? settings.summariserId,
      promptTemplate: settings.summaryPromptTemplate,
      framesPerShot: settings.summaryFramesPerShot,
      generation: {
        maxNewTokens: settings.summaryMaxTokens,
        temperature: settings.temperature,
        topP: settings.topP,
        seed: 1,
        noRepeatNgramSize: settings.noRepeatNgramSize === 0 ? 0 : Math.max(settings.noRepeatNgramSize, SUMMARY_NO_REPEAT_NGRAM_SIZE),
      },
    });
  },
  forVideos: {
    place: 'in-row',
    lacks: (video) => !video.hasSummary,
  },
};
