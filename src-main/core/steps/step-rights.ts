import type { Caller } from '#shared/contract/define.ts';
import { AppError } from '#shared/contract/errors.ts';
import { findStep } from '#shared/steps/from-steps.ts';
import { words } from '#shared/words/words.ts';

/** Who asks for jobs, or for what they made. */
export type Sender = Pick<Caller, 'role' | 'personId'>;
export const THIS_MACHINE: Sender = { role: 'owner', personId: null };

/**
 * The one place where it is asked who may have steps of these kinds: to queue them, to have them begun again, and to be given what they made. What
 * nobody knows the kind of (null) is for owners.
 * @throws AppError `forbidden`
 */
export function requireStepRight({ role }: Pick<Sender, 'role'>, kinds: readonly (string | null)[]): void {
  if (role === 'owner') return;
  if (kinds.some((kind) => isForOwners(kind))) throw new AppError('forbidden', words('app.ownersOnly'));
}

function isForOwners(kind: string | null): boolean {
  const step = kind === null ? undefined : findStep(kind);
  return step === undefined || step.right === 'own';
}
