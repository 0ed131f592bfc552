import { placeOf, screenTextOfVideo, trainingText } from '#core/project/documents/document-texts.ts';
import type { DocumentSource } from '#core/project/documents/video-document.ts';
import { frameToUs } from '#shared/domain/time.ts';
import type { VideoSplit } from '#shared/domain/video.ts';
import type { ExportContext, Exporter } from '../format.ts';
import { parquetFile, type ParquetRow } from '../parquet-file.ts';
import { captionTurn, clipAt } from '../trained-row.ts';
import { captionOf, RowOptions } from './question-rows.ts';
import { readme, SPLIT_FOLDERS, splitFiles } from './trainer-files.ts';
import { rowsWithClips } from './trainer-rows.ts';
import { words, type Words } from '#shared/words/words.ts';

/** Whole numbers and texts only, never empty: every file of metadata then has the same types, and `datasets` refuses folders in which they differ. */
const COLUMNS = {
  file_name: 'string',
  kind: 'string',
  caption: 'string',
  speech: 'string',
  screen_text: 'string',
  source: 'string',
  start_frame: 'int32',
  end_frame: 'int32',
  start_us: 'int64',
  duration_us: 'int64',
} as const;
type Row = ParquetRow<typeof COLUMNS>;

/** Clips beside the metadata that names them, `file_name` first. */
async function* rowsInFolders(
  documents: DocumentSource,
  context: ExportContext<RowOptions>,
): AsyncGenerator<{ readonly split: VideoSplit; readonly row: Row }> {
  const { options, onLeftOut } = context;
  const subjects = rowsWithClips({ documents, context, folderOf: (split) => SPLIT_FOLDERS[split] }, (texts, shot) => {
    const caption = captionOf(texts, shot, options.texts, onLeftOut);
    if (caption === null) return [];
    const where = placeOf(texts.document, shot);
    const clean = (text: string, what: Words): string => trainingText(text, what, (reason) => onLeftOut(where, reason, 'special-tokens'));
    const speech = clean(texts.speechOf(shot), words('exchange.theSpeech'));
    const screen_text = clean(
      shot === null ? screenTextOfVideo(texts.document) : texts.screenTextOf(shot),
      words('exchange.theScreenText'),
    );
    return [{ caption, speech, screen_text }];
  });
  for await (const subject of subjects) {
    const { document, shot, clip, split, startFrame, endFrame, durationUs, caption, speech, screen_text } = subject;
    context.onRow({ subject, turns: captionTurn(caption), rejected: null, media: { ...clipAt(clip), parts: 1 } });
    const row = {
      file_name: clip.slice(SPLIT_FOLDERS[split].length + 1),
      kind: shot === null ? 'video' : 'shot',
      caption,
      speech,
      screen_text,
      source: document.video.name,
      start_frame: startFrame,
      end_frame: endFrame,
      start_us: frameToUs(document.clock, startFrame),
      duration_us: durationUs,
    };
    yield { split, row };
  }
}

/** A text that the JSON reader of pyarrow (26.0) takes for a time; where a whole column is of such, it becomes one, and splits no longer fit together. */
const LIKE_A_TIME = /^\d{4}-\d{2}-\d{2}(?:[T ].*)?$/u;

/** Texts that look like times end in a line break, which no time does. */
function withoutTimes(row: Row): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries<string | number>(row).map(([name, value]) => [
      name,
      typeof value === 'string' && LIKE_A_TIME.test(value) ? `${value}\n` : value,
    ]),
  );
}

const COLUMN_NOTE =
  '`kind` is `shot` or `video`. `source` is the video that a clip was cut from: frames `start_frame` up to, but without, `end_frame`, at `start_us` microseconds.';

/**
 * Folders `train`, `validation` and `test`, each with its clips and its own `metadata.jsonl`: metadata above them is ignored, and without such folders the
 * names of clips decide on splits. Source: datasets 5.2.0, `folder_based_builder.py`, `data_files.py`.
 */
export const videoFolderExporter: Exporter<typeof RowOptions> = {
  id: 'videofolder',
  group: 'data-set',
  title: 'Hugging Face VideoFolder',
  description: 'Clips in train, validation and test, each with a metadata.jsonl. For load_dataset, and for the Hub.',
  extensions: ['jsonl'],
  isFolder: true,
  optionsSchema: RowOptions,
  async *write(documents, context) {
    const files = splitFiles((split) => `${SPLIT_FOLDERS[split]}/metadata.jsonl`, 'lines');
    for await (const { split, row } of rowsInFolders(documents, context)) yield files.row(split, withoutTimes(row));
    yield* files.end();
    yield readme(
      'Clips with captions',
      'Load this folder with `load_dataset("videofolder", data_dir=…)`, or upload it as it is.',
      COLUMN_NOTE,
    );
  },
};

/** As `videoFolderExporter`, with the metadata as Parquet, whose columns have types. `datasets` reads either. */
export const parquetExporter: Exporter<typeof RowOptions> = {
  id: 'parquet',
  group: 'data-set',
  title: 'Parquet with clips',
  description: 'Clips in train, validation and test, each with a metadata.parquet. For load_dataset, DuckDB, pandas and others.',
  extensions: ['parquet'],
  isFolder: true,
  optionsSchema: RowOptions,
  async *write(documents, context) {
    const files = new Map<VideoSplit, ReturnType<typeof parquetFile<typeof COLUMNS>>>();
    const fileOf = (split: VideoSplit): string => `${SPLIT_FOLDERS[split]}/metadata.parquet`;
    for await (const { split, row } of rowsInFolders(documents, context)) {
      const file = files.get(split) ?? parquetFile(COLUMNS);
      files.set(split, file);
      yield { file: fileOf(split), data: file.add(row) };
    }
    if (files.size === 0) files.set('train', parquetFile(COLUMNS));
    for (const [split, file] of files) yield { file: fileOf(split), data: file.end() };
    yield readme(
      'Clips with captions',
      'Load this folder with `load_dataset("videofolder", data_dir=…)`, or read the tables with DuckDB or pandas.',
      COLUMN_NOTE,
    );
  },
};
