import { link, mkdir, open, rename, rm, rmdir } from 'node:fs/promises';
import { errorCode } from './error-code.ts';

/** By these a file system says that it has no links (exFAT, some network shares). */
const WITHOUT_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EISDIR']);

/** By these a folder is said not to be replaced: it has something in it, or, on Windows, it is there. */
const NOT_REPLACED: ReadonlySet<string> = new Set(['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES']);

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
  return giveNameWithoutLinks(part, target);
}

/** The same where there are no links: the name is taken by an empty file of our own, and rename replaces that. */
export async function giveNameWithoutLinks(part: string, target: string): Promise<boolean> {
  if (!(await hasTaken(async () => (await open(target, 'wx')).close()))) return false;
  try {
    await rename(part, target);
    return true;
  } catch (error) {
    await rm(target, { force: true });
    throw error;
  }
}

/** The same for a folder: the name is taken by an empty one of our own, for rename replaces no other. */
export async function giveFolderName(part: string, target: string): Promise<boolean> {
  if (!(await hasTaken(() => mkdir(target)))) return false;
  try {
    await rename(part, target);
    return true;
  } catch (error) {
    if (!NOT_REPLACED.has(errorCode(error) ?? '')) throw error;
  }
  // Windows replaces not even an empty folder. One that somebody put something into is theirs.
  const isEmpty = await rmdir(target).then(
    () => true,
    () => false,
  );
  if (!isEmpty) return false;
  await rename(part, target);
  return true;
}

/** Whether a name could be taken, which nobody has then: not where there is anything of that name, also a link that leads nowhere. */
async function hasTaken(take: () => Promise<void>): Promise<boolean> {
  try {
    await take();
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}
