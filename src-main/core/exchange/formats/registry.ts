import { z } from 'zod';
import { AppError } from '#shared/contract/errors.ts';
import type { FormatInfo } from '#shared/contract/views.ts';
import { words } from '#shared/words/words.ts';
import { axolotlExporter } from './exporters/axolotl.ts';
import { htmlSheetExporter } from './exporters/contact-sheet-html.ts';
import { markdownSheetExporter } from './exporters/contact-sheet-markdown.ts';
import { diffusionPipeExporter } from './exporters/diffusion-pipe.ts';
import { edlExporter } from './exporters/edl.ts';
import { fcp7Exporter } from './exporters/fcp7.ts';
import { fcpxmlExporter } from './exporters/fcpxml.ts';
import { internVlExporter } from './exporters/internvl.ts';
import { llamaFactoryExporter } from './exporters/llama-factory.ts';
import { llavaExporter } from './exporters/llava.ts';
import { llavaNextExporter } from './exporters/llava-next.ts';
import { ltxExporter } from './exporters/ltx-2.ts';
import { msSwiftExporter } from './exporters/ms-swift.ts';
import { musubiTunerExporter } from './exporters/musubi-tuner.ts';
import { otioExporter } from './exporters/otio.ts';
import { pySceneDetectExporter } from './exporters/pyscenedetect.ts';
import { qwenVlExporter } from './exporters/qwen-vl.ts';
import { shotsCsvExporter, shotsJsonlExporter, shotsTsvExporter } from './exporters/shot-table.ts';
import { shot2storyQaExporter } from './exporters/shot2story-qa.ts';
import { shot2storyExporter } from './exporters/shot2story.ts';
import { srtExporter, vttExporter } from './exporters/subtitles.ts';
import type { CutListFormat } from './cut-list-format.ts';
import { edl } from './cut-lists/edl.ts';
import { fcp7 } from './cut-lists/fcp7.ts';
import { fcpxml } from './cut-lists/fcpxml.ts';
import { losslessCutCsv, losslessCutProject } from './cut-lists/losslesscut.ts';
import { otio } from './cut-lists/otio.ts';
import { pySceneDetect } from './cut-lists/pyscenedetect.ts';
import { transNetPredictions, transNetScenes } from './cut-lists/transnet.ts';
import { trlExporter } from './exporters/trl.ts';
import { parquetExporter, videoFolderExporter } from './exporters/video-folder.ts';
import type { Exporter, Importer } from './format.ts';
import { clipsFolderImporter } from './importers/clips-folder.ts';
import { llavaImporter } from './importers/llava.ts';
import { shot2storyImporter } from './importers/shot2story.ts';
import { shot2storyQaImporter } from './importers/shot2story-qa.ts';
import { shot2storySideImporter } from './importers/shot2story-side.ts';
import { vriptImporter } from './importers/vript.ts';

/** Adding a format is adding its file and a line here. */
export const exporters: readonly Exporter[] = [
  shot2storyExporter,
  llavaExporter,
  shot2storyQaExporter,
  llamaFactoryExporter,
  msSwiftExporter,
  qwenVlExporter,
  llavaNextExporter,
  internVlExporter,
  axolotlExporter,
  trlExporter,
  videoFolderExporter,
  parquetExporter,
  musubiTunerExporter,
  diffusionPipeExporter,
  ltxExporter,
  srtExporter,
  vttExporter,
  edlExporter,
  otioExporter,
  fcpxmlExporter,
  fcp7Exporter,
  pySceneDetectExporter,
  htmlSheetExporter,
  markdownSheetExporter,
  shotsCsvExporter,
  shotsTsvExporter,
  shotsJsonlExporter,
];
const importers: readonly Importer[] = [
  shot2storyImporter,
  llavaImporter,
  shot2storySideImporter,
  shot2storyQaImporter,
  vriptImporter,
  clipsFolderImporter,
];
const cutLists: readonly CutListFormat[] = [
  pySceneDetect,
  losslessCutCsv,
  losslessCutProject,
  transNetScenes,
  transNetPredictions,
  edl,
  otio,
  fcpxml,
  fcp7,
];

export function findExporter(id: string): Exporter {
  return find(exporters, id, 'export');
}

export function findImporter(id: string): Importer {
  return find(importers, id, 'import');
}

/** The format of a cut list by what is in it, of several that of its extension; null: none. */
export function findCutList(name: string, text: string): CutListFormat | null {
  const fitting = unique(cutLists).filter((format) => format.isIn(text));
  const extension = name.split('.').at(-1)?.toLowerCase() ?? '';
  return fitting.find((format) => format.extensions.includes(extension)) ?? fitting[0] ?? null;
}

/** As people know them, e.g. for an error that says what can be read. */
export function cutListTitles(): string[] {
  return cutLists.map(({ title }) => title);
}

/** Everything that the dialog, the command line and the documentation need to know of the formats. */
export function formatInfos(): FormatInfo[] {
  const info = (format: Exporter | Importer, direction: 'import' | 'export'): FormatInfo => ({
    id: format.id,
    title: format.title,
    description: format.description,
    direction,
    group: 'group' in format ? format.group : 'data-set',
    extensions: [...format.extensions],
    readsFolder: direction === 'import' && format.isFolder === true,
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
