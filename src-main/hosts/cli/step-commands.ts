import type { Command } from 'commander';
import { automaticStepIds, type AutomaticStepId, requestsOf, type StepId } from '#shared/steps/from-steps.ts';
import { steps } from '#shared/steps/steps.ts';
import { captionCommand } from './commands/caption.ts';
import { clipsCommand } from './commands/clips.ts';
import { detectCommand } from './commands/detect.ts';
import { readTextCommand } from './commands/read-text.ts';
import { summariseCommand } from './commands/summarise.ts';
import { transcribeCommand } from './commands/transcribe.ts';
import { deviceOption } from './project-session.ts';
import { stepCommand, type StepCommand } from './step-command.ts';

/** Steps whose commands have words and options of their own. */
const own: Partial<Record<StepId, StepCommand>> = {
  detect: detectCommand,
  'read-text': readTextCommand,
  transcribe: transcribeCommand,
  caption: captionCommand,
  summarise: summariseCommand,
  clips: clipsCommand,
};

/** The commands of all steps, in their order: each that can follow an import has one. */
export function stepCommands(): Command[] {
  const automatic: ReadonlySet<string> = new Set(automaticStepIds);
  return steps.flatMap(({ id }) => {
    const command = own[id] ?? (automatic.has(id) ? plainCommand(id as AutomaticStepId) : null);
    return command === null ? [] : [stepCommand(id, command)];
  });
}

/** For a step that has no more to be said of it: what the settings say is done on each video. */
function plainCommand(id: AutomaticStepId): StepCommand {
  return {
    description: `Do the step "${id}" on videos of a project.`,
    addOptions: (command) => command.addOption(deviceOption()),
    isFor: (video) => video.probe !== null,
    requests: (videos) => videos.flatMap((video) => requestsOf(new Set([id]), video.id)),
  };
}
