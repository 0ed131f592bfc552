import type { Core } from '#core/app/create-core.ts';
import { deviceOption, trackOption } from '../project-session.ts';
import { printVideos } from '../report.ts';
import type { StepCommand, StepOptions, StepsRun } from '../step-command.ts';
import { printLine } from '../terminal.ts';

interface TranscribeOptions extends StepOptions {
  readonly track?: number;
  readonly replaceAll?: true;
}

export const transcribeCommand: StepCommand<TranscribeOptions> = {
  description: 'Transcribe the speech of videos in a project. Speech that was imported or corrected by a person is kept.',
  addOptions: (command) =>
    command
      .option('--transcriber <id>', 'speech model, see "shotluck doctor"')
      .option('--language <code>', 'spoken language, e.g. "de"; detected automatically by default')
      .addOption(trackOption())
      .addOption(deviceOption())
      .option('--replace-all', 'also replace what was imported or corrected'),
  isFor: (video) => video.probe !== null,
  requests: (videos, { track, replaceAll }, { speechLanguage, transcriberId }) =>
    videos.map(({ id }) => ({
      kind: 'transcribe',
      videoId: id,
      ...(track === undefined ? {} : { track: track - 1 }),
      language: speechLanguage,
      transcriberId,
      replaceAll: replaceAll === true,
      isAutomatic: false,
    })),
  toJson: (core, run) => ({ videos: run.report, speech: speechOf(core, run) }),
  print(core, run) {
    printVideos(run.report);
    for (const { name, segments } of speechOf(core, run)) {
      const language = segments.findLast((segment) => segment.language !== null)?.language;
      printLine(
        `${name}${language === undefined ? '' : ` (${language})`}: ${segments.map((segment) => segment.text).join(' ') || '(no speech)'}`,
      );
    }
  },
};

function speechOf(core: Core, { videos }: StepsRun) {
  return videos.map(({ id, name }) => ({
    name,
    segments: core.services.transcripts
      .get(id)
      .map(({ startUs, endUs, text, words, language, origin }) => ({ startUs, endUs, text, words, language, origin })),
  }));
}
