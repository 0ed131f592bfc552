import { z } from 'zod';
import { DEFAULT_PROMPT_TEMPLATE } from '#shared/contract/views.ts';
import type { Shot } from '#shared/domain/shot.ts';
import {
  placeOf,
  screenTextOfVideo,
  SplitChoice,
  TextChoice,
  type TextsOfVideo,
  trainingText,
} from '#core/project/documents/document-texts.ts';
import { type OnLeftOut, reportLeftOut } from '../format.ts';
import type { RowTexts } from './kept-shots.ts';
import { words, type Words } from '#shared/words/words.ts';

const PLACES = /\{(asr|screen_text)\}/gu;
/** More than a question can have use for; the speech of a whole video stands at each. */
const MAX_PLACES = 8;
/** Of question and answer: hours of speech have a tenth of that, and no model reads as much. */
const MAX_ROW_CHARACTERS = 4_000_000;

/** What every format of rows lets people choose. */
export const RowOptions = z.object({
  texts: TextChoice.default('accepted').describe('Which texts: accepted by a person, or also drafts'),
  split: SplitChoice.default('any').describe('Only videos of this split'),
  shotRows: z.boolean().default(true).describe('One row per shot'),
  videoRows: z.boolean().default(true).describe('One row per video, with its summary'),
});
export type RowOptions = z.output<typeof RowOptions>;

/** What every format of questions and answers lets people choose. */
export const QuestionOptions = z.object({
  texts: RowOptions.shape.texts,
  split: RowOptions.shape.split,
  prompt: z
    .string()
    .min(1)
    .max(4000)
    .refine((prompt) => [...prompt.matchAll(PLACES)].length <= MAX_PLACES, `{asr} and {screen_text} may stand at most ${MAX_PLACES} times`)
    .default(DEFAULT_PROMPT_TEMPLATE)
    .describe('Question in every row; {asr} is the speech, {screen_text} the text on the screen'),
  speech: z.boolean().default(true).describe('Include the speech in the prompt'),
  shotRows: RowOptions.shape.shotRows,
  videoRows: RowOptions.shape.videoRows,
});
export type QuestionOptions = z.output<typeof QuestionOptions>;

/** What a model is asked about a shot or a video, and what it is to answer. Neither holds a token of a trainer. */
export interface QuestionAndAnswer {
  readonly question: string;
  readonly answer: string;
}

/** Which shots have a row, `null` standing for the whole video. */
export function rowsWanted(shots: readonly Shot[], { shotRows, videoRows }: RowOptions): (Shot | null)[] {
  return [...(shotRows ? shots : []), ...(videoRows ? [null] : [])];
}

/**
 * The caption of a shot or the summary of a video (`shot` null), without tokens of trainers. Null where there is none; `onLeftOut` is told why, and what
 * was changed in one that there is.
 */
export function captionOf(texts: TextsOfVideo, shot: Shot | null, choice: TextChoice, onLeftOut: OnLeftOut): string | null {
  const where = placeOf(texts.document, shot);
  const chosen = texts.choose(shot, shot === null ? 'summary' : 'visual', choice);
  if (chosen.leftOut === null)
    return trainingText(chosen.text, words('exchange.theCaption'), (reason) => onLeftOut(where, reason, 'special-tokens'));
  reportLeftOut({ onLeftOut }, where, chosen.leftOut);
  return null;
}

/** As `captionOf`, with the question before it. */
export function questionAndAnswer(
  texts: RowTexts,
  shot: Shot | null,
  options: QuestionOptions,
  onLeftOut: OnLeftOut,
): QuestionAndAnswer | null {
  const answer = captionOf(texts, shot, options.texts, onLeftOut);
  if (answer === null) return null;
  const question = questionBefore(texts, shot, { options, answerLength: answer.length, onLeftOut });
  return question === null ? null : { question, answer };
}

interface QuestionAsk {
  readonly options: QuestionOptions;
  /** In characters. */
  readonly answerLength: number;
  readonly onLeftOut: OnLeftOut;
}

/** Null where the row would be longer than any may be; `onLeftOut` is told so. */
export function questionBefore(texts: RowTexts, shot: Shot | null, { options, answerLength, onLeftOut }: QuestionAsk): string | null {
  const { document } = texts;
  const where = placeOf(document, shot);
  const question = questionOf(options);
  const filled: PlaceTexts = {
    asr: texts.speechOf(shot),
    screen_text: shot === null ? screenTextOfVideo(document) : texts.screenTextOf(shot),
  };
  if (answerLength + filledLength(question, filled) > MAX_ROW_CHARACTERS) {
    onLeftOut(where, words('exchange.longRow', { limit: MAX_ROW_CHARACTERS }));
    return null;
  }
  const clean = (text: string, what: Words): string => trainingText(text, what, (reason) => onLeftOut(where, reason, 'special-tokens'));
  const cleaned: PlaceTexts = {
    asr: clean(filled.asr, words('exchange.theSpeech')),
    screen_text: clean(filled.screen_text, words('exchange.theScreenText')),
  };
  return clean(fill(question, cleaned), words('exchange.theQuestion'));
}

/** What stands at the places of a question. */
type PlaceTexts = Readonly<Record<'asr' | 'screen_text', string>>;

/** Without speech the sentence that would quote it goes as a whole. */
function questionOf({ prompt, speech: withSpeech }: QuestionOptions): string {
  if (withSpeech) return prompt;
  const sentences = prompt.match(/[^.!?]+[.!?]?|[.!?]/g) ?? [];
  return sentences
    .filter((sentence) => !sentence.includes('{asr}'))
    .join('')
    .trim();
}

function fill(question: string, { asr, screen_text }: PlaceTexts): string {
  return question.replaceAll(PLACES, (_place, name) => (name === 'asr' ? asr : screen_text));
}

/** At most; found out before anything of that length is made. */
function filledLength(question: string, filled: PlaceTexts): number {
  return [...question.matchAll(PLACES)].reduce(
    (sum, [, name]) => sum + filled[name === 'asr' ? 'asr' : 'screen_text'].length,
    question.length,
  );
}
