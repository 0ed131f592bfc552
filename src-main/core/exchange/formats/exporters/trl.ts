import { z } from 'zod';
import type { Exporter } from '../format.ts';
import { messageTurns } from '../trained-row.ts';
import { mediaOf, rowsWithFrames } from './frame-rows.ts';
import { QuestionOptions } from './question-rows.ts';
import { FrameOptions, readme, SPLIT_FOLDERS, splitFiles } from './trainer-files.ts';
import { questionsOf } from './trainer-rows.ts';

const options = z.object({ ...FrameOptions.shape, ...QuestionOptions.shape });

/**
 * TRL trains on pictures, not on videos: frames of each clip in a folder that `load_dataset` reads as pictures (`file_names` becomes the column `images`),
 * with as many `image` parts in the question. Every part has every key: what is read is a table. Source: TRL 1.16.0, `data_utils.py`
 * (`prepare_multimodal_messages`); datasets 5.2.0, `folder_based_builder.py`.
 */
export const trlExporter: Exporter<typeof options> = {
  id: 'trl',
  group: 'vision-language',
  title: 'TRL (frames as images)',
  description: 'TRL takes no videos: frames of each shot as images, with messages that name them. The folder is what --dataset_name takes.',
  extensions: ['jsonl'],
  isFolder: true,
  optionsSchema: options,
  async *write(documents, context) {
    const files = splitFiles((split) => `${SPLIT_FOLDERS[split]}/metadata.jsonl`, 'lines');
    const rows = rowsWithFrames({ documents, context, folderOf: (split) => `${SPLIT_FOLDERS[split]}/frames` }, questionsOf(context));
    for await (const row of rows) {
      const { pictures, question, answer, split } = row;
      yield* pictures;
      const asked = [...pictures.map(() => ({ type: 'image', text: null })), { type: 'text', text: question }];
      const messages = [
        { role: 'user', content: asked },
        { role: 'assistant', content: [{ type: 'text', text: answer }] },
      ];
      const turns = messageTurns([
        { role: 'user', content: question },
        { role: 'assistant', content: answer },
      ]);
      const media = mediaOf(pictures, context.options, asked.filter(({ type }) => type === 'image').length);
      context.onRow({ subject: row, turns, rejected: null, media });
      // Relative to the file that says so.
      yield files.row(split, { file_names: pictures.map(({ file }) => file.slice(SPLIT_FOLDERS[split].length + 1)), messages });
    }
    yield* files.end();
    yield readme(
      'For TRL',
      'Give this folder as `--dataset_name` to `trl sft`, or load it with `load_dataset("imagefolder", data_dir=…)`.',
    );
  },
};
