import { findImporter } from '#core/exchange/formats/registry.ts';
import { importDatasetStep } from '#shared/steps/import-dataset.ts';
import type { StepPlan } from '../step-room.ts';

export const importDatasetPlan: StepPlan<typeof importDatasetStep> = {
  step: importDatasetStep,
  job({ formatId, grantId, mediaGrantId, options, isReviewed }, { grants }) {
    const importer = findImporter(formatId);
    const { path: file } = grants.resolve(grantId);
    grants.claim(file);
    grants.keep(file);
    const mediaFolder = mediaGrantId === undefined ? null : grants.keep(grants.resolveFolder(mediaGrantId));
    return { title: `Import ${importer.title}`, videoId: null, params: { formatId: importer.id, file, mediaFolder, options, isReviewed: isReviewed ?? false } };
  },
  forVideos: null,
};
