import type { VideoSplit } from '#shared/domain/video.ts';
import type { Exporter } from '../format.ts';
import { jsonArray, jsonElement } from '../json-text.ts';
import { QuestionOptions } from './question-rows.ts';
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
    const arrays = new Map<VideoSplit, ReturnType<typeof jsonArray>>();
    for await (const { clip, question, answer, split } of trainerRows({ documents, context })) {
      const array = arrays.get(split) ?? jsonArray('compact');
      arrays.set(split, array);
      const row = {
        messages: [
          { role: 'user', content: `<video>\n${question}` },
          { role: 'assistant', content: answer },
        ],
        videos: [clip],
      };
      yield { file: fileOf(split), data: array.element(jsonElement(row, 'compact')) };
    }
    if (arrays.size === 0) arrays.set('train', jsonArray('compact'));
    for (const [split, array] of arrays) yield { file: fileOf(split), data: array.end() };
    const info = Object.fromEntries([...arrays.keys()].map((split) => [`shotluck_${split}`, { file_name: fileOf(split), ...COLUMNS }]));
    yield { file: 'dataset_info.json', data: `${JSON.stringify(info, null, 2)}\n` };
  },
};

function fileOf(split: VideoSplit): string {
  return `shotluck_${split}.json`;
}
