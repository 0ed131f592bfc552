import { z } from 'zod';
import { DEFAULT_NO_REPEAT_NGRAM_SIZE } from '#core/engines/captioner.ts';
import { VideoId } from '#shared/domain/ids.ts';
import { CaptionTask, MAX_CANDIDATES } from '#shared/domain/text.ts';
import { captionStep, CaptionTargets } from '#shared/steps/caption.ts';
import { words, type Words } from '#shared/words/words.ts';
import type { StepPlan } from '../step-room.ts';

export const CaptionParams = z.object({
  videoId: VideoId,
  task: CaptionTask.default('visual'),
  targets: CaptionTargets,
  captionerId: z.string(),
  framesPerShot: z.int().min(1).max(8),
  /** Title cards get the text that was read on them as their caption. */
  titleCardsFromText: z.boolean().default(true),
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

export const captionPlan: StepPlan<typeof captionStep> = {
  step: captionStep,
  job({ videoId, targets, captionerId, task = 'visual', candidates = 1 }, { video, settings, requireShots }) {
    if ('shotIds' in targets) requireShots(videoId, targets.shotIds);
    const params: CaptionParams = {
      videoId,
      task,
      targets,
      captionerId: captionerId ?? settings.captionerId,
      framesPerShot: settings.framesPerShot,
      titleCardsFromText: settings.titleCardsFromText,
      promptTemplate: task === 'narration' ? settings.narrationPromptTemplate : settings.promptTemplate,
      candidates,
      generation: {
        maxNewTokens: settings.maxNewTokens,
        temperature: settings.temperature,
        topP: settings.topP,
        seed: 1,
        noRepeatNgramSize: settings.noRepeatNgramSize,
      },
    };
    return { title: titleOf(params, video(videoId).name), videoId, params };
  },
  forVideos: {
    place: 'in-row',
    // The job itself looks which shots have no caption, when those before it have ended.
    lacks: () => true,
  },
};

function titleOf({ task, targets }: CaptionParams, video: string): Words {
  const isNarration = task === 'narration';
  if (!('shotIds' in targets)) return words(isNarration ? 'titles.narrate' : 'titles.caption', { video });
  return words(isNarration ? 'titles.narrateShots' : 'titles.captionShots', { count: targets.shotIds.length, video });
}
