import { AppError } from '#shared/contract/errors.ts';
import { words, type Words } from '#shared/words/words.ts';

export type StopReason = 'cancel' | 'pause' | 'shutdown';

/** What the signal of a job says when it is to stop. */
export function stopError(reason: StopReason): AppError {
  return new AppError('cancelled', words('jobs.stopped', { reason }));
}

/** What a job made is not wanted any more: somebody took it back while it ran. That is no failure; it ends as cancelled and says why. */
export class NotWantedError extends AppError {
  constructor(said: Words) {
    super('cancelled', said);
  }
}

/** Whether a job is to stop only because the studio ends: it goes on when the project is opened again. */
export function isStudioEnding({ aborted, reason }: AbortSignal): boolean {
  return aborted && reason instanceof AppError && reason.words.values['reason'] === ('shutdown' satisfies StopReason);
}
