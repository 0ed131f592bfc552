import { Option } from 'commander';
import type { Core } from '#core/app/create-core.ts';
import type { ScreenText } from '#shared/domain/screen-text.ts';
import type { StepCommand, StepOptions, StepsRun } from '../step-command.ts';
import { counted } from '../report.ts';
import { printLine } from '../terminal.ts';

interface ReadTextOptions extends StepOptions {
  readonly which: 'missing' | 'all';
}

export const readTextCommand: StepCommand<ReadTextOptions> = {
  description: 'Read the text on the screen of each shot: title cards, signs, subtitles that are part of the image.',
  addOptions: (command) => command.addOption(new Option('--which <shots>', 'shots to read').choices(['missing', 'all']).default('missing')),
  isFor: (video) => video.shotCount > 0,
  requests: (videos, { which }) => videos.map(({ id }) => ({ kind: 'read-text', videoId: id, targets: { which } })),
  toJson: (core, run) => ({ videos: linesOf(core, run) }),
  print: (core, run) => linesOf(core, run).forEach(print),
};

interface ReadVideo {
  readonly name: string;
  readonly lines: readonly ScreenText[];
  readonly errors: readonly string[];
}

function linesOf(core: Core, { videos, report }: StepsRun): ReadVideo[] {
  return videos.map(({ id, name }, index) => ({ name, lines: core.services.screenText.texts(id), errors: report[index]?.errors ?? [] }));
}

function print({ name, lines, errors }: ReadVideo): void {
  printLine(`${name}: ${counted(lines.length, 'line')} of text`);
  for (const { frame, text, confidence } of lines) printLine(`  frame ${frame}: ${text} (${Math.round(confidence * 100)}%)`);
  for (const error of errors) printLine(`  error: ${error}`);
}
