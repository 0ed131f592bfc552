import type { Exporter } from '../format.ts';
import { captionTurn, clipAt } from '../trained-row.ts';
import { GeneratorOptions } from './captions-beside-clips.ts';
import { pathIn, readme, splitFiles } from './trainer-files.ts';
import { captionRows } from './trainer-rows.ts';

/**
 * Lines of `video` and `caption`, with paths relative to the file. Source: LTX-2 400fd31, `packages/ltx-trainer/docs/dataset-preparation.md`,
 * `scripts/process_videos.py`.
 */
export const ltxExporter: Exporter<typeof GeneratorOptions> = {
  id: 'ltx-2',
  group: 'generator',
  title: 'LTX-2 trainer',
  description: 'Clips and one JSONL of video and caption for each split, for process_dataset.py of the LTX-2 trainer.',
  extensions: ['jsonl'],
  isFolder: true,
  optionsSchema: GeneratorOptions,
  async *write(documents, context) {
    const files = splitFiles((split) => `${split}.jsonl`, 'lines');
    for await (const row of captionRows({ documents, context })) {
      const { clip, caption, split } = row;
      context.onRow({ subject: row, turns: captionTurn(caption), rejected: null, media: { ...clipAt(clip), parts: 1 } });
      yield files.row(split, { caption, video: clip });
    }
    yield* files.end();
    yield readme(
      'For the LTX-2 trainer',
      `Preprocess with \`scripts/process_dataset.py ${pathIn(context.folder, 'train.jsonl')} --resolution-buckets "960x544x49" …\`. After another export into this folder, add \`--overwrite\`.`,
      'Only the first frames of each clip are trained, as many as the bucket says (one more than a multiple of 8). Choose buckets that hold most of a shot.',
    );
  },
};
