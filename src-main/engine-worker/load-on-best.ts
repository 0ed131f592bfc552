import { env, LogLevel } from '@huggingface/transformers';
import { AppError } from '#shared/contract/errors.ts';
import type { Device, DeviceChoice } from '#shared/domain/device.ts';
import { words } from '#shared/words/words.ts';
import { resolveDevice } from './execution-providers.ts';
import { chooseFormats, hasOnlyIntegerWeights, type NetworkFolder } from '#core/models/folders/language-folder.ts';
import { broken } from '#core/models/folders/model-folder.ts';
import { sessionOptions } from './session-options.ts';
import type { WorkLimit } from '#core/engines/work-limit.ts';

/** Keeps transformers.js to local files, without a word to anybody. */
export function stayLocal(): void {
  env.allowRemoteModels = false;
  env.useFSCache = false;
  env.logLevel = LogLevel.NONE;
}

/** For tokenizers and processors. */
export const LOCAL_FILES = { local_files_only: true } as const;

/** For the networks of a folder. */
export function networkOptions(folder: NetworkFolder, device: Device, threads: number) {
  return { ...LOCAL_FILES, dtype: chooseFormats(folder, device), device, session_options: sessionOptions(threads) };
}

/** What loading the parts of a model needs beside its folder. */
export interface LoadOptions {
  readonly device: Device;
  readonly threads: number;
  readonly limit: WorkLimit;
}

export interface Loading<Model> {
  load(device: Device): Promise<Model>;
  /** Writes a token or two; returns how sure the model was of them. */
  tryOut(model: Model): Promise<number | null>;
}

/**
 * Loads the folder's networks on the chosen device, or on the best one for them; where a GPU fails to load them or to write a first token,
 * falls back to the CPU. `notes` say for people why another device than the chosen one runs.
 */
export async function loadOnBest<Model>(
  folder: NetworkFolder,
  choice: DeviceChoice,
  { load, tryOut }: Loading<Model>,
): Promise<{ model: Model; notes: string[] }> {
  // GPU providers have no 8-bit integer products: such networks would run on the CPU anyway, with copies to and fro.
  const { device, notes } = await resolveDevice(choice === 'auto' && hasOnlyIntegerWeights(folder) ? 'cpu' : choice);
  if (device === 'cpu') return { model: await load(device), notes };
  try {
    const model = await load(device);
    if (!Number.isFinite(await tryOut(model))) throw new Error('it gave no finite scores');
    return { model, notes };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const model = await load('cpu');
    return { model, notes: [...notes, `Ran on the CPU: this model does not run on ${device} here (${reason.slice(0, 200)}).`] };
  }
}

/**
 * Loads the parts of a model, and says of a failure which file it is about.
 * @throws AppError `model-broken`
 */
export async function namingFiles<T>(
  { folder, files }: { readonly folder: string; readonly files: readonly string[] },
  load: () => Promise<T>,
): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw broken(folder, files.find((file) => reason.includes(file)) ?? words('worker.networksInOnnx'), reason.slice(0, 300));
  }
}
