import { z } from 'zod';
import type { DocumentSource } from '#core/project/documents/video-document.ts';
import type { VideoSplit } from '#shared/domain/video.ts';
import type { ExportContext, ExportPiece } from '../format.ts';
import { captionTurn, clipAt } from '../trained-row.ts';
import { RowOptions } from './question-rows.ts';
import { pathIn, SPLIT_FOLDERS } from './trainer-files.ts';
import { captionRows } from './trainer-rows.ts';

/** Generators learn shots: a summary of many shots describes none of their pictures. */
export const GeneratorOptions = RowOptions.extend({
  videoRows: z.boolean().default(false).describe('One row per video, with its summary'),
});
type GeneratorOptions = z.output<typeof GeneratorOptions>;

/** What a folder of clips with captions beside them holds. */
interface CaptionFolder {
  readonly split: VideoSplit;
  /** The folder, for side files. */
  readonly path: string;
  /** Frames per second of its clips, e.g. `25.0`; several where they differ. */
  readonly rates: ReadonlySet<string>;
}

interface SidecarsAsk {
  readonly documents: DocumentSource;
  readonly context: ExportContext<GeneratorOptions>;
  /** The settings that name a folder. */
  toml(folder: CaptionFolder): string;
}

/** `clip.mp4` and `clip.txt` side by side, a folder for each split, for trainers take all that lies in one; and settings for each folder. */
export async function* captionsBesideClips({ documents, context, toml }: SidecarsAsk): AsyncGenerator<ExportPiece> {
  const rates = new Map<VideoSplit, Set<string>>();
  for await (const row of captionRows({ documents, context, folderOf: (each) => SPLIT_FOLDERS[each] })) {
    const { clip, caption, split, document } = row;
    const { num, den } = document.clock.rate;
    rates.set(split, (rates.get(split) ?? new Set()).add(decimal(num / den)));
    context.onRow({ subject: row, turns: captionTurn(caption), rejected: null, media: { ...clipAt(clip), parts: 1 } });
    yield { file: clip.replace(/\.[^./]+$/u, '.txt'), data: caption };
  }
  if (rates.size === 0) rates.set('train', new Set());
  for (const [split, ofSplit] of rates) {
    const folder = { split, path: pathIn(context.folder, SPLIT_FOLDERS[split]), rates: ofSplit };
    yield { file: split === 'train' ? 'dataset.toml' : `dataset_${SPLIT_FOLDERS[split]}.toml`, data: toml(folder) };
  }
}

/** With a point, for musubi-tuner refuses `30`. */
const decimal = (rate: number): string => (Number.isInteger(rate) ? rate.toFixed(1) : String(Number(rate.toFixed(5))));

/** A basic string of TOML: JSON’s escapes are among TOML’s. */
export const tomlText = (text: string): string => JSON.stringify(text).replaceAll('\u007f', String.raw`\u007f`);
