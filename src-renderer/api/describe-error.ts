import { AppError, AppErrorCode, type Refusal } from '#shared/contract/errors.ts';

/** What a person should be shown of a failure. Anything but an AppError is a fault of the program itself. */
export function describeError(error: unknown): Refusal {
  if (error instanceof AppError) return error.refusal;
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}

/** The code of a stored job error, which is a plain string in the database. */
export function errorCodeOf(code: string): AppErrorCode {
  const parsed = AppErrorCode.safeParse(code);
  return parsed.success ? parsed.data : 'internal';
}
