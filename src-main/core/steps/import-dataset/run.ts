import type { ImportsService } from '#core/exchange/imports/imports-service.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import type { importDatasetStep } from '#shared/steps/import-dataset.ts';
import type { StepJob } from '../step-room.ts';
import { ImportDatasetParams } from './plan.ts';

interface ImportDatasetParts {
  readonly imports: ImportsService;
  /** Queues pictures and waveforms of the videos whose files were found. */
  onMeasured(videoIds: readonly VideoId[], actor: string): void;
}

export function importDatasetJobKind({
  imports,
  onMeasured,
}: ImportDatasetParts): StepJob<typeof importDatasetStep, typeof ImportDatasetParams> {
  return {
    kind: 'import-dataset',
    lane: 'exchange',
    paramsSchema: ImportDatasetParams,
    stages: [{ name: 'read', weight: 1 }],
    run: (context, params) => imports.dataset({ ...context, onMeasured: (videoId) => onMeasured([videoId], context.actor) }, params),
  };
}
