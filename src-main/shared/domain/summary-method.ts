import { z } from 'zod';

/**
 * The ways of Shot2Story (Han et al. 2023) to summarise a video of several shots with a model: `sum-text` from captions and speech,
 * `sum-shot` from frames and speech of every shot in one prompt, `sum-holistic` from frames over the whole video.
 */
export const SummaryMethod = z.enum(['sum-text', 'sum-shot', 'sum-holistic']);
export type SummaryMethod = z.infer<typeof SummaryMethod>;

export const SUMMARY_VARIABLE_NAMES = ['title', 'words'] as const;

/** Id of a way to summarise with a model, by which it is chosen: `sum-text:endpoint:box`. */
export function summariserId(method: SummaryMethod, modelId: string): string {
  return `${method}:${modelId}`;
}

/** Method and model of an id; null for summarisers without a model. */
export function partsOfSummariser(id: string): { readonly method: SummaryMethod; readonly modelId: string } | null {
  const colon = id.indexOf(':');
  const method = SummaryMethod.safeParse(id.slice(0, Math.max(0, colon)));
  return method.success ? { method: method.data, modelId: id.slice(colon + 1) } : null;
}
