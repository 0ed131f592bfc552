import { z } from 'zod';

/** The closed set of reasons that a caller can act on. */
export const AppErrorCode = z.enum([
  'invalid-input',
  'forbidden',
  'not-found',
  'conflict',
  'cancelled',
  'disconnected',
  'no-project',
  'media-missing',
  'media-corrupt',
  'model-missing',
  'model-broken',
  'tool-missing',
  'disk-full',
  'read-only',
  'damaged',
  'network',
  'busy',
  'unsupported',
  'internal',
]);
export type AppErrorCode = z.infer<typeof AppErrorCode>;

/** The only error that crosses a process boundary with its meaning intact; `message` is for people. */
export class AppError extends Error {
  override name = 'AppError';
  readonly code: AppErrorCode;

  constructor(code: AppErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** True for the error that a cancelled call or job ends with. */
export function isCancelled(error: unknown): boolean {
  return error instanceof AppError && error.code === 'cancelled';
}
