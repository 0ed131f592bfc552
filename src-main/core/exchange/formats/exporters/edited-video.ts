import { z } from 'zod';
import { indexTexts, isInSplit, placeOf, SplitChoice, TextChoice, type TextsOfVideo } from '#core/project/documents/document-texts.ts';
import type { DocumentSource, VideoDocument } from '#core/project/documents/video-document.ts';
import { safeName } from '#core/base/files/safe-name.ts';
import { inRuns } from '#core/base/turns.ts';
import type { TextKind } from '#shared/domain/text.ts';
import type { Shot, Transition } from '#shared/domain/shot.ts';
import { type FrameClock, framesPerSecond, frameToUs, type Rational } from '#shared/domain/time.ts';
import { type ExportContext, type Exporter, reportLeftOut } from '../format.ts';
import { words, type Words } from '#shared/words/words.ts';

/** What every list of cuts with captions can be asked for. */
export const EditOptions = z.object({
  texts: TextChoice.default('accepted').describe('Which captions: accepted by a person, or also drafts'),
  split: SplitChoice.default('any').describe('Only videos of this split'),
});
export type EditOptions = z.output<typeof EditOptions>;

/** A shot as a list of cuts has it; frames are counted at the rate of the list. */
export interface EditedShot {
  readonly startFrame: number;
  readonly endFrame: number;
  /** Null for a cut. It touches none beside it, and lies in the two shots that it joins. */
  readonly transition: Transition | null;
  /** '' where there is none to take. */
  readonly caption: string;
}

/** A video as editing programs take it: one file, cut into shots, on a sequence of the list's rate. */
export interface EditedVideo {
  readonly document: VideoDocument;
  /** Of its file, or its name alone: programs look beside the list then, or ask. */
  readonly address: string;
  readonly rate: Rational;
  readonly frameCount: number;
  readonly shots: readonly EditedShot[];
}

export interface EditFormat {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly extension: string;
  /** At which the list counts frames; where it is not the video's own, shots are placed by time. */
  rateOf(clock: FrameClock): Rational;
  /** Pieces of the file. */
  written(video: EditedVideo, onLeftOut: (shot: EditedShot, reason: Words) => void): Iterable<string>;
}

/** An exporter that writes a list of cuts for each video. */
export function editExporter({ id, title, description, extension, rateOf, written }: EditFormat): Exporter<typeof EditOptions> {
  return {
    id,
    group: 'editing',
    title,
    description,
    extensions: [extension],
    isPerVideo: true,
    optionsSchema: EditOptions,
    async *write(documents, context) {
      for await (const document of withShots(documents, context)) {
        const video = await editedVideo(document, rateOf(document.clock), context);
        const place = (shot: EditedShot): string => `${placeOf(document, null)}, frame ${shot.startFrame} of the list`;
        context.onCount('files', 1);
        context.onCount('shots', video.shots.length);
        const file = safeName(document.fileBase, { suffix: `.${extension}`, keepsDash: true });
        const pieces = written(video, (shot, reason) => context.onLeftOut(place(shot), reason));
        for await (const data of inRuns(pieces, context.turn)) yield { file, data };
      }
    },
  };
}

/** Videos of the split; those without shots are reported. */
export async function* withShots(
  documents: DocumentSource,
  context: ExportContext<Pick<EditOptions, 'split'>>,
): AsyncGenerator<VideoDocument> {
  for await (const document of documents()) {
    context.signal.throwIfAborted();
    if (!isInSplit(document, context.options.split)) continue;
    if (document.shots.length === 0) context.onLeftOut(placeOf(document, null), words('exchange.noShots'));
    else yield document;
  }
}

interface TextPlace {
  readonly texts: TextsOfVideo;
  /** Null for the summary of the video. */
  readonly shot: Shot | null;
  readonly kind: TextKind;
}

/** A text as `options` allow; '' and reported where there is one that they do not: a shot without texts is a shot all the same. */
export function allowedText({ texts, shot, kind }: TextPlace, { options, onLeftOut }: ExportContext<EditOptions>): string {
  const { text, leftOut } = texts.choose(shot, kind, options.texts);
  if (leftOut !== null && leftOut.cause !== 'none') reportLeftOut({ onLeftOut }, placeOf(texts.document, shot), leftOut);
  return text;
}

async function editedVideo(document: VideoDocument, rate: Rational, context: ExportContext<EditOptions>): Promise<EditedVideo> {
  const { clock } = document;
  const texts = indexTexts(document);
  const place = placesAt(clock, rate);
  const shots: EditedShot[] = [];
  let [endedAt, mixedUntil, movedCount] = [0, 0, 0];
  for (const shot of document.shots) {
    await context.turn();
    const startFrame = endedAt;
    // Each has a frame of the list, also where the video has several in the time of one.
    endedAt = Math.max(startFrame + 1, place(shot.endFrame));
    if (endedAt > place(shot.endFrame)) movedCount++;
    const given = mixOf(shot, place);
    const transition = given === null ? null : fitted(given, { from: mixedUntil, boundary: startFrame, to: endedAt });
    if (given !== null && (transition === null || transition.startFrame > given.startFrame || transition.endFrame < given.endFrame))
      context.onLeftOut(placeOf(document, shot), words('exchange.transitionCutShort'));
    // A frame of the shot before is left: a clip has one at least.
    mixedUntil = transition?.endFrame ?? startFrame + 1;
    shots.push({ startFrame, endFrame: endedAt, transition, caption: plainText(allowedText({ texts, shot, kind: 'visual' }, context)) });
  }
  if (place !== SAME) reportPlaces(document, { rate, movedCount }, context);
  const address = (await context.media.address(document)) ?? encodeURIComponent(document.video.name.toWellFormed());
  return { document, address, rate, frameCount: Math.max(endedAt, place(clock.frameCount)), shots };
}

/** Line breaks of one kind, and no other signs that are no letters. */
function plainText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\r\n?/gu, '\n')
    .replaceAll(/[^\P{Cc}\n]+/gu, ' ')
    .trim();
}

function mixOf({ transition, startFrame }: Shot, place: (frame: number) => number): Transition | null {
  if (transition.kind === 'cut' || transition.endFrame <= transition.startFrame || startFrame === 0) return null;
  return { kind: transition.kind, startFrame: place(transition.startFrame), endFrame: place(transition.endFrame) };
}

/** Null where no frame is left of it. */
function fitted(
  { kind, startFrame, endFrame }: Transition,
  { from, boundary, to }: { readonly from: number; readonly boundary: number; readonly to: number },
): Transition | null {
  const [start, end] = [Math.min(boundary, Math.max(from, startFrame)), Math.max(boundary, Math.min(to, endFrame))];
  return end > start ? { kind, startFrame: start, endFrame: end } : null;
}

const SAME = (frame: number): number => frame;

/** Where frames of the video lie on a list of this rate. */
function placesAt(clock: FrameClock, rate: Rational): (frame: number) => number {
  if (clock.ptsUs === undefined && isNearly(framesPerSecond(clock.rate), framesPerSecond(rate))) return SAME;
  return (frame) => Math.round((frameToUs(clock, frame) * rate.num) / (rate.den * 1e6));
}

function reportPlaces(
  document: VideoDocument,
  { rate, movedCount }: { readonly rate: Rational; readonly movedCount: number },
  { onLeftOut }: ExportContext<EditOptions>,
): void {
  const listRate = Math.round(framesPerSecond(rate) * 1000) / 1000;
  if (rate.num !== TICKS.num || rate.den !== TICKS.den)
    onLeftOut(placeOf(document, null), words('exchange.otherListRate', { rate: listRate }));
  if (movedCount > 0) onLeftOut(placeOf(document, null), words('exchange.cutsMoved', { count: movedCount }));
}

/** Rates that differ by less are the same, written with few digits. */
const SAME_RATE = 0.0002;

function isNearly(a: number, b: number): boolean {
  return Math.abs(a / b - 1) < SAME_RATE;
}

/** Of MPEG: times of frames are given in these where their rate varies. */
const TICKS: Rational = { num: 90_000, den: 1 };

/** The rate of a video in the fraction that editors use: 2997/100 is 30000/1001. */
function exactRate(rate: Rational): Rational {
  const [own, whole] = [framesPerSecond(rate), Math.round(framesPerSecond(rate) * 1.001)];
  if (isNearly(own, (whole * 1000) / 1001)) return { num: whole * 1000, den: 1001 };
  return isNearly(own, Math.round(own)) ? { num: Math.round(own), den: 1 } : rate;
}

const FASTEST_RATE: Rational = { num: 120, den: 1 };
const STANDARD_RATES: readonly Rational[] = [24, 25, 30, 50, 60].map((num) => ({ num, den: 1 }));

/** The next rate up that editing programs have. */
function standardRate(clock: FrameClock): Rational {
  const own = framesPerSecond(clock.rate);
  return STANDARD_RATES.find((rate) => framesPerSecond(rate) > own * 0.99) ?? FASTEST_RATE;
}

/** The rate of a sequence that holds the video: its own, or where that varies one that editing programs have. */
export function sequenceRate(clock: FrameClock): Rational {
  return clock.ptsUs === undefined ? exactRate(clock.rate) : standardRate(clock);
}

/** As `sequenceRate`, for formats that have whole rates, and those of NTSC, alone. */
export function wholeRate(clock: FrameClock): Rational {
  const rate = sequenceRate(clock);
  return rate.den === 1 || isNtsc(rate) ? rate : standardRate(clock);
}

/** Its own; where that varies, ticks that are short enough for the time of each frame. */
export function timeRate(clock: FrameClock): Rational {
  return clock.ptsUs === undefined ? exactRate(clock.rate) : TICKS;
}

/** Of two rates that count the same whole frames, the one that is a little slower: 29.97 and not 30. */
export function isNtsc({ den }: Rational): boolean {
  return den === 1001;
}
