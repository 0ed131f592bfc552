import { AppError } from '#shared/contract/errors.ts';
import { ShotId } from '#shared/domain/ids.ts';
import type { SentenceLink } from '#shared/domain/text.ts';
import { words } from '#shared/words/words.ts';
import type { Summariser, SummaryResult } from '../summariser.ts';
import { type Beat, condense, findBeats, isNearRepeat, type Scene, type StoryShot } from './story-beats.ts';
import { asClause, canFollow, capitalise, connect, finish, quote, sentencesOf, shorten, smallWords } from './story-phrases.ts';

export const STORYLINE_ID = 'storyline';
export const STORYLINE_VERSION = '1';

/** More beats than this are joined, so that a video of 500 shots still reads in two minutes. */
const MAX_BEATS = 16;
/** Where beats are joined, this many scenes of each are described. */
const MAX_SCENES_DESCRIBED = 3;

/** From this many on, a summary says over how many shots something goes on. */
const LEAST_SHOTS_COUNTED = 3;
const ONWARD_PHRASES = ['Then', 'Next,', 'After that,', ''];
const RETURN_PHRASES = ['Once more,', 'Again,', 'Then again,'];

/** How long single texts may be; many beats leave less room for each. */
interface Room {
  readonly captionWords: number;
  readonly quoteWords: number;
}
const AMPLE: Room = { captionWords: 100, quoteWords: 30 };
const TIGHT: Room = { captionWords: 30, quoteWords: 16 };
const AMPLE_UNTIL_BEATS = 8;

type Story = Pick<SummaryResult, 'text' | 'links'>;

interface Sentence {
  readonly text: string;
  readonly shots: readonly StoryShot[];
}

/**
 * Summarises a video without a model: its shot captions and speech in order, repeats described once, neighbours joined where there are
 * many. The same input gives the same text. Every sentence is linked to the shots it rests on; every captioned shot is linked.
 */
export function createStorylineSummariser(): Summariser {
  return {
    id: STORYLINE_ID,
    version: STORYLINE_VERSION,
    needsTexts: true,
    summarise: async ({ shots }, { signal }) => {
      if (signal.aborted) throw new AppError('cancelled', words('engines.summarisingCancelled'));
      return { ...composeStoryline(shots), writing: null };
    },
    dispose: () => Promise.resolve(),
  };
}

/** The text and its links; empty where no shot has a caption or speech. */
export function composeStoryline(shots: readonly StoryShot[]): Story {
  const beats = condense(findBeats(shots), MAX_BEATS);
  const knownWords = smallWords(shots.map((shot) => shot.caption));
  const room = beats.length <= AMPLE_UNTIL_BEATS ? AMPLE : TIGHT;
  const phrases = connectingPhrases(beats);
  const sentences = beats.flatMap((beat, index) => [
    ...sceneSentences(beat, { phrase: phrases[index] ?? '', knownWords, room }),
    ...speechSentences(beat, beats[index - 1], room),
  ]);
  return join(sentences);
}

interface Wording {
  readonly phrase: string;
  readonly knownWords: ReadonlySet<string>;
  readonly room: Room;
}

function sceneSentences(beat: Beat, wording: Wording): Sentence[] {
  const [first, ...more] = beat.scenes;
  if (first === undefined) return [];
  const shots = beat.shots;
  if (more.length > 0) return [{ text: severalScenes(beat, wording), shots }];
  const [opening = '', ...rest] = sentencesOf(shorten(first.caption, wording.room.captionWords));
  return [
    { text: connect(wording.phrase, opening, wording.knownWords), shots },
    ...rest.map((sentence) => ({ text: finish(sentence), shots })),
  ];
}

/** "Over the next 12 shots, a man rides a bike, then two dogs run, and later there is a title card." */
function severalScenes(beat: Beat, { phrase, knownWords, room }: Wording): string {
  const captions = mainScenes(beat.scenes).map((scene) => shorten(sentencesOf(scene.caption)[0] ?? '', room.captionWords));
  const clauses = captions.map((caption) => (canFollow(caption, knownWords) ? asClause(caption) : caption).replace(/[.。]$/u, ''));
  const tale = clauses.map((clause, index) => `${index === 0 ? '' : index === 1 ? ', then ' : ', and later '}${clause}`).join('');
  return capitalise(finish(`${phrase} ${tale}`.trim()));
}

/** The scenes longest on screen, each described once, in their order. */
function mainScenes(scenes: readonly Scene[]): Scene[] {
  const distinct: Scene[] = [];
  for (const scene of scenes.toSorted((a, b) => b.durationUs - a.durationUs)) {
    if (distinct.length < MAX_SCENES_DESCRIBED && !distinct.some((other) => isNearRepeat(other, scene))) distinct.push(scene);
  }
  return scenes.filter((scene) => distinct.includes(scene));
}

function speechSentences(beat: Beat, before: Beat | undefined, room: Room): Sentence[] {
  const lastBefore = before?.shots.at(-1)?.speech;
  // Data sets repeat the speech of neighbouring shots: each is quoted once.
  const speaking = beat.shots.filter(
    (shot, index) => shot.speech !== '' && shot.speech !== (index === 0 ? lastBefore : beat.shots[index - 1]?.speech),
  );
  if (speaking.length === 0) return [];
  const speech = shorten(speaking.map((shot) => shot.speech).join(' '), room.quoteWords);
  return [{ text: `Speech: ${quote(speech)}`, shots: speaking }];
}

/** What leads over to each beat; phrases take turns, so that none reads like a refrain. */
function connectingPhrases(beats: readonly Beat[]): string[] {
  if (beats.length === 1 && beats[0]?.scenes.length === 1) return [''];
  let onwards = 0;
  let returns = 0;
  return beats.map((beat, index) => {
    const { shots, scenes } = beat;
    const place = index === 0 ? 'first' : index === beats.length - 1 ? 'last' : 'next';
    if (shots.length >= LEAST_SHOTS_COUNTED && scenes.length > 1) return `Over the ${place} ${shots.length} shots,`;
    const stretch = shots.length >= LEAST_SHOTS_COUNTED ? ` over ${shots.length} shots,` : '';
    if (place === 'first') return `At first,${stretch}`;
    if (place === 'last') return `Finally,${stretch}`;
    if (isReturn(beats, index)) return RETURN_PHRASES[returns++ % RETURN_PHRASES.length] ?? '';
    return stretch === '' ? (ONWARD_PHRASES[onwards++ % ONWARD_PHRASES.length] ?? '') : `Then,${stretch}`;
  });
}

/** True when a scene comes back after others. */
function isReturn(beats: readonly Beat[], index: number): boolean {
  const scene = beats[index]?.scenes[0];
  if (scene === undefined) return false;
  return beats.slice(0, Math.max(0, index - 1)).some((beat) => beat.scenes.some((earlier) => isNearRepeat(earlier, scene)));
}

function join(sentences: readonly Sentence[]): Story {
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
