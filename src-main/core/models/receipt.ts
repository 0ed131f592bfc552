import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ModelFilePath } from './model-manifest.ts';
import { isMissing } from '#core/base/files/file-errors.ts';
import { fileProblem, readRegularFile } from '#core/base/files/regular-file.ts';

/** A few dozen files, each with its hash. */
const MAX_RECEIPT_BYTES = 5_000_000;

/** Beside the files of a downloaded model: what it is and what every file must hash to. */
export const RECEIPT_FILE = 'shotluck-model.json';

const Receipt = z.object({
  modelId: z.string(),
  variantId: z.string(),
  repo: z.string(),
  commit: z.string(),
  installedAtMs: z.int(),
  files: z.array(z.object({ path: ModelFilePath, bytes: z.int(), sha256: z.string().regex(/^[0-9a-f]{64}$/u) })).min(1),
});
export type Receipt = z.infer<typeof Receipt>;

/** Null where there is none: the folder was not made by a download. Undefined for one that cannot be read. */
export async function readReceipt(folder: string): Promise<Receipt | null | undefined> {
  try {
    return Receipt.safeParse(JSON.parse((await readRegularFile(path.join(folder, RECEIPT_FILE), MAX_RECEIPT_BYTES)).toString('utf8'))).data;
  } catch (error) {
    if (isMissing(error)) return null;
    if (error instanceof SyntaxError || fileProblem(error) !== null) return undefined;
    throw error;
  }
}

export async function writeReceipt(folder: string, receipt: Receipt): Promise<void> {
  await writeFile(path.join(folder, RECEIPT_FILE), `${JSON.stringify(receipt, null, 2)}\n`, { flush: true });
}
