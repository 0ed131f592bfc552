import { AppError } from '#shared/contract/errors.ts';

/** The command was given what it cannot take: it ends with 2, as where commander finds that out. */
export class WrongUsage extends Error {}

/** For checks of the core that are made of the command's words before any work. */
export function asUsage<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof AppError) throw new WrongUsage(error.message, { cause: error });
    throw error;
  }
}
