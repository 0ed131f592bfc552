import { Command, Option } from 'commander';
import type { ScreenText } from '#shared/domain/screen-text.ts';
import { chooseVideos } from '../choose-videos.ts';
import { CLI_ACTOR, PROJECT_OPTION, withProject } from '../project-session.ts';
import { reportVideos } from '../report.ts';
import { printLine } from '../terminal.ts';

interface ReadTextOptions {
  readonly project: string;
  readonly which: 'missing' | 'all';
  readonly json?: true;
}

export function readTextCommand(): Command {
  return new Command('read-text')
    .description('Read the text on the screen of each shot: title cards, signs, subtitles that are part of the picture.')
    .argument('[names...]', 'names of videos in the project; all of them when left out')
    .requiredOption(...PROJECT_OPTION)
    .addOption(new Option('--which <shots>', 'shots to read').choices(['missing', 'all']).default('missing'))
    .option('--json', 'print one JSON object')
    .action(readText);
}

async function readText(names: readonly string[], { project, which, json }: ReadTextOptions): Promise<void> {
  await withProject({ folder: project, whenAbsent: 'refuse' }, async (core, failedHere) => {
    const { jobs, screenText } = core.services;
    const chosen = chooseVideos(core, names).filter((video) => video.shotCount > 0);
    jobs.enqueue(chosen.map(({ id }) => ({ kind: 'read-text' as const, videoId: id, targets: { which } })), false, CLI_ACTOR);
    await jobs.idle();
    const errors = new Map(reportVideos(core, chosen.map(({ id }) => id), failedHere).map((report) => [report.name, report.errors]));
    const videos = chosen.map(({ id, name }) => ({ name, lines: screenText.texts(id), errors: errors.get(name) ?? [] }));
    if (json === true) console.log(JSON.stringify({ videos }, null, 2));
    else for (const video of videos) print(video);
    if (videos.some((video) => video.errors.length > 0)) process.exitCode = 1;
  });
}

function print({ name, lines, errors }: { readonly name: string; readonly lines: readonly ScreenText[]; readonly errors: readonly string[] }): void {
  printLine(`${name}: ${lines.length} lines of text`);
  for (const { frame, text, confidence } of lines) printLine(`  frame ${frame}: ${text} (${Math.round(confidence * 100)} %)`);
  for (const error of errors) printLine(`  error: ${error}`);
}
