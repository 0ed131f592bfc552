import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';

export type StopReason = 'cancel' | 'pause' | 'shutdown';

/** What the signal of a job says when it is to stop. */
export function stopError(reason: StopReason): AppError {
  return new AppError('cancelled', words('jobs.stopped', { reason }));
}

/** Whether a job is to stop only because the studio ends: it goes on when the project is opened again. */
export function isStudioEnding({ aborted, reason }: AbortSignal): boolean {
  return aborted && reason instanceof AppError && reason.words.values['reason'] === ('shutdown' satisfies StopReason);
}
