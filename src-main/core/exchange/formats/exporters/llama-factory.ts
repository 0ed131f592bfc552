import type { Exporter } from '../format.ts';
import { QuestionOptions } from './question-rows.ts';
import { readme, splitFiles } from './trainer-files.ts';
import { trainerRows } from './trainer-rows.ts';

/** How LLaMA-Factory finds what stands where. Source: its `data/README.md`, section on sharegpt with videos. */
const COLUMNS = {
  formatting: 'sharegpt',
  columns: { messages: 'messages', videos: 'videos' },
  tags: { role_tag: 'role', content_tag: 'content', user_tag: 'user', assistant_tag: 'assistant' },
};

/**
 * A folder that LLaMA-Factory takes as its `dataset_dir`: clips, rows with one `<video>` for each path, and `dataset_info.json`. Paths are relative to
 * that folder: give it as `media_dir` too. Source: LLaMA-Factory 0.9.5, `data/README.md`.
 */
export const llamaFactoryExporter: Exporter<typeof QuestionOptions> = {
  id: 'llama-factory',
  title: 'LLaMA-Factory',
  description: 'A dataset_dir with clips, one file of rows for each split, and dataset_info.json. Use the folder as media_dir too.',
  extensions: ['json'],
  isFolder: true,
  optionsSchema: QuestionOptions,
  async *write(documents, context) {
    const files = splitFiles((split) => `shotluck_${split}.json`, 'array');
    for await (const { clip, question, answer, split } of trainerRows({ documents, context })) {
      const messages = [
        { role: 'user', content: `<video>\n${question}` },
        { role: 'assistant', content: answer },
      ];
      yield files.row(split, { messages, videos: [clip] });
    }
    yield* files.end();
    const info = Object.fromEntries(files.splits().map(({ split, file }) => [`shotluck_${split}`, { file_name: file, ...COLUMNS }]));
    yield { file: 'dataset_info.json', data: `${JSON.stringify(info, null, 2)}\n` };
    yield readme(
      'For LLaMA-Factory',
      'Set both `dataset_dir` and `media_dir` to this folder, and `dataset: shotluck_train`. Raise `cutoff_len` (2048 by default): pictures of a clip take a large part of it.',
    );
  },
};
