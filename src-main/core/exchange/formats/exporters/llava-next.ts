import type { Exporter } from '../format.ts';
import { clipAt, conversationTurns } from '../trained-row.ts';
import { QuestionOptions } from './question-rows.ts';
import { MOVED_NOTE, pathIn, readme, splitFiles } from './trainer-files.ts';
import { trainerRows } from './trainer-rows.ts';

/**
 * Rows for LLaVA-NeXT's `train.py`, which trains LLaVA-Video and LLaVA-OneVision too. The video stands at `<image>`: this trainer knows no `<video>`. A YAML
 * file names the rows. Source: LLaVA-NeXT df17966, `llava/train/train.py`, `LazySupervisedDataset`.
 */
export const llavaNextExporter: Exporter<typeof QuestionOptions> = {
  id: 'llava-next',
  group: 'vision-language',
  title: 'LLaVA-NeXT, LLaVA-OneVision, LLaVA-Video',
  description: 'Clips, conversations for each split, and the YAML list of data sets that LLaVA-NeXT’s train.py takes as data_path.',
  extensions: ['json'],
  isFolder: true,
  optionsSchema: QuestionOptions,
  async *write(documents, context) {
    const files = splitFiles((split) => `${split}.json`, 'array');
    for await (const row of trainerRows({ documents, context })) {
      const { id, clip, question, answer, split } = row;
      const conversations = [
        { from: 'human', value: `<image>\n${question}` },
        { from: 'gpt', value: answer },
      ];
      context.onRow({ subject: row, turns: conversationTurns(conversations), rejected: null, media: clipAt(clip) });
      yield files.row(split, { id, video: clip, conversations });
    }
    yield* files.end();
    for (const { split, file } of files.splits())
      yield {
        file: `${split}.yaml`,
        data: `datasets:\n  - json_path: ${JSON.stringify(pathIn(context.folder, file))}\n    sampling_strategy: all\n`,
      };
    yield readme(
      'For LLaVA-NeXT',
      `Train with \`--data_path ${pathIn(context.folder, 'train.yaml')} --video_folder ${pathIn(context.folder)}\`.`,
      MOVED_NOTE,
    );
  },
};
