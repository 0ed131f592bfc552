import { z } from 'zod';
import type { ImportsService } from '#core/exchange/imports/imports-service.ts';
import type { JobDefinition } from '#core/jobs/job-definition.ts';
import type { VideoId } from '#shared/domain/ids.ts';

export const ImportDatasetParams = z.object({
  formatId: z.string(),
  file: z.string(),
  mediaFolder: z.string().nullable(),
  options: z.record(z.string(), z.unknown()),
  isReviewed: z.boolean().default(false),
});

export interface ImportDatasetParts {
  readonly imports: ImportsService;
  /** Queues pictures and waveforms of the videos whose files were found. */
  onMeasured(videoIds: readonly VideoId[], actor: string): void;
}

export function importDatasetJobKind({ imports, onMeasured }: ImportDatasetParts): JobDefinition<typeof ImportDatasetParams> {
  return {
    kind: 'import-dataset',
    lane: 'ffmpeg',
    paramsSchema: ImportDatasetParams,
    stages: [{ name: 'read', weight: 1 }],
    run: async (context, params) => ({ ...(await imports.dataset({ ...context, onMeasured: (videoId) => onMeasured([videoId], context.actor) }, params)) }),
  };
}
