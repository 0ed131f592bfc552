import { AppError, AppErrorCode } from '#shared/contract/errors.ts';

export interface ErrorDescription {
  /** Chooses the title and the advice among the texts `errors.<code>`. */
  readonly code: AppErrorCode;
  /** What happened, in the core's words; empty when only the code is known. */
  readonly message: string;
}

/** What a person should be told of a failure. Anything but an AppError is a fault of the program itself. */
export function describeError(error: unknown): ErrorDescription {
  if (error instanceof AppError) return { code: error.code, message: error.message };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}

/** The code of a stored job error, which is a plain string in the database. */
export function errorCodeOf(code: string): AppErrorCode {
  const parsed = AppErrorCode.safeParse(code);
  return parsed.success ? parsed.data : 'internal';
}
