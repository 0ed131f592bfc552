import type { VideoSplit } from '#shared/domain/video.ts';
import type { Exporter } from '../format.ts';
import { TaskOptions } from './preference-rows.ts';
import { taskRows, type TaskShape } from './task-rows.ts';
import { readme, splitFiles } from './trainer-files.ts';

/** How LLaMA-Factory finds what stands where, without the columns of a task. */
const ROLES = { role_tag: 'role', content_tag: 'content', user_tag: 'user', assistant_tag: 'assistant' };
const COLUMNS = {
  sft: { formatting: 'sharegpt', columns: { messages: 'messages', videos: 'videos' }, tags: ROLES },
  dpo: {
    formatting: 'sharegpt',
    ranking: true,
    columns: { messages: 'messages', chosen: 'chosen', rejected: 'rejected', videos: 'videos' },
    tags: ROLES,
  },
  kto: { formatting: 'sharegpt', columns: { messages: 'messages', kto_tag: 'kto_tag', videos: 'videos' }, tags: ROLES },
} as const satisfies Record<TaskOptions['task'], unknown>;

const SHAPE: TaskShape = {
  pair: (asked, chosen, rejected) => ({ messages: [asked], chosen, rejected }),
  verdict: (isWanted) => ({ kto_tag: isWanted }),
};

/**
 * A folder that LLaMA-Factory takes as its `dataset_dir`: clips, rows with one `<video>` for each path, and `dataset_info.json`. Paths are relative to
 * that folder: give it as `media_dir` too. Pairs hold `chosen` and `rejected` as messages behind the question; verdicts a truth value. Source: LLaMA-Factory
 * 0.9.5, `data/README.md`, `data/converter.py` (`SharegptDatasetConverter`), `data/parser.py`.
 */
export const llamaFactoryExporter: Exporter<typeof TaskOptions> = {
  id: 'llama-factory',
  group: 'vision-language',
  title: 'LLaMA-Factory',
  description: 'A dataset_dir with clips, one file of rows for each split, and dataset_info.json. Use the folder as media_dir too.',
  extensions: ['json'],
  isFolder: true,
  optionsSchema: TaskOptions,
  async *write(documents, context) {
    const { task } = context.options;
    const name = (split: VideoSplit): string => (task === 'sft' ? `shotluck_${split}` : `shotluck_${task}_${split}`);
    const files = splitFiles((split) => `${name(split)}.json`, 'array');
    for await (const { split, row } of taskRows({ documents, context }, SHAPE)) yield files.row(split, row);
    yield* files.end();
    const info = Object.fromEntries(files.splits().map(({ split, file }) => [name(split), { file_name: file, ...COLUMNS[task] }]));
    yield { file: 'dataset_info.json', data: `${JSON.stringify(info, null, 2)}\n` };
    yield readme(
      'For LLaMA-Factory',
      `Set \`stage: ${task}\`, both \`dataset_dir\` and \`media_dir\` to this folder, and \`dataset: ${name('train')}\`. Raise \`cutoff_len\` (2048 by default): frames of a clip take a large part of it.`,
    );
  },
};
