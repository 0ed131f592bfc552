import type { Exporter } from '../format.ts';
import { clipAt, conversationTurns } from '../trained-row.ts';
import { QuestionOptions } from './question-rows.ts';
import { MOVED_NOTE, pathIn, readme, splitFiles } from './trainer-files.ts';
import { trainerRows } from './trainer-rows.ts';

/**
 * Rows of conversations with one `<video>` each, which must be as many as there are videos, and the entries of `data_dict` that name them. Every role
 * but `human` is trained on, so there is no system turn. Source: Qwen3-VL 9658872, `qwen-vl-finetune/qwenvl/data/__init__.py` and `data_processor.py`.
 */
export const qwenVlExporter: Exporter<typeof QuestionOptions> = {
  id: 'qwen-vl-finetune',
  group: 'vision-language',
  title: 'Qwen3-VL (qwen-vl-finetune)',
  description: 'Clips, conversations for each split, and the lines for data/__init__.py of qwen-vl-finetune.',
  extensions: ['json'],
  isFolder: true,
  optionsSchema: QuestionOptions,
  async *write(documents, context) {
    const files = splitFiles((split) => `${split}.json`, 'array');
    for await (const row of trainerRows({ documents, context })) {
      const { clip, question, answer, split } = row;
      const conversations = [
        { from: 'human', value: `<video>\n${question}` },
        { from: 'gpt', value: answer },
      ];
      context.onRow({ subject: row, turns: conversationTurns(conversations), rejected: null, media: clipAt(clip) });
      yield files.row(split, { video: clip, conversations });
    }
    yield* files.end();
    const entries = files.splits().map(({ split, file }) => {
      const paths = { annotation_path: pathIn(context.folder, file), data_path: pathIn(context.folder) };
      return `data_dict["shotluck_${split}"] = ${JSON.stringify(paths, null, 4)}\n`;
    });
    yield { file: 'data_dict.py', data: `# Goes below data_dict in qwenvl/data/__init__.py.\n${entries.join('')}` };
    yield readme(
      'For qwen-vl-finetune (Qwen3-VL, Qwen2.5-VL)',
      'Put the lines of `data_dict.py` below `data_dict` in `qwenvl/data/__init__.py`, then train with `--dataset_use shotluck_train`.',
      'Raise `--model_max_length` (512 by default): frames of a clip take thousands of tokens.',
      MOVED_NOTE,
    );
  },
};
