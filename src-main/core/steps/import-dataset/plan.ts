import { z } from 'zod';
import { findImporter } from '#core/exchange/formats/registry.ts';
import { AppError } from '#shared/contract/errors.ts';
import { importDatasetStep } from '#shared/steps/import-dataset.ts';
import { words } from '#shared/words/words.ts';
import type { StepPlan } from '../step-room.ts';

export const ImportDatasetParams = z.object({
  formatId: z.string(),
  file: z.string(),
  mediaFolder: z.string().nullable(),
  /** Whose uploads are looked through for its videos: the person's who asked. Null: at this machine. */
  sender: z.string().nullable().default(null),
  options: z.record(z.string(), z.unknown()),
  isReviewed: z.boolean().default(false),
});
type ImportDatasetParams = z.infer<typeof ImportDatasetParams>;

export const importDatasetPlan: StepPlan<typeof importDatasetStep> = {
  step: importDatasetStep,
  job({ formatId, grantId, mediaGrantId, options, isReviewed }, { grants, places, sender }) {
    const importer = findImporter(formatId);
    const chosen = importer.optionsSchema.safeParse(options);
    if (!chosen.success)
      throw new AppError(
        'invalid-input',
        words('steps.badImportOptions', { format: importer.title, problem: z.prettifyError(chosen.error) }),
      );
    const file = importer.isFolder ? grants.resolveFolder(grantId) : grants.resolve(grantId).path;
    grants.hold(file);
    places.choose(file, 'reading');
    const mediaFolder = mediaGrantId === undefined ? null : places.choose(grants.resolveFolder(mediaGrantId), 'reading');
    const params: ImportDatasetParams = {
      formatId: importer.id,
      file,
      mediaFolder,
      sender,
      options: ImportDatasetParams.shape.options.parse(chosen.data),
      isReviewed: isReviewed ?? false,
    };
    return { title: words('titles.importDataset', { format: importer.title }), videoId: null, params };
  },
  forVideos: null,
};
