import { AppError } from '#shared/contract/errors.ts';
import { ShotId } from '#shared/domain/ids.ts';
import type { SentenceLink } from '#shared/domain/text.ts';
import type { Summariser, SummaryResult, SummaryShot } from '../engine.ts';
import { type Beat, condense, findBeats, isNearRepeat, type Scene } from './story-beats.ts';
import { asClause, canFollow, connect, finish, quote, sentencesOf, shorten, smallWords } from './story-phrases.ts';

export const STORYLINE_ID = 'storyline';
export const STORYLINE_VERSION = '1';

/** More beats than this are joined, so that a film of 500 shots still reads in two minutes. */
const MAX_BEATS = 16;
/** Where beats are joined, this many scenes of each are told. */
const MAX_SCENES_TOLD = 3;

/** How long single texts may be; many beats leave less room for each. */
interface Room {
  readonly captionWords: number;
  readonly quoteWords: number;
}
const AMPLE: Room = { captionWords: 100, quoteWords: 30 };
const TIGHT: Room = { captionWords: 30, quoteWords: 16 };
const AMPLE_UNTIL_BEATS = 8;

interface Sentence {
  readonly text: string;
  readonly shots: readonly SummaryShot[];
}

/**
 * Summarises a video without a model: its shot captions and speech in order, repeats told once, neighbours joined where there are
 * many. The same input gives the same text. Every sentence is linked to the shots it rests on; every captioned shot is linked.
 */
export function createStorylineSummariser(): Summariser {
  return {
    id: STORYLINE_ID,
    version: STORYLINE_VERSION,
    summarise: async (shots, signal) => {
      if (signal.aborted) throw new AppError('cancelled', 'Summarising was cancelled.');
      return composeStoryline(shots);
    },
    dispose: () => Promise.resolve(),
  };
}

/** The text and its links; empty where no shot has a caption or speech. */
export function composeStoryline(shots: readonly SummaryShot[]): SummaryResult {
  const beats = condense(findBeats(shots), MAX_BEATS);
  const knownWords = smallWords(shots.map((shot) => shot.caption));
  const room = beats.length <= AMPLE_UNTIL_BEATS ? AMPLE : TIGHT;
  const sentences = beats.flatMap((beat, index) => {
    const phrase = beat.scenes.length > 1 ? stretchPhrase(beats, index) : connectingPhrase(beats, index);
    return [...tellScenes(beat, { phrase, knownWords, room }), ...tellSpeech(beat, beats[index - 1], room)];
  });
  return join(sentences);
}

interface Telling {
  readonly phrase: string;
  readonly knownWords: ReadonlySet<string>;
  readonly room: Room;
}

function tellScenes(beat: Beat, telling: Telling): Sentence[] {
  const [first, ...more] = beat.scenes;
  if (first === undefined) return [];
  const shots = beat.shots;
  if (more.length > 0) return [{ text: tellSeveral(beat, telling), shots }];
  const [opening = '', ...rest] = sentencesOf(shorten(first.caption, telling.room.captionWords));
  return [
    { text: connect(telling.phrase, opening, telling.knownWords), shots },
    ...rest.map((sentence) => ({ text: finish(sentence), shots })),
  ];
}

/** "Over the next 12 shots, a man rides a bike, then two dogs run, and later there is a title card." */
function tellSeveral(beat: Beat, { phrase, knownWords, room }: Telling): string {
  const captions = mainScenes(beat.scenes).map((scene) => shorten(sentencesOf(scene.caption)[0] ?? '', room.captionWords));
  const clauses = captions.map((caption) => (canFollow(caption, knownWords) ? asClause(caption) : caption).replace(/[.。]$/u, ''));
  const tale = clauses.map((clause, index) => `${index === 0 ? '' : index === 1 ? ', then ' : ', and later '}${clause}`).join('');
  return finish(`${phrase} ${tale}`);
}

/** The scenes longest on screen, each told once, in their order. */
function mainScenes(scenes: readonly Scene[]): Scene[] {
  const distinct: Scene[] = [];
  for (const scene of scenes.toSorted((a, b) => b.durationUs - a.durationUs)) {
    if (distinct.length < MAX_SCENES_TOLD && !distinct.some((other) => isNearRepeat(other, scene))) distinct.push(scene);
  }
  return scenes.filter((scene) => distinct.includes(scene));
}

function tellSpeech(beat: Beat, before: Beat | undefined, room: Room): Sentence[] {
  const lastBefore = before?.shots.at(-1)?.speech;
  // Data sets repeat the speech of neighbouring shots: each is quoted once.
  const speaking = beat.shots.filter((shot, index) => shot.speech !== '' && shot.speech !== (index === 0 ? lastBefore : beat.shots[index - 1]?.speech));
  if (speaking.length === 0) return [];
  const speech = shorten(speaking.map((shot) => shot.speech).join(' '), room.quoteWords);
  return [{ text: `We hear: ${quote(speech)}`, shots: speaking }];
}

function stretchPhrase(beats: readonly Beat[], index: number): string {
  const which = index === 0 ? 'first' : index === beats.length - 1 ? 'last' : 'next';
  return `Over the ${which} ${beats[index]?.shots.length ?? 0} shots,`;
}

function connectingPhrase(beats: readonly Beat[], index: number): string {
  const scene = beats[index]?.scenes[0];
  if (scene === undefined || beats.length === 1) return '';
  const isReturn = beats.slice(0, Math.max(0, index - 1)).some((beat) => beat.scenes.some((earlier) => isNearRepeat(earlier, scene)));
  if (isReturn) return 'Once more,';
  const over = scene.shotCount >= 3 ? ` over ${scene.shotCount} shots,` : '';
  if (index === 0) return `At first,${over}`;
  if (index === beats.length - 1) return `Finally,${over}`;
  const middle = ['Then', 'Next,', 'After that,', ''][(index - 1) % 4] ?? '';
  return over === '' ? middle : `Then,${over}`;
}

function join(sentences: readonly Sentence[]): SummaryResult {
  const links: SentenceLink[] = [];
  let text = '';
  for (const sentence of sentences) {
    if (text !== '') text += ' ';
    const start = text.length;
    text += sentence.text;
    links.push({ start, end: text.length, shotIds: sentence.shots.map((shot) => ShotId.parse(shot.shotId)) });
  }
  return { text, links };
}
