import { z } from 'zod';
import { checkExport } from '#core/exchange/exports/check-export.ts';
import { TokenLimit } from '#shared/contract/export-check.ts';
import { exportStep } from '#shared/steps/export.ts';
import { words } from '#shared/words/words.ts';
import type { StepPlan } from '../step-room.ts';

export const ExportParams = z.object({
  formatId: z.string(),
  options: z.record(z.string(), z.unknown()),
  tokenLimit: TokenLimit.optional(),
  /** Null: a new folder among the project's exports. */
  folder: z.string().nullable(),
});
export type ExportParams = z.infer<typeof ExportParams>;

export const exportPlan: StepPlan<typeof exportStep> = {
  step: exportStep,
  job(request, { grants, places }) {
    const { exporter, options, tokenLimit } = checkExport(request);
    const folder = request.folderGrantId === undefined ? null : places.choose(grants.resolveFolder(request.folderGrantId), 'writing');
    const params: ExportParams = { formatId: exporter.id, options: ExportParams.shape.options.parse(options), tokenLimit, folder };
    return { title: words('titles.export', { format: exporter.title }), videoId: null, params };
  },
  forVideos: null,
};
