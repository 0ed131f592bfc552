import type { VideoSplit } from '#shared/domain/video.ts';
import type { DocumentSource } from '#core/project/documents/video-document.ts';
import type { ExportContext, Exporter } from '../format.ts';
import { clipAt, messageTurns } from '../trained-row.ts';
import { pairsOf, TaskOptions, verdictsOf } from './preference-rows.ts';
import { readme, splitFiles } from './trainer-files.ts';
import { rowsWithClips, trainerRows } from './trainer-rows.ts';

const COMMANDS = { sft: 'swift sft', dpo: 'swift rlhf --rlhf_type dpo', kto: 'swift rlhf --rlhf_type kto' } as const;

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
    for await (const { split, row } of rowsOf(documents, context)) yield files.row(split, row);
    yield* files.end();
    yield readme(
      'For ms-swift',
      `Start ms-swift in this folder, or set \`ROOT_IMAGE_DIR\` to it: \`ROOT_IMAGE_DIR=$PWD ${COMMANDS[task]} --dataset ${fileOf('train')} …\``,
      'Rows longer than `--max_length` are left out without a word, unless you set `--strict true`.',
    );
  },
};

async function* rowsOf(
  documents: DocumentSource,
  context: ExportContext<TaskOptions>,
): AsyncGenerator<{ readonly split: VideoSplit; readonly row: unknown }> {
  const ask = { documents, context };
  switch (context.options.task) {
    case 'dpo':
      for await (const row of rowsWithClips(ask, pairsOf(context))) {
        const messages = talk(row.question, row.chosen);
        context.onRow({ subject: row, turns: messageTurns(messages), rejected: row.rejected, media: clipAt(row.clip) });
        yield { split: row.split, row: { messages, rejected_response: row.rejected, videos: [row.clip] } };
      }
      return;
    case 'kto':
      for await (const row of rowsWithClips(ask, verdictsOf(context))) {
        const messages = talk(row.question, row.answer);
        context.onRow({ subject: row, turns: messageTurns(messages), rejected: null, media: clipAt(row.clip) });
        yield { split: row.split, row: { messages, label: row.isWanted, videos: [row.clip] } };
      }
      return;
    case 'sft':
      for await (const row of trainerRows(ask)) {
        const messages = talk(row.question, row.answer);
        context.onRow({ subject: row, turns: messageTurns(messages), rejected: null, media: clipAt(row.clip) });
        yield { split: row.split, row: { messages, videos: [row.clip] } };
      }
  }
}

const talk = (question: string, answer: string) => [
  { role: 'user', content: `<video>\n${question}` },
  { role: 'assistant', content: answer },
];
