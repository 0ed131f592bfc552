import { z } from 'zod';
import { MAX_TEXT_LENGTH } from '#shared/domain/text.ts';
import { DataSetName, parsed, UnusableRecord, withoutNan } from '../shot2story-record.ts';

/** A question about a video and its answer, in the words of any trainer. */
export interface ConversationRow {
  /** Name of the video or clip, with its folders. */
  readonly video: string;
  /** Without the tokens that stand for the video. */
  readonly question: string;
  readonly answer: string;
}

const MAX_TURNS = 1_000;
/** Speech of a whole video and a prompt. */
const MAX_QUESTION_LENGTH = 4_100_000;

const Said = z.string().max(MAX_QUESTION_LENGTH);
/** Text and media one behind the other, as axolotl and TRL have it. */
const Parts = z
  .array(z.looseObject({ type: z.string().optional(), text: Said.optional(), path: Said.optional(), video: z.unknown().optional() }))
  .max(MAX_TURNS);
const Turn = z.union([
  z.looseObject({ from: z.string(), value: Said }).transform(({ from, value }) => ({ role: from, content: value })),
  z.looseObject({ role: z.string(), content: z.union([Said, Parts]) }),
]);
type Turn = z.infer<typeof Turn>;
const Turns = z.array(Turn).max(MAX_TURNS);
const Row = z.looseObject({
  video: z.unknown().optional(),
  videos: z.unknown().optional(),
  conversations: Turns.nullish(),
  messages: Turns.nullish(),
});

const ASKING = new Set(['human', 'user']);
const ANSWERING = new Set(['gpt', 'assistant', 'model', 'bot']);

/** @throws UnusableRecord for what is not one question and one answer about one video */
export function readConversation(value: unknown): ConversationRow {
  const row = parsed(Row, value);
  const turns = row.conversations ?? row.messages;
  if (turns === null || turns === undefined) throw new UnusableRecord('it has neither conversations nor messages');
  const video = parsed(DataSetName, videoOf(row, turns), 'the name of its video');
  const asked = turns.filter(({ role }) => ASKING.has(role));
  const answered = turns.filter(({ role }) => ANSWERING.has(role));
  const [question] = asked;
  const [answer] = answered;
  if (question === undefined || answer === undefined || asked.length > 1 || answered.length > 1)
    throw new UnusableRecord(`it has ${asked.length} questions and ${answered.length} answers, not one of each`);
  const text = textOf(answer.content);
  if (text.length > MAX_TEXT_LENGTH)
    throw new UnusableRecord(`its answer has more than ${MAX_TEXT_LENGTH.toLocaleString('en')} characters`);
  return { video, question: withoutTokens(textOf(question.content)), answer: text.toWellFormed() };
}

function videoOf({ video, videos }: z.infer<typeof Row>, turns: readonly Turn[]): unknown {
  const inside = turns.flatMap(({ content }) => (typeof content === 'string' ? [] : content)).filter(({ type }) => type === 'video');
  const named = [video, videos].flatMap((one) => (one === undefined || one === null ? [] : one));
  const all: unknown[] = [...named, ...inside.map((part) => part.path ?? part.video)];
  if (all.length === 0) throw new UnusableRecord('it names no video');
  if (all.length > 1) throw new UnusableRecord(`it names ${all.length} videos, not one`);
  if (typeof all[0] !== 'string') throw new UnusableRecord('its video is not the name of a file');
  return all[0];
}

function textOf(content: Turn['content']): string {
  return typeof content === 'string' ? content : content.map(({ text }) => text ?? '').join('');
}

const TOKENS = ['<image>', '<video>'];

/** A loop at the end, for a pattern would try each way to share the blanks between tokens. */
function withoutTokens(question: string): string {
  const text = question.replace(/^(?:\s*<(?:image|video)>)+\n?/u, '');
  let end = text.length;
  for (;;) {
    const bare = text.slice(0, end).trimEnd();
    const token = TOKENS.find((one) => bare.endsWith(one));
    if (token === undefined) break;
    end = bare.length - token.length;
  }
  return text.slice(0, end < text.length && text[end - 1] === '\n' ? end - 1 : end);
}

/** The speech that stands in a question at the place of `{asr}`; null where the question is another one than `prompt`. */
export function speechIn(question: string, prompt: string): string | null {
  const [before = '', after = ''] = prompt.split('{asr}');
  if (question.length < before.length + after.length || !question.startsWith(before) || !question.endsWith(after)) return null;
  const speech = withoutNan(question.slice(before.length, question.length - after.length));
  return speech.trim() === '' ? '' : speech;
}
