import type { Exporter } from '../format.ts';
import { QuestionOptions } from './question-rows.ts';
import { readme, splitFiles } from './trainer-files.ts';
import { trainerRows } from './trainer-rows.ts';

/**
 * Lines of messages with one `<video>` each. Paths of clips are relative, so that the folder can be moved: ms-swift looks for them where it was started,
 * and below `ROOT_IMAGE_DIR`, for videos as well as for pictures. Source: ms-swift 4.6.0, `template/vision_utils.py` (`_check_path`), `template/base.py`,
 * `dataset/preprocessor/core.py`.
 */
export const msSwiftExporter: Exporter<typeof QuestionOptions> = {
  id: 'ms-swift',
  title: 'ms-swift',
  description: 'Clips and one JSONL of messages for each split. Set ROOT_IMAGE_DIR to the folder.',
  extensions: ['jsonl'],
  isFolder: true,
  optionsSchema: QuestionOptions,
  async *write(documents, context) {
    const files = splitFiles((split) => `${split}.jsonl`, 'lines');
    for await (const { clip, question, answer, split } of trainerRows({ documents, context })) {
      const messages = [
        { role: 'user', content: `<video>\n${question}` },
        { role: 'assistant', content: answer },
      ];
      yield files.row(split, { messages, videos: [clip] });
    }
    yield* files.end();
    yield readme(
      'For ms-swift',
      'Start ms-swift in this folder, or set `ROOT_IMAGE_DIR` to it: `ROOT_IMAGE_DIR=$PWD swift sft --dataset train.jsonl …`',
      'Rows longer than `--max_length` are left out without a word, unless you set `--strict true`.',
    );
  },
};
