import { deviceOption } from '../project-session.ts';
import type { StepCommand } from '../step-command.ts';
import { SUMMARISER_HELP } from '../summariser-help.ts';

export const summariseCommand: StepCommand = {
  description: 'Write the summaries of videos in a project. Text that people wrote or accepted is kept; new summaries are added beside it.',
  addOptions: (command) => command.option('--summariser <id>', SUMMARISER_HELP).addOption(deviceOption()),
  isFor: (video) => video.shotCount > 0,
  requests: (videos, _options, { summariserId }) => videos.map(({ id }) => ({ kind: 'summarise', videoId: id, summariserId })),
  toJson: (core, { videos, report }) => ({
    videos: report.map((video, index) => {
      const id = videos[index]?.id;
      const text = id === undefined ? null : core.services.texts.currentOf({ videoId: id, shotId: null, kind: 'summary' });
      return { ...video, text: text?.text ?? null };
    }),
  }),
};
