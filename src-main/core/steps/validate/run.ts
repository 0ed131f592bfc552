import type { ExportsService } from '#core/exchange/exports/exports-service.ts';
import type { ChosenPlaces } from '#core/project/chosen-places.ts';
import type { validateStep } from '#shared/steps/validate.ts';
import type { StepJob } from '../step-room.ts';
import { ValidateParams } from './plan.ts';

interface ValidateParts {
  readonly exports: Pick<ExportsService, 'check'>;
  readonly places: Pick<ChosenPlaces, 'requireChosen'>;
}

export function validateJobKind({ exports, places }: ValidateParts): StepJob<typeof validateStep, typeof ValidateParams> {
  return {
    kind: 'validate',
    lane: 'exchange',
    paramsSchema: ValidateParams,
    stages: [{ name: 'look', weight: 1 }],
    async run({ signal, progress }, { copies, folder, ...ask }) {
      if (folder !== null) places.requireChosen(folder, 'reading');
      const onProgress = (fraction: number): void => progress('look', fraction);
      return { check: await exports.check(ask, { copies, folder }, { signal, onProgress }) };
    },
  };
}
