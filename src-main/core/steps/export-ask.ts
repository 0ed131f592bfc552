import { z } from 'zod';
import { checkExport, type ExportAsk } from '#core/exchange/exports/check-export.ts';
import { CheckChoices } from '#shared/contract/export-check.ts';

/** Which export a job is about, as its record keeps it. */
export const ExportAskParams = z.object({
  formatId: z.string(),
  options: z.record(z.string(), z.unknown()),
  ...CheckChoices,
});

/**
 * `format`: as people know it.
 * @throws AppError as `checkExport`
 */
export function exportAskOf(request: ExportAsk): { readonly format: string; readonly ask: z.infer<typeof ExportAskParams> } {
  const { exporter, options, ...choices } = checkExport(request);
  return { format: exporter.title, ask: { formatId: exporter.id, options: ExportAskParams.shape.options.parse(options), ...choices } };
}
