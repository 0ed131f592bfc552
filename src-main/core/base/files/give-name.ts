import { link, lstat, rename, rm } from 'node:fs/promises';
import { errorCode } from './error-code.ts';
import { isMissing } from './file-errors.ts';

/** By these a file system says that it has no links (exFAT, some network shares). */
const WITHOUT_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EISDIR']);

/** Gives a finished file its name unless the name is taken; false when it is. */
export async function giveName(part: string, target: string): Promise<boolean> {
  try {
    // Unlike rename, link never replaces.
    await link(part, target);
    await rm(part, { force: true });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    if (!WITHOUT_LINKS.has(errorCode(error) ?? '')) throw error;
  }
  if (await isTaken(target)) return false;
  await rename(part, target);
  return true;
}

/** Also by a link that leads nowhere. */
function isTaken(target: string): Promise<boolean> {
  return lstat(target).then(
    () => true,
    (error: unknown) => {
      if (isMissing(error)) return false;
      throw error;
    },
  );
}
