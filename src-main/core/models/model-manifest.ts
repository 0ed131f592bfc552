import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';

export const ModelRole = z.enum(['captioner', 'writer', 'shot-detector', 'transcriber', 'vad', 'text-recogniser']);
export type ModelRole = z.infer<typeof ModelRole>;

/** Models of the catalogue lie in a folder of this name. */
const ModelId = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/u);

/** A path inside a model folder; what comes from a server is held against it as well. */
export const ModelFilePath = z
  .string()
  .regex(/^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/u)
  .refine((value) => !value.split('/').includes('..'), 'must be a path inside the model folder');

const ModelFile = z.object({
  path: ModelFilePath,
  bytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/u),
});
export type ModelFile = z.infer<typeof ModelFile>;

/** What goes into a network that sees, for people who want to feed it themselves. */
const PictureInput = z.object({
  width: z.int().positive(),
  height: z.int().positive(),
  /** Pictures in one run: fewest and most. */
  minFrames: z.int().positive(),
  maxFrames: z.int().positive(),
  layout: z.string(),
});

/** What goes into a network that takes audio. */
const AudioInput = z.object({
  sampleRateHz: z.int().positive(),
  /** Most that it takes in one run. */
  maxSamples: z.int().positive(),
  layout: z.string(),
});

/** Execution providers that a model's weights are meant for. */
const ModelDevice = z.enum(['cpu', 'webgpu', 'cuda', 'dml', 'coreml']);

const Common = z.object({
  id: ModelId,
  title: z.string().min(1),
  role: ModelRole,
  /** `model_type` of its config.json; null for networks that have none. */
  family: z.string().min(1).nullable().default(null),
  licence: z.string().min(1),
  source: z.string().min(1),
  notes: z.string(),
  /** Working memory, with where the number is from: nearly all are estimates. */
  memory: z
    .object({ bytes: z.int().positive(), basis: z.string().min(1) })
    .nullable()
    .default(null),
  /** What to expect, with who measured it. */
  quality: z
    .object({ text: z.string().min(1), source: z.string().min(1) })
    .nullable()
    .default(null),
});

/** Ships with the studio: its files lie in the folder `id` beside the manifest. */
const BundledModel = Common.extend({
  delivery: z.literal('bundled'),
  devices: z.array(ModelDevice).min(1).default(['cpu']),
  input: z.union([PictureInput, AudioInput]).optional(),
  files: z.array(ModelFile).min(1),
});
export type BundledModel = z.infer<typeof BundledModel>;

/** One choice of weights of a model on the hub. */
const HubVariant = z.object({
  id: z.string().regex(/^[a-z0-9-]+$/u),
  title: z.string().min(1),
  devices: z.array(ModelDevice).min(1),
  /** Glob patterns (`path.matchesGlob`) of the networks; their `_data` files and the small files are always taken, see `hub-listing.ts`. */
  include: z.array(z.string().min(1)).min(1),
  /** The true size comes from the hub when the download starts. */
  approximateBytes: z.int().positive(),
});
export type HubVariant = z.infer<typeof HubVariant>;

/** Can be downloaded when a person asks for it. */
const HubModel = Common.extend({
  delivery: z.literal('hub'),
  hub: z.object({
    repo: z.string().regex(/^[\w.-]+\/[\w.-]+$/u),
    /** A commit, or a branch whose newest commit is looked up and recorded. */
    revision: z.string().regex(/^[\w.-]+$/u),
    /** The first one is taken when nobody chooses. */
    variants: z.array(HubVariant).min(1).refine(haveUniqueIds, 'two variants have the same id'),
  }),
});
export type HubModel = z.infer<typeof HubModel>;

/** Has to be converted from a checkpoint first; the folder is then added as a folder of one's own. */
const ConvertedModel = Common.extend({
  delivery: z.literal('convert'),
  devices: z.array(ModelDevice).min(1),
  convert: z.object({ recipe: z.string().min(1), checkpoint: z.string().min(1), approximateBytes: z.int().positive() }),
});

/** One model that the product knows. */
export const ManifestModel = z.discriminatedUnion('delivery', [BundledModel, HubModel, ConvertedModel]);
export type ManifestModel = z.infer<typeof ManifestModel>;

export const ModelManifest = z.object({
  version: z.literal(2),
  models: z.array(ManifestModel).refine(haveUniqueIds, 'two models have the same id'),
});
export type ModelManifest = z.infer<typeof ModelManifest>;

/**
 * Reads the list of models that the product knows, `manifest.json` in `modelsDir`.
 * @throws AppError `model-missing`, or `model-broken` naming the key that is wrong
 */
export async function loadManifest(modelsDir: string): Promise<ModelManifest> {
  const file = path.join(modelsDir, 'manifest.json');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new AppError('model-missing', words('models.listMissing', { file }), { cause: error });
  });
  return parseManifest(text);
}

/** @throws AppError `model-broken` naming the key that is wrong */
export function parseManifest(text: string): ModelManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new AppError('model-broken', words('models.listNotJson'), {
      cause: error,
    });
  }
  const parsed = ModelManifest.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError(
    'model-broken',
    words('models.listWrong', { key: issue?.path.join('.') ?? '', problem: issue?.message ?? words('models.wrongShape') }),
  );
}

function haveUniqueIds(entries: readonly { readonly id: string }[]): boolean {
  return new Set(entries.map((entry) => entry.id)).size === entries.length;
}
