import { z } from 'zod';
import type { Exporter, ExportPiece } from '../format.ts';
import { clipAt, conversationTurns } from '../trained-row.ts';
import { mediaOf, rowsWithFrames } from './frame-rows.ts';
import { QuestionOptions } from './question-rows.ts';
import { FrameOptions, MOVED_NOTE, pathIn, readme, splitFiles } from './trainer-files.ts';
import { questionsOf, trainerRows } from './trainer-rows.ts';

const options = z.object({
  media: z
    .enum(['frames', 'clips'])
    .default('frames')
    .describe('Pictures load everywhere; InternVL reads clips only where its Petrel client is installed'),
  frames: FrameOptions.shape.frames,
  maxWidth: FrameOptions.shape.maxWidth,
  ...QuestionOptions.shape,
});

/**
 * Lines of conversations, and a meta file for each split, for everything that a meta file names is trained on. Pictures stand as InternVL itself puts the
 * frames of a video. Source: InternVL 2410d1d, `internvl_chat/internvl/train/internvl_chat_finetune.py`: `video_get_item` calls the loader of its Petrel
 * client, and without one every row of a video fails; `multi_modal_multi_image_get_item` opens pictures itself.
 */
export const internVlExporter: Exporter<typeof options> = {
  id: 'internvl',
  group: 'vision-language',
  title: 'InternVL',
  description: 'Pictures or clips, one JSONL of conversations for each split, and the meta files that InternVL takes as meta_path.',
  extensions: ['jsonl'],
  isFolder: true,
  optionsSchema: options,
  async *write(documents, context) {
    const files = splitFiles((split) => `${split}.jsonl`, 'lines');
    const talk = (before: string, question: string, answer: string) => [
      { from: 'human', value: `${before}\n${question}` },
      { from: 'gpt', value: answer },
    ];
    if (context.options.media === 'clips') {
      for await (const row of trainerRows({ documents, context })) {
        const { id, clip, question, answer, split } = row;
        const conversations = talk('<video>', question, answer);
        context.onRow({ subject: row, turns: conversationTurns(conversations), rejected: null, media: clipAt(clip) });
        yield files.row(split, { id, video: clip, conversations });
      }
    } else {
      const rows = rowsWithFrames({ documents, context, folderOf: () => 'frames' }, questionsOf(context));
      for await (const row of rows) {
        yield* row.pictures;
        const image = row.pictures.map(({ file }) => file);
        const places = image.map((_, index) => `Frame-${index + 1}: <image>`).join('\n');
        const conversations = talk(places, row.question, row.answer);
        const media = mediaOf(row.pictures, context.options, null);
        context.onRow({ subject: row, turns: conversationTurns(conversations), rejected: null, media });
        yield files.row(row.split, { id: row.id, image, conversations });
      }
    }
    yield* files.end();
    for (const { split, file, rowCount } of files.splits()) yield metaFile(context.folder, { split, file, rowCount });
    yield readme(
      'For InternVL',
      `Train with \`--meta_path ${pathIn(context.folder, 'meta_train.json')}\`. The other meta files are not to be trained on.`,
      MOVED_NOTE,
    );
  },
};

interface MetaOf {
  readonly split: string;
  readonly file: string;
  readonly rowCount: number;
}

function metaFile(folder: string | null, { split, file, rowCount }: MetaOf): ExportPiece {
  const entry = { root: pathIn(folder), annotation: pathIn(folder, file), data_augment: false, repeat_time: 1, length: rowCount };
  return { file: `meta_${split}.json`, data: `${JSON.stringify({ [`shotluck_${split}`]: entry }, null, 2)}\n` };
}
