import { findExporter } from '#core/exchange/formats/registry.ts';
import { AppError } from '#shared/contract/errors.ts';
import { exportStep } from '#shared/steps/export.ts';
import type { StepPlan } from '../step-room.ts';

export const exportPlan: StepPlan<typeof exportStep> = {
  step: exportStep,
  job({ formatId, options, folderGrantId }, { grants }) {
    const exporter = findExporter(formatId);
    const parsed = exporter.optionsSchema.safeParse(options);
    if (!parsed.success) throw new AppError('invalid-input', `These options do not fit ${exporter.title}: ${parsed.error.message}`);
    const folder = folderGrantId === undefined ? null : grants.keep(grants.resolveFolder(folderGrantId));
    return { title: `Export ${exporter.title}`, videoId: null, params: { formatId: exporter.id, options, folder } };
  },
  forVideos: null,
};
