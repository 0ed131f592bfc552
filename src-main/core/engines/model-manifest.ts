import { z } from 'zod';
import { AppError } from '#shared/contract/errors.ts';

export const ModelRole = z.enum(['captioner', 'shot-detector']);
export type ModelRole = z.infer<typeof ModelRole>;

const RelativePath = z
  .string()
  .regex(/^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/u)
  .refine((value) => !value.split('/').includes('..'), 'a path inside the model folder');

const ModelFile = z.object({
  path: RelativePath,
  bytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/u),
});
export type ModelFile = z.infer<typeof ModelFile>;

/** What goes into the network, for people who want to feed it themselves. */
const InputSpec = z.object({
  width: z.int().positive(),
  height: z.int().positive(),
  /** Pictures in one run: fewest and most. */
  minFrames: z.int().positive(),
  maxFrames: z.int().positive(),
  layout: z.string(),
});

/** One model that the product knows; its files lie in the folder `id` beside the manifest. */
export const ManifestModel = z.object({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/u),
  title: z.string().min(1),
  role: ModelRole,
  licence: z.string().min(1),
  source: z.string().min(1),
  input: InputSpec,
  notes: z.string(),
  files: z.array(ModelFile).min(1),
});
export type ManifestModel = z.infer<typeof ManifestModel>;

export const ModelManifest = z.object({
  version: z.literal(1),
  models: z.array(ManifestModel).refine(haveUniqueIds, 'two models have the same id'),
});
export type ModelManifest = z.infer<typeof ModelManifest>;

/** @throws AppError `model-broken` naming the key that is wrong */
export function parseManifest(text: string): ModelManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new AppError('model-broken', 'The list of models (models/manifest.json) is not valid JSON. Install the studio again.', { cause: error });
  }
  const parsed = ModelManifest.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError(
    'model-broken',
    `The list of models (models/manifest.json) cannot be used: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'wrong shape'}. Install the studio again.`,
  );
}

function haveUniqueIds(models: readonly { readonly id: string }[]): boolean {
  return new Set(models.map((model) => model.id)).size === models.length;
}
