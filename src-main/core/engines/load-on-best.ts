import { env, LogLevel } from '@huggingface/transformers';
import { AppError } from '#shared/contract/errors.ts';
import type { Device } from '#shared/domain/device.ts';
import { broken } from './model-folder.ts';

/** Keeps transformers.js to local files, without a word to anybody. */
export function stayLocal(): void {
  env.allowRemoteModels = false;
  env.useFSCache = false;
  env.logLevel = LogLevel.NONE;
}

export interface Loading<Model> {
  load(device: Device): Promise<Model>;
  /** Writes a token or two; returns how sure the model was of them. */
  tryOut(model: Model): Promise<number | null>;
}

/** Loads on `device`; where a GPU fails to load the networks or to write a first token, falls back to the CPU with a note. */
export async function loadOnBest<Model>(device: Device, { load, tryOut }: Loading<Model>): Promise<{ model: Model; fallbackNotes: string[] }> {
  if (device === 'cpu') return { model: await load(device), fallbackNotes: [] };
  try {
    const model = await load(device);
    if (!Number.isFinite(await tryOut(model))) throw new Error('it gave no finite scores');
    return { model, fallbackNotes: [] };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const model = await load('cpu');
    return { model, fallbackNotes: [`Ran on the CPU: this model does not run on ${device} here (${reason.slice(0, 200)}).`] };
  }
}

/**
 * Loads the parts of a model, and says of a failure which file it is about.
 * @throws AppError `model-broken`
 */
export async function namingFiles<T>({ folder, files }: { readonly folder: string; readonly files: readonly string[] }, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw broken(folder, files.find((file) => reason.includes(file)) ?? 'the networks in onnx/', reason.slice(0, 300));
  }
}
