import { z } from 'zod';
import { findImporter } from '#core/exchange/formats/registry.ts';
import { checkImport } from '#core/exchange/imports/check-import.ts';
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
  isAllOrNothing: z.boolean().default(false),
  keepsOthers: z.boolean().default(false),
});

export const importDatasetPlan: StepPlan<typeof importDatasetStep> = {
  step: importDatasetStep,
  job({ isReviewed = false, isAllOrNothing = false, ...ask }, { grants, places, sender, role }) {
    const choice = checkImport(grants, ask, { sender, role });
    grants.hold(choice.file);
    for (const place of [choice.file, choice.mediaFolder]) if (place !== null) places.choose(place, 'reading');
    // Left out where nobody asked for it: a command that is given again is the same as that of an older studio.
    const params = { ...choice, isReviewed, ...(isAllOrNothing && { isAllOrNothing }) } satisfies z.input<typeof ImportDatasetParams>;
    return { title: words('titles.importDataset', { format: findImporter(choice.formatId).title }), videoId: null, params };
  },
  forVideos: null,
};
