import { z } from 'zod';
import { AppError } from '#shared/contract/errors.ts';
import type { FormatInfo } from '#shared/contract/views.ts';
import { words } from '#shared/words/words.ts';
import { llamaFactoryExporter } from './exporters/llama-factory.ts';
import { llavaExporter } from './exporters/llava.ts';
import { shot2storyExporter } from './exporters/shot2story.ts';
import { srtExporter, vttExporter } from './exporters/subtitles.ts';
import type { Exporter, Importer } from './format.ts';
import { shot2storyImporter } from './importers/shot2story.ts';

/** Adding a format is adding its file and a line here. */
export const exporters: readonly Exporter[] = [shot2storyExporter, llavaExporter, llamaFactoryExporter, srtExporter, vttExporter];
const importers: readonly Importer[] = [shot2storyImporter];

export function findExporter(id: string): Exporter {
  return find(exporters, id, 'export');
}

export function findImporter(id: string): Importer {
  return find(importers, id, 'import');
}

/** Everything that the dialog, the command line and the documentation need to know of the formats. */
export function formatInfos(): FormatInfo[] {
  const info = (format: Exporter | Importer, direction: 'import' | 'export'): FormatInfo => ({
    id: format.id,
    title: format.title,
    description: format.description,
    direction,
    extensions: [...format.extensions],
    licenceNote: 'licenceNote' in format ? format.licenceNote : null,
    optionsSchema: z.toJSONSchema(format.optionsSchema, { io: 'input' }),
  });
  return [...unique(exporters).map((format) => info(format, 'export')), ...unique(importers).map((format) => info(format, 'import'))];
}

function find<F extends { readonly id: string }>(formats: readonly F[], id: string, direction: FormatInfo['direction']): F {
  const found = unique(formats).find((format) => format.id === id);
  if (found !== undefined) return found;
  const known = formats.map((format) => format.id).join(', ');
  throw new AppError('not-found', words(direction === 'export' ? 'exchange.noExportFormat' : 'exchange.noImportFormat', { id, known }));
}

/** Two formats under one id would make every export a matter of luck. */
function unique<F extends { readonly id: string }>(formats: readonly F[]): readonly F[] {
  const ids = new Set(formats.map((format) => format.id));
  if (ids.size !== formats.length) throw new Error('Two formats have the same id');
  return formats;
}
