import type { VideoSplit } from '#shared/domain/video.ts';
import type { DocumentSource } from '#core/project/documents/video-document.ts';
import type { ExportContext, Exporter } from '../format.ts';
import { clipAt, messageTurns } from '../trained-row.ts';
import { pairsOf, TaskOptions, verdictsOf } from './preference-rows.ts';
import { readme, splitFiles } from './trainer-files.ts';
import { rowsWithClips, trainerRows } from './trainer-rows.ts';

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

const user = (question: string) => ({ role: 'user', content: `<video>\n${question}` });
const assistant = (content: string) => ({ role: 'assistant', content });

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
    for await (const { split, row } of rowsOf(documents, context)) yield files.row(split, row);
    yield* files.end();
    const info = Object.fromEntries(files.splits().map(({ split, file }) => [name(split), { file_name: file, ...COLUMNS[task] }]));
    yield { file: 'dataset_info.json', data: `${JSON.stringify(info, null, 2)}\n` };
    yield readme(
      'For LLaMA-Factory',
      `Set \`stage: ${task}\`, both \`dataset_dir\` and \`media_dir\` to this folder, and \`dataset: ${name('train')}\`. Raise \`cutoff_len\` (2048 by default): pictures of a clip take a large part of it.`,
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
        const [asked, chosen, rejected] = [user(row.question), assistant(row.chosen), assistant(row.rejected)];
        context.onRow({ subject: row, turns: messageTurns([asked, chosen]), rejected: row.rejected, media: clipAt(row.clip) });
        yield { split: row.split, row: { messages: [asked], chosen, rejected, videos: [row.clip] } };
      }
      return;
    case 'kto':
      for await (const row of rowsWithClips(ask, verdictsOf(context))) {
        const messages = [user(row.question), assistant(row.answer)];
        context.onRow({ subject: row, turns: messageTurns(messages), rejected: null, media: clipAt(row.clip) });
        yield { split: row.split, row: { messages, kto_tag: row.isWanted, videos: [row.clip] } };
      }
      return;
    case 'sft':
      for await (const row of trainerRows(ask)) {
        const messages = [user(row.question), assistant(row.answer)];
        context.onRow({ subject: row, turns: messageTurns(messages), rejected: null, media: clipAt(row.clip) });
        yield { split: row.split, row: { messages, videos: [row.clip] } };
      }
  }
}
