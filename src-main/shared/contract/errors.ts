import { z } from 'zod';
import { inEnglish, plain, Words } from '../words/words.ts';

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

/** An AppError as it crosses processes and is stored. */
export const Refusal = z.object({
  code: AppErrorCode,
  /** In English, for those who know nothing of languages: logs, and records of earlier versions, which have nothing else. */
  message: z.string(),
  words: Words.optional(),
});
export type Refusal = z.infer<typeof Refusal>;

/** The only error that crosses a process boundary with its meaning intact; `words` are for people, `message` says them in English. */
export class AppError extends Error {
  override name = 'AppError';
  readonly code: AppErrorCode;
  readonly words: Words;

  constructor(code: AppErrorCode, said: Words, options?: ErrorOptions) {
    super(inEnglish(said), options);
    this.code = code;
    this.words = said;
  }

  static received({ code, message, words }: Refusal): AppError {
    return new AppError(code, words ?? plain(message));
  }

  get refusal(): Refusal {
    return { code: this.code, message: this.message, words: this.words };
  }
}

/** What an error says to people: words of ours, or what somebody else's program said. */
export function wordsOf(error: unknown): Words {
  if (error instanceof AppError) return error.words;
  return plain(error instanceof Error ? error.message : String(error));
}

/** True for the error that a cancelled call or job ends with. */
export function isCancelled(error: unknown): boolean {
  return error instanceof AppError && error.code === 'cancelled';
}
