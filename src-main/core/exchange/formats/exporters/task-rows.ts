import type { VideoSplit } from '#shared/domain/video.ts';
import { clipAt, messageTurns } from '../trained-row.ts';
import { pairsOf, type TaskOptions, verdictsOf } from './preference-rows.ts';
import { type RowsAsk, rowsWithClips, trainerRows } from './trainer-rows.ts';

interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

/** How a trainer writes what people preferred; captions are written alike by all of them. */
export interface TaskShape {
  pair(asked: Message, chosen: Message, rejected: Message): Readonly<Record<string, unknown>>;
  verdict(isWanted: boolean): Readonly<Record<string, unknown>>;
}

const user = (question: string): Message => ({ role: 'user', content: `<video>\n${question}` });
const assistant = (content: string): Message => ({ role: 'assistant', content });

/** Rows of messages about one `<video>` each, for the task that was chosen: captions, pairs or verdicts. */
export async function* taskRows(
  ask: RowsAsk<TaskOptions>,
  { pair, verdict }: TaskShape,
): AsyncGenerator<{ readonly split: VideoSplit; readonly row: unknown }> {
  const { context } = ask;
  switch (context.options.task) {
    case 'dpo':
      for await (const row of rowsWithClips(ask, pairsOf(context))) {
        const [asked, chosen] = [user(row.question), assistant(row.chosen)];
        context.onRow({ subject: row, turns: messageTurns([asked, chosen]), rejected: row.rejected, media: clipAt(row.clip) });
        yield { split: row.split, row: { ...pair(asked, chosen, assistant(row.rejected)), videos: [row.clip] } };
      }
      return;
    case 'kto':
      for await (const row of rowsWithClips(ask, verdictsOf(context))) {
        const messages = [user(row.question), assistant(row.answer)];
        context.onRow({ subject: row, turns: messageTurns(messages), rejected: null, media: clipAt(row.clip) });
        yield { split: row.split, row: { messages, ...verdict(row.isWanted), videos: [row.clip] } };
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
