import { readCaptionerFolder } from './captioners/captioner-folder.ts';
import type { ModelRole } from './model-manifest.ts';
import { isWhisperFolder, readWhisperFolder } from './transcribers/whisper-folder.ts';

/** A model folder that a person brought: what it is for, and the relative paths of every file that is used of it. */
export interface OwnFolder {
  readonly role: ModelRole;
  readonly files: readonly string[];
}

/**
 * Speech models say so in their config; whatever else lies there means to be a captioner. Loads no weights.
 * @throws AppError `model-missing` or `model-broken`, naming the file and key
 */
export async function readOwnFolder(folder: string): Promise<OwnFolder> {
  if (await isWhisperFolder(folder)) return { role: 'transcriber', files: (await readWhisperFolder(folder)).files };
  return { role: 'captioner', files: (await readCaptionerFolder(folder)).files };
}
