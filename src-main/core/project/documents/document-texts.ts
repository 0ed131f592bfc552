import { z } from 'zod';
import type { ShotId } from '#shared/domain/ids.ts';
import { indexScreenTexts, joinScreenTexts, screenTextsOf } from '#shared/domain/screen-text.ts';
import { frameToUs } from '#shared/domain/time.ts';
import type { Shot } from '#shared/domain/shot.ts';
import { escapeSpecialTokens } from '#shared/domain/special-tokens.ts';
import type { PlainText } from '../texts/revision-repository.ts';
import { isBlankText, type TextKind } from '#shared/domain/text.ts';
import { indexSpeech } from '#shared/domain/transcript.ts';
import type { VideoDocument } from './video-document.ts';
import { words, type Words } from '#shared/words/words.ts';

/** Which texts an export takes: what people accepted, or drafts as well; rejected ones never. */
export const TextChoice = z.enum(['accepted', 'all']);
export type TextChoice = z.infer<typeof TextChoice>;

export const SplitChoice = z.enum(['any', 'train', 'val', 'test']);
export type SplitChoice = z.infer<typeof SplitChoice>;

export interface ChosenText {
  /** Empty when there is none to take. */
  readonly text: string;
  /** Why it is empty; null when there is a text. */
  readonly leftOut: TextLeftOut | null;
}

/** Why a text is not taken: there is `none`, it was `rejected`, or it is `not-accepted` yet. */
export interface TextLeftOut {
  readonly cause: 'none' | 'rejected' | 'not-accepted';
  readonly reason: Words;
}

/** The texts of one video by shot. */
export interface TextsOfVideo {
  readonly document: VideoDocument;
  /** The same whatever anybody thinks of it; empty where there is none. */
  current(shot: Shot | null, kind: TextKind): string;
  /** The text of one kind for a shot (`null`: the video's summary) as an export with `choice` may use it. */
  choose(shot: Shot | null, kind: TextKind, choice: TextChoice): ChosenText;
  /** Speech during one shot. */
  speechOf(shot: Shot): string;
  /** Text on the screen during one shot, lines joined by blanks. */
  screenTextOf(shot: Shot): string;
}

/** To be made once for all shots of a video, which may be tens of thousands, and none may go over the texts of all the others. */
export function indexTexts(document: VideoDocument): TextsOfVideo {
  const { clock, texts, segments, screenTexts } = document;
  const keyOf = (shotId: ShotId | null, kind: TextKind): string => `${kind} ${shotId ?? ''}`;
  const revisions = new Map(texts.map((text) => [keyOf(text.shotId, text.kind), text]));
  const speechBetween = indexSpeech(segments);
  const screenTextsOf = indexScreenTexts(screenTexts);
  return {
    document,
    current: (shot, kind) => revisions.get(keyOf(shot?.id ?? null, kind))?.text ?? '',
    choose(shot, kind, choice) {
      const revision = revisions.get(keyOf(shot?.id ?? null, kind));
      const leftOut = whyLeftOut(revision, kind, choice);
      return { text: leftOut === null ? (revision?.text ?? '') : '', leftOut };
    },
    speechOf: (shot) => speechBetween(frameToUs(clock, shot.startFrame), frameToUs(clock, shot.endFrame)),
    screenTextOf: (shot) => joinScreenTexts(screenTextsOf(shot)),
  };
}

const TEXT_NAMES: Readonly<Record<TextKind, Words>> = {
  visual: words('project.visualCaption'),
  narration: words('project.narrationCaption'),
  summary: words('project.summary'),
};

/** What reports call a text of this kind. */
export function textName(kind: TextKind): Words {
  return TEXT_NAMES[kind];
}

function whyLeftOut(revision: PlainText | undefined, kind: TextKind, choice: TextChoice): TextLeftOut | null {
  const what = textName(kind);
  if (revision === undefined || isBlankText(revision.text)) return { cause: 'none', reason: words('project.noText', { what }) };
  if (revision.status === 'rejected') return { cause: 'rejected', reason: words('project.textRejected', { what }) };
  if (choice !== 'accepted' || revision.status === 'accepted') return null;
  const key = revision.status === 'needs-work' ? 'project.textNeedsWork' : 'project.textIsDraft';
  return { cause: 'not-accepted', reason: words(key, { what }) };
}

/** Text on the screen of the whole video, each wording once. */
export function screenTextOfVideo(document: VideoDocument): string {
  return joinScreenTexts(screenTextsOf(document.screenTexts, { startFrame: 0, endFrame: Number.POSITIVE_INFINITY }));
}

/** Where something lies, for reports: `holiday.mp4, frames 40–101`. */
export function placeOf(document: VideoDocument, shot: Shot | null): string {
  return shot === null ? document.video.name : `${document.video.name}, frames ${shot.startFrame}–${shot.endFrame - 1}`;
}

/** True when a video belongs to the chosen split. */
export function isInSplit(document: VideoDocument, split: SplitChoice): boolean {
  return split === 'any' || document.video.split === split;
}

/**
 * A text as trainers may read it: their special tokens in brackets, each reported.
 * @param what names the text, e.g. `caption`
 */
export function trainingText(text: string, what: Words, onChanged: (reason: Words) => void): string {
  const { text: escaped, replaced } = escapeSpecialTokens(text, 'square');
  const tokens = replaced.map(({ token, by }) => `${token} → ${by}`).join(', ');
  if (tokens !== '') onChanged(words('project.specialTokens', { count: replaced.length, what, tokens }));
  return escaped;
}
