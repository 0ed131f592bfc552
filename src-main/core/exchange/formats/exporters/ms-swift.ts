import type { VideoSplit } from '#shared/domain/video.ts';
import type { Exporter } from '../format.ts';
import { TaskOptions } from './preference-rows.ts';
import { taskRows, type TaskShape } from './task-rows.ts';
import { readme, splitFiles } from './trainer-files.ts';

const COMMANDS = { sft: 'swift sft', dpo: 'swift rlhf --rlhf_type dpo', kto: 'swift rlhf --rlhf_type kto' } as const;

const SHAPE: TaskShape = {
  pair: (asked, chosen, rejected) => ({ messages: [asked, chosen], rejected_response: rejected.content }),
  verdict: (isWanted) => ({ label: isWanted }),
};

/**
 * Lines of messages with one `<video>` each. Paths of clips are relative, so that the folder can be moved: ms-swift looks for them where it was started,
 * and below `ROOT_IMAGE_DIR`, for videos as well as for pictures. Source: ms-swift 4.6.0, `template/vision_utils.py` (`_check_path`), `template/base.py`,
 * `template/template_inputs.py` (`rejected_response`, `label`), `dataset/preprocessor/core.py`.
 */
export const msSwiftExporter: Exporter<typeof TaskOptions> = {
  id: 'ms-swift',
  group: 'vision-language',
  title: 'ms-swift',
  description: 'Clips and one JSONL of messages for each split. Set ROOT_IMAGE_DIR to the folder.',
  extensions: ['jsonl'],
  isFolder: true,
  optionsSchema: TaskOptions,
  async *write(documents, context) {
    const { task } = context.options;
    const fileOf = (split: VideoSplit): string => (task === 'sft' ? `${split}.jsonl` : `${task}_${split}.jsonl`);
    const files = splitFiles(fileOf, 'lines');
    for await (const { split, row } of taskRows({ documents, context }, SHAPE)) yield files.row(split, row);
    yield* files.end();
    yield readme(
      'For ms-swift',
      `Start ms-swift in this folder, or set \`ROOT_IMAGE_DIR\` to it: \`ROOT_IMAGE_DIR=$PWD ${COMMANDS[task]} --dataset ${fileOf('train')} …\``,
      'Rows longer than `--max_length` are left out without a word, unless you set `--strict true`.',
    );
  },
};
