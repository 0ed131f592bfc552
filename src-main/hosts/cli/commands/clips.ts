import { Option } from 'commander';
import type { Job } from '#shared/domain/job.ts';
import type { StepCommand, StepOptions, StepsRun } from '../step-command.ts';
import { integerIn } from '../numbers.ts';
import { printLine } from '../terminal.ts';
import { problemInEnglish } from '../report.ts';

interface ClipsOptions extends StepOptions {
  readonly mode: 'exact' | 'copy';
}

export const clipsCommand: StepCommand<ClipsOptions> = {
  alias: 'split',
  description: "Write a video file for each shot into the project's clips folder. Existing clips are kept.",
  addOptions: (command) =>
    command
      .addOption(
        new Option('--mode <mode>', 'exact: re-encoded, cut to the frame; copy: not re-encoded, cut at the keyframe before')
          .choices(['exact', 'copy'])
          .default('exact'),
      )
      .option('--processes <number>', 'ffmpeg programs side by side; by default half of the cores', integerIn({ min: 1, max: 64 })),
  isFor: (video) => video.shotCount > 0,
  requests: (videos, { mode }) => (videos.length === 0 ? [] : [{ kind: 'clips', videoIds: videos.map(({ id }) => id), mode }]),
  toJson: (_core, run) => ({ ...resultOf(run), takenUp: run.takenUp.map(clipsOf) }),
  print(_core, run) {
    for (const job of run.takenUp) {
      const { folder, written, kept } = clipsOf(job);
      if (folder !== null)
        printLine(`${folder}: ${written} written, ${kept} already existed, by a job of before, which was finished first`);
    }
    const { folder, written, kept, problems, notes } = resultOf(run);
    if (folder !== null) printLine(`${folder}: ${written} written, ${kept} already existed`);
    for (const { where, reason } of problems) printLine(`  ${where}: ${reason}`);
    for (const { where, reason } of notes) printLine(`  note: ${where}: ${reason}`);
  },
};

/** One job writes them all; where it failed, progress has reported why. */
function resultOf({ jobs: [job] }: StepsRun) {
  return clipsOf(job);
}

function clipsOf(job: Job | undefined) {
  if (job?.kind !== 'clips' || job.result === null) return { folder: null, written: 0, kept: 0, problems: [], notes: [] };
  const { problems, notes } = job.result;
  return { ...job.result, problems: problems.map(problemInEnglish), notes: notes.map(problemInEnglish) };
}
