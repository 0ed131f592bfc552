import { AppError } from '#shared/contract/errors.ts';
import type { ExportIssue, ExportPreview } from '#shared/contract/views.ts';
import type { Exporter } from './format.ts';
import type { DocumentSource } from '#core/project/documents/video-document.ts';

const MAX_SAMPLE_LENGTH = 20_000;
const MAX_LISTED = 200;

/** Runs an exporter without writing: the beginning of its first file, its counts, and what it would leave out. */
export async function previewExport(
  exporter: Exporter,
  options: Readonly<Record<string, unknown>>,
  documents: DocumentSource,
  signal: AbortSignal,
): Promise<ExportPreview> {
  const parsed = exporter.optionsSchema.safeParse(options);
  if (!parsed.success) throw new AppError('invalid-input', `These options do not fit ${exporter.title}: ${parsed.error.message}`);
  const counts: Record<string, number> = {};
  const leftOut: ExportIssue[] = [];
  let leftOutCount = 0;
  let sample = '';
  let firstFile: string | null = null;
  const chunks = exporter.write(documents, {
    options: parsed.data,
    signal,
    onCount: (name, amount) => {
      counts[name] = (counts[name] ?? 0) + amount;
    },
    onLeftOut(where, reason) {
      leftOutCount++;
      if (leftOut.length < MAX_LISTED) leftOut.push({ where, reason });
    },
    clipProblem: () => null,
  });
  for await (const chunk of chunks) {
    firstFile ??= chunk.file;
    if (chunk.file === firstFile && sample.length < MAX_SAMPLE_LENGTH) sample = (sample + chunk.text).slice(0, MAX_SAMPLE_LENGTH);
  }
  return { sample, counts, leftOut, leftOutCount };
}
