import path from 'node:path';
import { Command } from 'commander';
import { formatTimeUs, frameToUs } from '#shared/domain/time.ts';
import type { DeviceChoice } from '#shared/domain/device.ts';
import { chosenSettings } from '../chosen-settings.ts';
import { numberIn } from '../numbers.ts';
import { CLI_ACTOR, deviceOption, NEW_PROJECT_OPTION, withProject } from '../project-session.ts';
import { printLine, tell } from '../terminal.ts';

interface DetectOptions {
  readonly project: string;
  readonly detector?: string;
  readonly threshold?: number;
  readonly device?: DeviceChoice;
  readonly json?: true;
}

export function detectCommand(): Command {
  return new Command('detect')
    .description('Find the shots of a video and print them.')
    .argument('<video>', 'video file')
    .requiredOption(...NEW_PROJECT_OPTION)
    .option('--detector <id>', 'transnet-v2 or adaptive')
    .option('--threshold <score>', '0 to 1: lower finds more cuts', numberIn({ min: 0, max: 1 }))
    .addOption(deviceOption())
    .option('--json', 'print one JSON object')
    .action(detect);
}

async function detect(video: string, options: DetectOptions): Promise<void> {
  await withProject({ folder: options.project, whenAbsent: 'create', device: options.device }, async (core) => {
    const { videos, jobs, shots } = core.services;
    const settings = await chosenSettings(core, options);
    const file = path.resolve(video);
    const { added, refused } = await videos.addFiles([file], CLI_ACTOR);
    const [refusal] = refused;
    if (refusal !== undefined) {
      process.exitCode = 1;
      return tell(`${refusal.name}: ${refusal.reason}\n`);
    }
    jobs.enqueueNewVideos(added, CLI_ACTOR, { steps: { detect: false, readText: false, transcribe: false, caption: false, summarise: false }, settings });
    await jobs.idle();
    const videoId = added[0] ?? (await videos.findFile(file));
    const found = videos.list().find(({ id }) => id === videoId);
    if (found === undefined || found.probe === null) {
      process.exitCode = 1;
      return tell(`${video}: ${found?.stateReason ?? (found === undefined ? 'this video is in the project already, under another name. Nothing was added' : 'it could not be measured')}\n`);
    }
    const [jobId] = jobs.enqueue(
      [{ kind: 'detect', videoId: found.id, detectorId: settings.detectorId, ...(options.threshold === undefined ? {} : { threshold: options.threshold }) }],
      false,
      CLI_ACTOR,
    );
    await jobs.idle();
    if (jobId === undefined || jobs.get(jobId).state !== 'done') {
      // Progress has told why; shots of an earlier detection are not what was asked for.
      process.exitCode = 1;
      return undefined;
    }
    const clock = videos.clock(found.id);
    const list = shots.list(found.id);
    if (options.json === true) return console.log(JSON.stringify({ video: found.name, frameCount: clock.frameCount, shots: list }, null, 2));
    for (const [index, shot] of list.entries()) {
      const from = formatTimeUs(frameToUs(clock, shot.startFrame));
      const to = formatTimeUs(frameToUs(clock, shot.endFrame));
      printLine(`${String(index + 1).padStart(4)}  ${from} – ${to}  frames ${shot.startFrame}–${shot.endFrame - 1}  ${shot.transition.kind}`);
    }
    return undefined;
  });
}
