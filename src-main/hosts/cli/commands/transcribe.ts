import { Command } from 'commander';
import type { DeviceChoice } from '#shared/domain/device.ts';
import { chooseVideos } from '../choose-videos.ts';
import { chosenSettings } from '../chosen-settings.ts';
import { integerIn } from '../numbers.ts';
import { CLI_ACTOR, deviceOption, PROJECT_OPTION, withProject } from '../project-session.ts';
import { printVideos, reportVideos } from '../report.ts';
import { printLine } from '../terminal.ts';

interface TranscribeOptions {
  readonly project: string;
  readonly transcriber?: string;
  readonly language?: string;
  readonly track: number;
  readonly device?: DeviceChoice;
  readonly replaceAll?: true;
  readonly json?: true;
}

export function transcribeCommand(): Command {
  return new Command('transcribe')
    .description('Write down the speech of videos of a project. Speech that was imported or corrected by a person stays.')
    .argument('[names...]', 'names of videos in the project; all of them when left out')
    .requiredOption(...PROJECT_OPTION)
    .option('--transcriber <id>', 'speech model, see "shotluck doctor"')
    .option('--language <code>', 'language that is spoken, e.g. "de"; found out by listening when left out')
    .option('--track <number>', 'audio track, from 1', integerIn({ min: 1, max: 100 }), 1)
    .addOption(deviceOption())
    .option('--replace-all', 'also replace what was imported or corrected')
    .option('--json', 'print one JSON object with the whole transcripts')
    .action(transcribe);
}

async function transcribe(names: readonly string[], options: TranscribeOptions): Promise<void> {
  await withProject({ folder: options.project, whenAbsent: 'refuse', device: options.device }, async (core, failedHere) => {
    const { transcriberId, speechLanguage } = await chosenSettings(core, options);
    const chosen = chooseVideos(core, names).filter((video) => video.probe !== null);
    core.services.jobs.enqueue(
      chosen.map((video) => ({
        kind: 'transcribe' as const,
        videoId: video.id,
        track: options.track - 1,
        language: speechLanguage,
        transcriberId,
        replaceAll: options.replaceAll === true,
        isAutomatic: false,
      })),
      false,
      CLI_ACTOR,
    );
    await core.services.jobs.idle();
    const report = reportVideos(core, chosen.map((video) => video.id), failedHere);
    const speech = chosen.map((video) => ({ name: video.name, segments: core.services.transcripts.get(video.id).map(({ startUs, endUs, text, words, language, origin }) => ({ startUs, endUs, text, words, language, origin })) }));
    if (options.json === true) console.log(JSON.stringify({ videos: report, speech }, null, 2));
    else {
      printVideos(report);
      for (const { name, segments } of speech) {
        const language = segments.findLast((segment) => segment.language !== null)?.language;
        printLine(`${name}${language === undefined ? '' : ` (${language})`}: ${segments.map((segment) => segment.text).join(' ') || '(nothing said)'}`);
      }
    }
    if (report.some((video) => video.errors.length > 0)) process.exitCode = 1;
  });
}
