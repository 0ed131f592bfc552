import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { temporaryName } from './leftovers.ts';

/**
 * Whole or not at all: a crash in the middle leaves the old file. Written by hand, for what is left of a killed process must bear a name by which it is
 * swept (`leftovers.ts`); those of write-file-atomic 8.0 are hashes.
 */
export function writeWholeSync(file: string, data: string): void {
  const temporary = temporaryName(file);
  try {
    writeFileSync(temporary, data, { flush: true });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** As `writeWholeSync`, for what can be made again: whether it outlives a power cut is left to the system. */
export async function writeWhole(file: string, data: string | Uint8Array): Promise<void> {
  const temporary = temporaryName(file);
  try {
    await writeFile(temporary, data);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
