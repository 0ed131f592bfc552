import { z } from 'zod';
import { validateStep } from '#shared/steps/validate.ts';
import { words } from '#shared/words/words.ts';
import { ExportAskParams, exportAskOf } from '../export-ask.ts';
import type { StepPlan } from '../step-room.ts';

export const ValidateParams = ExportAskParams.extend({
  copies: z.boolean(),
  /** Where the export was written; null: clips are not looked at. */
  folder: z.string().nullable(),
});
export type ValidateParams = z.infer<typeof ValidateParams>;

export const validatePlan: StepPlan<typeof validateStep> = {
  step: validateStep,
  job(request, { chosenFolder }) {
    const { format, ask } = exportAskOf(request);
    const params: ValidateParams = { ...ask, copies: request.copies, folder: chosenFolder(request.folderGrantId, 'reading') };
    return { title: words('titles.validate', { format }), videoId: null, params };
  },
  forVideos: null,
};
