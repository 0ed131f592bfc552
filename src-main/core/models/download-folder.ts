import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { isMissing } from '#core/base/files/file-errors.ts';
import { type JsonFileRead, readJsonFile, requireRead, writeJsonFile } from '#core/base/files/json-file.ts';
import { Refusal } from '#shared/contract/errors.ts';
import { HubListing } from './hub-listing.ts';
import { RECEIPT_FILE } from './receipt.ts';

/** A download that was begun, so that it can go on after a restart. */
const DownloadRecord = z.object({
  modelId: z.string(),
  variantId: z.string(),
  /** Null until the hub has listed the files. */
  listing: HubListing.nullable(),
  /** Why it stopped the last time; null when somebody stopped it, or the studio ended. */
  error: Refusal.nullable(),
});
export type DownloadRecord = z.infer<typeof DownloadRecord>;

export type DownloadFolder = ReturnType<typeof createDownloadFolder>;

/**
 * Where models lie while they are being downloaded: `<userModelsDir>/.downloads/<model id>/`, with `download.json` and, in `files`,
 * everything that came so far. Beside the finished models, so that finishing is a rename.
 */
export function createDownloadFolder(userModelsDir: string) {
  const root = path.join(userModelsDir, '.downloads');
  const placeOf = (modelId: string): string => path.join(root, modelId);
  const filesOf = (modelId: string): string => path.join(placeOf(modelId), 'files');

  const recordOf = (modelId: string): string => path.join(placeOf(modelId), 'download.json');
  const read = (modelId: string): JsonFileRead<DownloadRecord> => readJsonFile(recordOf(modelId), DownloadRecord);
  const valueOf = (found: JsonFileRead<DownloadRecord>): DownloadRecord | null => (found.state === 'ok' ? found.value : null);

  /** @throws AppError `busy` where it cannot be read just now */
  const load = (modelId: string): DownloadRecord | null => valueOf(requireRead(recordOf(modelId), read(modelId)));

  return {
    filesOf,
    load,

    /** Everything that was begun and not finished, as far as it can be read. */
    async loadAll(): Promise<DownloadRecord[]> {
      const names = await readdir(root).catch((error: unknown) => {
        if (isMissing(error)) return [];
        throw error;
      });
      return names.flatMap((name) => valueOf(read(name)) ?? []);
    },

    save(record: DownloadRecord): void {
      writeJsonFile(recordOf(record.modelId), record);
    },

    /** How many bytes of these files are here already, finished or in part. */
    async receivedBytes(modelId: string, listing: HubListing): Promise<number> {
      const sizes = listing.files.map(async (file) => {
        const whole = path.join(filesOf(modelId), file.path);
        return Math.min(file.bytes, (await sizeOf(whole)) ?? (await sizeOf(`${whole}.part`)) ?? 0);
      });
      return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    },

    /** Puts the finished files in their place, in one step; a model of this id that was there before goes. */
    async install(modelId: string, listing: HubListing): Promise<void> {
      await this.removeOthers(modelId, new Set([...listing.files.map((file) => file.path), RECEIPT_FILE]));
      const target = path.join(userModelsDir, modelId);
      const old = path.join(placeOf(modelId), 'old');
      await rm(old, { recursive: true, force: true });
      await rename(target, old).catch((error: unknown) => {
        if (!isMissing(error)) throw error;
      });
      await rename(filesOf(modelId), target);
      await rm(placeOf(modelId), { recursive: true, force: true });
    },

    /** Files of other weights that an earlier attempt left would be loaded as well. */
    async removeOthers(modelId: string, wanted: ReadonlySet<string>): Promise<void> {
      const folder = filesOf(modelId);
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      for (const entry of entries) {
        const absolute = path.join(entry.parentPath, entry.name);
        const relative = path.relative(folder, absolute).split(path.sep).join('/');
        if (entry.isFile() && !wanted.has(relative)) await rm(absolute);
      }
    },

    async discard(modelId: string): Promise<void> {
      await rm(placeOf(modelId), { recursive: true, force: true });
    },

    async prepare(modelId: string): Promise<void> {
      await mkdir(filesOf(modelId), { recursive: true });
    },
  };
}

async function sizeOf(file: string): Promise<number | null> {
  return stat(file).then(
    ({ size }) => size,
    (error: unknown) => {
      if (isMissing(error)) return null;
      throw error;
    },
  );
}
