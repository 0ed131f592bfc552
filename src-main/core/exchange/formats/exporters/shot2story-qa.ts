import { words } from '#shared/words/words.ts';
import { z } from 'zod';
import { isInSplit, placeOf, SplitChoice } from '#core/project/documents/document-texts.ts';
import type { Exporter } from '../format.ts';
import { jsonArray, rawElement } from '../json-text.ts';
import { keptQuestions, SHOT2STORY_QA } from '../shot2story-qa-record.ts';

const options = z.object({
  split: SplitChoice.default('any').describe('Only videos of this split'),
  layout: z.enum(['compact', 'python']).default('compact').describe('Compact, or as Python’s json.dump(indent=4) writes it'),
});

const FILE = 'shot2story_qa.json';

/** Questions and answers that came with such a file, each row as it stood there; those of one video stand one behind the other. */
export const shot2storyQaExporter: Exporter<typeof options> = {
  id: SHOT2STORY_QA,
  group: 'data-set',
  title: 'Shot2Story questions and answers',
  description: 'What was imported from val_qa.json or testing_qa.json, as it came.',
  extensions: ['json'],
  optionsSchema: options,
  async *write(documents, context) {
    const { layout, split } = context.options;
    const array = jsonArray(layout);
    for await (const document of documents()) {
      context.signal.throwIfAborted();
      if (!isInSplit(document, split)) continue;
      const rows = keptQuestions(document);
      if (rows === null || rows === 'unreadable') {
        context.onLeftOut(placeOf(document, null), words(rows === null ? 'exchange.noQuestions' : 'exchange.questionsUnreadable'));
        continue;
      }
      context.onCount('videos', 1);
      context.onCount('rows', rows.length);
      for (const row of rows) {
        await context.turn();
        yield { file: FILE, data: array.element(rawElement(row, layout)) };
      }
    }
    yield { file: FILE, data: array.end() };
  },
};
