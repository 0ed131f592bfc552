import { Option } from 'commander';
import { CaptionTask, MAX_CANDIDATES } from '#shared/domain/text.ts';
import { integerIn } from '../numbers.ts';
import { deviceOption } from '../project-session.ts';
import type { StepCommand, StepOptions } from '../step-command.ts';

interface CaptionOptions extends StepOptions {
  readonly which: 'missing' | 'stale' | 'all';
  readonly task: CaptionTask;
  readonly candidates: number;
}

export const captionCommand: StepCommand<CaptionOptions> = {
  description: 'Caption the shots of a project. Text that people wrote or accepted is kept; new captions are added beside it.',
  addOptions: (command) =>
    command
      .addOption(new Option('--which <shots>', 'shots to caption').choices(['missing', 'stale', 'all']).default('missing'))
      .option('--captioner <id>', 'captioning model, see "shotluck doctor"')
      .addOption(
        new Option('--task <task>', 'visual: what a shot shows; narration: what happens in it, including what is said')
          .choices(CaptionTask.options)
          .default('visual'),
      )
      .addOption(
        new Option('--candidates <count>', `texts for each shot, 1 to ${MAX_CANDIDATES}; the first as usual, the others sampled`)
          .argParser(integerIn({ min: 1, max: MAX_CANDIDATES }))
          .default(1),
      )
      .addOption(deviceOption()),
  isFor: (video) => video.shotCount > 0,
  requests: (videos, { which, task, candidates }, { captionerId }) =>
    videos.map(({ id }) => ({ kind: 'caption', videoId: id, targets: { which }, task, candidates, captionerId })),
};
