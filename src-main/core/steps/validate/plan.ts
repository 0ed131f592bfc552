import { z } from 'zod';
import { checkExport } from '#core/exchange/exports/check-export.ts';
import { TokenLimit } from '#shared/contract/export-check.ts';
import { validateStep } from '#shared/steps/validate.ts';
import { words } from '#shared/words/words.ts';
import type { StepPlan } from '../step-room.ts';

export const ValidateParams = z.object({
  formatId: z.string(),
  options: z.record(z.string(), z.unknown()),
  tokenLimit: TokenLimit.optional(),
  copies: z.boolean(),
  folder: z.string().nullable(),
});
export type ValidateParams = z.infer<typeof ValidateParams>;

export const validatePlan: StepPlan<typeof validateStep> = {
  step: validateStep,
  job(request, { grants, places }) {
    const { exporter, options, tokenLimit } = checkExport(request);
    const { copies, folderGrantId } = request;
    const folder = folderGrantId === undefined ? null : places.choose(grants.resolveFolder(folderGrantId), 'reading');
    const params: ValidateParams = {
      formatId: exporter.id,
      options: ValidateParams.shape.options.parse(options),
      tokenLimit,
      copies,
      folder,
    };
    return { title: words('titles.validate', { format: exporter.title }), videoId: null, params };
  },
  forVideos: null,
};
