import { z } from 'zod';
import { assert } from '../assert.ts';
import type { VideoId } from '../domain/ids.ts';
import type { AutomaticStep, Step } from './define-step.ts';
import { steps } from './steps.ts';

type AnyStep = (typeof steps)[number];
type AutomaticStepOf<S> = S extends Step & { readonly automatic: AutomaticStep } ? S : never;

export type StepId = AnyStep['id'];

/** Steps that can follow an import by themselves, in order. */
export type AutomaticStepId = AutomaticStepOf<AnyStep>['id'];
const automatic = steps.filter((step): step is AutomaticStepOf<AnyStep> => step.automatic !== null);
export const automaticStepIds: readonly AutomaticStepId[] = automatic.map(({ id }) => id);

/** Which of them do. */
export const AutomaticSteps = z.object(
  Object.fromEntries(automaticStepIds.map((id) => [id, z.boolean()])) as Record<AutomaticStepId, z.ZodBoolean>,
);
export type AutomaticSteps = z.infer<typeof AutomaticSteps>;

export const automaticStepsAtFirst: AutomaticSteps = AutomaticSteps.parse(
  Object.fromEntries(automatic.map(({ id, automatic: { isOnAtFirst } }) => [id, isOnAtFirst])),
);

export function stepsThatAreOn(chosen: AutomaticSteps): ReadonlySet<AutomaticStepId> {
  return new Set(automaticStepIds.filter((id) => chosen[id]));
}

/** What "all" means where nobody chooses: a step that is off at first is not everybody's. */
export const stepsOnAtFirst: ReadonlySet<AutomaticStepId> = stepsThatAreOn(automaticStepsAtFirst);

/** A piece of work that a client may ask for. Options left out come from the settings. */
export const JobRequest = z.discriminatedUnion('kind', atLeastOne(steps.flatMap(({ request }) => (request === null ? [] : [request]))));
export type JobRequest = z.infer<typeof JobRequest>;

/** What is asked for where these steps are wanted and no more is said, in order. */
export function requestsOf(ids: ReadonlySet<AutomaticStepId>, videoId: VideoId): JobRequest[] {
  return automatic.filter(({ id }) => ids.has(id)).map((step) => JobRequest.parse(step.automatic.request(videoId)));
}

/** The step of this id; undefined for a kind of job that this studio does not know. */
export function findStep(id: string): Step | undefined {
  return steps.find((step) => step.id === id);
}

function atLeastOne<T>(list: readonly T[]): readonly [T, ...T[]] {
  const [first, ...rest] = list;
  assert(first !== undefined, 'there is a step');
  return [first, ...rest];
}
