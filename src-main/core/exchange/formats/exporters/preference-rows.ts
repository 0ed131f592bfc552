import { z } from 'zod';
import { placeOf, trainingText } from '#core/project/documents/document-texts.ts';
import type { Shot } from '#shared/domain/shot.ts';
import { isBlankText } from '#shared/domain/text.ts';
import type { ExportContext, TextVersion } from '../format.ts';
import type { RowTexts } from './kept-shots.ts';
import { questionBefore, QuestionOptions } from './question-rows.ts';
import type { RowsOf } from './trainer-rows.ts';
import { words } from '#shared/words/words.ts';

/** As `QuestionOptions`, for trainers that learn from preferences too. */
export const TaskOptions = z.object({
  task: z
    .enum(['sft', 'dpo', 'kto'])
    .default('sft')
    .describe('Captions; or what people preferred: pairs (DPO), or single texts with a verdict (KTO), of accepted texts only'),
  ...QuestionOptions.shape,
});
export type TaskOptions = z.output<typeof TaskOptions>;

/** What a person accepted, and what they rewrote or rejected for it. */
export interface PreferencePair {
  readonly question: string;
  readonly chosen: string;
  /** Never the same as `chosen`, blanks aside. */
  readonly rejected: string;
}

/** One text, and whether a person wants such texts. */
export interface JudgedAnswer {
  readonly question: string;
  readonly answer: string;
  readonly isWanted: boolean;
}

/** Of one place; there are a few, and a project from elsewhere may say that there are any number. */
const MAX_REFUSED = 16;
const MAX_VERSIONS = 1000;

/** Pairs of shots and videos whose text is accepted, one for each text that was rewritten or rejected for it. */
export function pairsOf(context: ExportContext<TaskOptions>): RowsOf<PreferencePair> {
  return (texts, shot) => {
    const { accepted, refused, question } = judgementOf(texts, shot, context);
    if (question === null) return [];
    if (accepted !== null && refused.length > 0) return refused.map((rejected) => ({ question, chosen: accepted, rejected }));
    context.onLeftOut(
      placeOf(texts.document, shot),
      accepted === null ? words('exchange.noAcceptedText') : words('exchange.noRefusedText'),
    );
    return [];
  };
}

/** Each text that a person accepted, rewrote or rejected, with the verdict. */
export function verdictsOf(context: ExportContext<TaskOptions>): RowsOf<JudgedAnswer> {
  return (texts, shot) => {
    const { accepted, refused, question } = judgementOf(texts, shot, context);
    if (question === null) return [];
    if (accepted === null && refused.length === 0) context.onLeftOut(placeOf(texts.document, shot), words('exchange.noJudgedText'));
    return [
      ...(accepted === null ? [] : [{ question, answer: accepted, isWanted: true }]),
      ...refused.map((answer) => ({ question, answer, isWanted: false })),
    ];
  };
}

interface Judgement {
  readonly accepted: string | null;
  readonly refused: readonly string[];
  /** Null where the row would be too long; that was reported. */
  readonly question: string | null;
}

function judgementOf(texts: RowTexts, shot: Shot | null, { options, onLeftOut, versionsOf }: ExportContext<TaskOptions>): Judgement {
  const where = placeOf(texts.document, shot);
  const versions: TextVersion[] = [];
  for (const version of versionsOf(texts.document, shot, shot === null ? 'summary' : 'visual')) {
    if (versions.push(version) < MAX_VERSIONS) continue;
    onLeftOut(where, words('exchange.olderVersions', { limit: MAX_VERSIONS }));
    break;
  }
  const clean = ({ text }: TextVersion): string =>
    trainingText(text.trim(), words('exchange.theCaption'), (reason) => onLeftOut(where, reason, 'special-tokens'));
  const current = versions.find(({ isCurrent }) => isCurrent);
  const accepted = current?.status === 'accepted' && !isBlankText(current.text) ? current : undefined;
  const acceptedText = accepted === undefined ? null : clean(accepted);
  const refused = new Set(
    refusedFor(accepted, versions)
      .map(clean)
      .filter((text) => !isBlankText(text)),
  );
  if (acceptedText !== null) refused.delete(acceptedText);
  const taken = [...refused].slice(0, MAX_REFUSED);
  if (taken.length < refused.size) onLeftOut(where, words('exchange.moreRefused', { count: refused.size - taken.length }));
  const answerLength = Math.max(0, ...[...taken, acceptedText ?? ''].map(({ length }) => length)) * 2;
  const isSilent = taken.length === 0 && acceptedText === null;
  return {
    accepted: acceptedText,
    refused: taken,
    question: isSilent ? '' : questionBefore(texts, shot, { options, answerLength, onLeftOut }),
  };
}

/** What people rejected; and what a model had written before a person rewrote it into the text that they accepted. */
function refusedFor(accepted: TextVersion | undefined, versions: readonly TextVersion[]): TextVersion[] {
  const rejected = versions.filter(({ status }) => status === 'rejected');
  const rewritten = accepted?.origin === 'human' ? rewrittenBy(accepted, versions) : undefined;
  return rewritten === undefined ? rejected : [rewritten, ...rejected];
}

/** The nearest text of a model that a person's text was made from, over any number of versions of people. */
function rewrittenBy(text: TextVersion, versions: readonly TextVersion[]): TextVersion | undefined {
  const byId = new Map(versions.map((version) => [version.id, version]));
  let before = text.parentId === null ? undefined : byId.get(text.parentId);
  // A parent is older; in a project from elsewhere it may not be, and each version is looked at once.
  for (let left = versions.length; before?.origin === 'human' && left > 0; left--)
    before = before.parentId === null ? undefined : byId.get(before.parentId);
  return before?.origin === 'model' ? before : undefined;
}
