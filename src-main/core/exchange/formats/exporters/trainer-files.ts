import { z } from 'zod';
import type { VideoSplit } from '#shared/domain/video.ts';
import type { ExportPiece } from '../format.ts';
import { jsonArray, jsonElement } from '../json-text.ts';

/** What stands in a side file for the export's folder, where nobody knows it yet: in a preview. */
const UNKNOWN_FOLDER = '/path/to/this/folder';

/** Names of splits as Hugging Face calls them; loaders take folders of these names for splits. */
export const SPLIT_FOLDERS = { train: 'train', val: 'validation', test: 'test' } as const satisfies Record<VideoSplit, string>;

/** Rows of an export in one file for each split that has any: a JSON array, or a JSON object on each line. */
export function splitFiles(fileOf: (split: VideoSplit) => string, layout: 'array' | 'lines') {
  const arrays = new Map<VideoSplit, ReturnType<typeof jsonArray>>();
  const counts = new Map<VideoSplit, number>();

  function begin(split: VideoSplit): ReturnType<typeof jsonArray> {
    const array = arrays.get(split) ?? jsonArray('compact');
    arrays.set(split, array);
    return array;
  }

  return {
    row(split: VideoSplit, row: unknown): ExportPiece {
      const array = begin(split);
      counts.set(split, (counts.get(split) ?? 0) + 1);
      const text = jsonElement(row, 'compact');
      return { file: fileOf(split), data: layout === 'array' ? array.element(text) : `${text}\n` };
    },

    /** What ends the files; without any row there is an empty one to train on, so that nobody looks for it in vain. */
    *end(): Generator<ExportPiece> {
      if (arrays.size === 0) begin('train');
      for (const [split, array] of arrays) yield { file: fileOf(split), data: layout === 'array' ? array.end() : '' };
    },

    /** Each split that has a file, and how many rows it has. */
    splits: (): { readonly split: VideoSplit; readonly file: string; readonly rowCount: number }[] =>
      [...arrays.keys()].map((split) => ({ split, file: fileOf(split), rowCount: counts.get(split) ?? 0 })),
  };
}

/** A path for side files that trainers read from wherever they are started. Programs on Windows take `/` as well. */
export function pathIn(folder: string | null, file = ''): string {
  const base = (folder ?? UNKNOWN_FOLDER).replaceAll('\\', '/').replace(/\/$/u, '');
  return file === '' ? base : `${base}/${file}`;
}

/** How to load an export, beside it. */
export function readme(title: string, ...paragraphs: readonly string[]): ExportPiece {
  return { file: 'README.md', data: `${[`# ${title}`, ...paragraphs].join('\n\n')}\n` };
}

export const MOVED_NOTE = 'If you move this folder, change the paths in the files named above. The rows name their clips relative to it.';

/** How many pictures stand for a clip where a trainer takes pictures, and how wide they are. */
export const FrameOptions = z.object({
  frames: z.int().min(1).max(64).default(8).describe('Pictures per row, at equal distances'),
  maxWidth: z.int().min(64).max(4096).default(640).describe('Maximum width of an image, in pixels'),
});
export type FrameOptions = z.output<typeof FrameOptions>;
