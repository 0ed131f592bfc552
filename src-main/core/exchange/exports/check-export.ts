import { z } from 'zod';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import type { Exporter } from '../formats/format.ts';
import { findExporter } from '../formats/registry.ts';

/** Which export somebody asks for; options left out are the format's own. */
export interface ExportAsk {
  readonly formatId: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Greatest length of a row, in tokens, where the trainer is not run with its own. */
  readonly tokenLimit?: number | undefined;
  /** Rows that the check refuses do not go out. */
  readonly leaveOutRefused?: boolean | undefined;
}

/** An export whose format is known and whose options fit it. */
export interface CheckedExport {
  readonly exporter: Exporter;
  readonly options: unknown;
  readonly tokenLimit?: number | undefined;
  readonly leaveOutRefused?: boolean | undefined;
}

/** @throws AppError `not-found` for a format that there is not, `invalid-input` naming the option that does not fit */
export function checkExport({ formatId, options, tokenLimit, leaveOutRefused }: ExportAsk): CheckedExport {
  const exporter = findExporter(formatId);
  const parsed = exporter.optionsSchema.safeParse(options);
  if (parsed.success) return { exporter, options: parsed.data, tokenLimit, leaveOutRefused };
  throw new AppError('invalid-input', words('exchange.badOptions', { format: exporter.title, problems: z.prettifyError(parsed.error) }));
}
