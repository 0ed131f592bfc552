import { z } from 'zod';
import { exportStep } from '#shared/steps/export.ts';
import { words } from '#shared/words/words.ts';
import { ExportAskParams, exportAskOf } from '../export-ask.ts';
import type { StepPlan } from '../step-room.ts';

export const ExportParams = ExportAskParams.extend({
  /** Null: a new folder among the project's exports. */
  folder: z.string().nullable(),
});
export type ExportParams = z.infer<typeof ExportParams>;

export const exportPlan: StepPlan<typeof exportStep> = {
  step: exportStep,
  job(request, { chosenFolder }) {
    const { format, ask } = exportAskOf(request);
    const params: ExportParams = { ...ask, folder: chosenFolder(request.folderGrantId, 'writing') };
    return { title: words('titles.export', { format }), videoId: null, params };
  },
  forVideos: null,
};
