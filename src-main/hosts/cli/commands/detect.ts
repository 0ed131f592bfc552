import path from 'node:path';
import type { Core } from '#core/app/create-core.ts';
import { formatTimeUs, frameToUs } from '#shared/domain/time.ts';
import type { Settings } from '#shared/contract/views.ts';
import type { VideoListItem } from '#shared/domain/video.ts';
import { numberIn } from '../numbers.ts';
import { CLI_ACTOR, deviceOption } from '../project-session.ts';
import { printNotes } from '../report.ts';
import type { StepCommand, StepOptions, StepsRun } from '../step-command.ts';
import { printLine, printNote } from '../terminal.ts';
import { inEnglish } from '#shared/words/words.ts';

interface DetectOptions extends StepOptions {
  readonly threshold?: number;
}

export const detectCommand: StepCommand<DetectOptions> = {
  description: 'Find the shots of a video and print them.',
  argument: ['<video>', 'video file'],
  whenAbsent: 'create',
  addOptions: (command) =>
    command
      .option('--detector <id>', 'transnet-v2 or adaptive')
      .option('--threshold <score>', '0 to 1: lower finds more cuts', numberIn({ min: 0, max: 1 }))
      .addOption(deviceOption()),
  choose: measuredVideo,
  requests: (videos, { threshold }, { detectorId }) =>
    videos.map(({ id }) => ({ kind: 'detect', videoId: id, detectorId, ...(threshold === undefined ? {} : { threshold }) })),
  // Progress has reported why it failed; shots of an earlier detection are not what was asked for.
  toJson: (core, run) => (run.isDone ? shotsOf(core, run) : null),
  print(core, run) {
    if (run.isDone) printShots(core, run);
    printNotes(run.report);
  },
};

/** Adds the file to the project, if it is not there, and measures it. */
async function measuredVideo(core: Core, words: readonly string[], settings: Settings): Promise<readonly VideoListItem[] | null> {
  const { videos, jobs } = core.services;
  const [word = ''] = words;
  const file = path.resolve(word);
  const { added, refused } = await videos.addFiles([file], CLI_ACTOR);
  const [refusal] = refused;
  if (refusal !== undefined) {
    printNote(`${refusal.name}: ${inEnglish(refusal.reason)}\n`);
    return null;
  }
  jobs.enqueueNeeded(added, CLI_ACTOR, { steps: new Set(), settings });
  await jobs.idle();
  const videoId = added[0] ?? (await videos.findFile(file));
  const found = videos.list().find(({ id }) => id === videoId);
  if (found === undefined || found.probe === null) {
    const unknown =
      found === undefined ? 'this video is already in the project under another name. Nothing was added' : 'it could not be analysed';
    const reason = found?.stateReason ?? null;
    printNote(`${word}: ${reason === null ? unknown : inEnglish(reason)}\n`);
    return null;
  }
  return [found];
}

function shotsOf(core: Core, { videos: [video], report }: StepsRun): unknown {
  if (video === undefined) return null;
  const { videos, shots } = core.services;
  return {
    video: video.name,
    frameCount: videos.clock(video.id).frameCount,
    shots: shots.list(video.id),
    notes: report.flatMap(({ notes }) => notes),
  };
}

function printShots(core: Core, { videos: [video] }: StepsRun): void {
  if (video === undefined) return;
  const clock = core.services.videos.clock(video.id);
  for (const [index, shot] of core.services.shots.list(video.id).entries()) {
    const from = formatTimeUs(frameToUs(clock, shot.startFrame));
    const to = formatTimeUs(frameToUs(clock, shot.endFrame));
    printLine(`${String(index + 1).padStart(4)}  ${from} – ${to}  frames ${shot.startFrame}–${shot.endFrame - 1}  ${shot.transition.kind}`);
  }
}
