import { AutomaticSteps, automaticStepIds } from '#shared/steps/from-steps.ts';

/** For studios in which nothing is to happen by itself. */
export const noAutomaticSteps: AutomaticSteps = AutomaticSteps.parse(Object.fromEntries(automaticStepIds.map((id) => [id, false])));
