import type { Exporter } from '../format.ts';
import { clipAt, messageTurns } from '../trained-row.ts';
import { QuestionOptions } from './question-rows.ts';
import { readme, splitFiles } from './trainer-files.ts';
import { trainerRows } from './trainer-rows.ts';

/**
 * Lines of messages whose content is a list of parts, the video with its path. Paths are relative to where axolotl is started. Source: axolotl 067b021,
 * `docs/multimodal.qmd`; axolotl 0.19.0, `processing_strategies.py`; transformers 5.24.0, `processing_utils.py`, which opens the path.
 */
export const axolotlExporter: Exporter<typeof QuestionOptions> = {
  id: 'axolotl',
  group: 'vision-language',
  title: 'axolotl (SmolVLM2 and others)',
  description:
    'Clips and one JSONL of messages for each split, with the video as a part of the question. For SmolVLM2, Qwen-VL and others in axolotl.',
  extensions: ['jsonl'],
  isFolder: true,
  optionsSchema: QuestionOptions,
  async *write(documents, context) {
    const files = splitFiles((split) => `${split}.jsonl`, 'lines');
    for await (const row of trainerRows({ documents, context })) {
      const { clip, question, answer, split } = row;
      const asked = [
        { type: 'video', path: clip },
        { type: 'text', text: question },
      ];
      const messages = [
        { role: 'user', content: asked },
        { role: 'assistant', content: [{ type: 'text', text: answer }] },
      ];
      const turns = messageTurns([
        { role: 'user', content: question },
        { role: 'assistant', content: answer },
      ]);
      context.onRow({
        subject: row,
        turns,
        rejected: null,
        media: { ...clipAt(clip), parts: asked.filter(({ type }) => type === 'video').length },
      });
      yield files.row(split, { messages });
    }
    yield* files.end();
    yield readme(
      'For axolotl',
      'Start axolotl in this folder, for the paths of clips are relative to it. In the settings:',
      '```yaml\nskip_prepare_dataset: true\nremove_unused_columns: false\nsample_packing: false\ndatasets:\n  - path: train.jsonl\n    ds_type: json\n    type: chat_template\n```',
      'axolotl calls its loading of videos “not well tested”: look at a few batches first.',
    );
  },
};
