import { z } from 'zod';
import { defineRoom, type StepJob, type StepPlan } from '#core/steps/step-room.ts';
import type { StepParts } from '#core/steps/step-parts.ts';
import { videoJob } from '#core/steps/video-job.ts';
import { VideoId } from '#shared/domain/ids.ts';
import { plain } from '#shared/words/words.ts';
import { toyStep } from './step.ts';

const ToyParams = z.object({ videoId: VideoId, times: z.int() });
type ToyParams = z.infer<typeof ToyParams>;

/** What `plan.ts` is in the room of a real step. */
const toyPlan: StepPlan<typeof toyStep> = {
  step: toyStep,
  job: ({ videoId, times }, { video, settings }) =>
    videoJob<ToyParams>(plain(`Play with ${video(videoId).name}`), { videoId, times: times ?? settings.framesPerShot }),
  forVideos: {
    place: 'in-row',
    lacks: ({ stepsDone }) => !stepsDone.has(toyStep.id),
  },
};

/** What `run.ts` is. */
function toyJobKind({ videos }: Pick<StepParts, 'videos'>): StepJob<typeof toyStep, typeof ToyParams> {
  return {
    kind: 'toy',
    lane: 'ffmpeg',
    paramsSchema: ToyParams,
    stages: [{ name: 'play', weight: 1 }],
    run(context, { videoId, times }) {
      context.progress('play', 1);
      videos.noteStepDone(videoId, toyStep.id);
      return Promise.resolve({ played: times });
    },
  };
}

export const toyRoom = defineRoom(toyPlan, toyJobKind);
