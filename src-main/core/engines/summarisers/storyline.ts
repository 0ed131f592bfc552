import { takeTurns, type Turn } from '#core/base/turns.ts';
import { AppError } from '#shared/contract/errors.ts';
import { ShotId } from '#shared/domain/ids.ts';
import type { SentenceLink } from '#shared/domain/text.ts';
import { words } from '#shared/words/words.ts';
import type { Summariser, SummaryResult } from '../summariser.ts';
import { type Beat, condense, findBeats, isNearRepeat, type Scene, type StoryShot } from './story-beats.ts';
import {
  asClause,
  canFollow,
  capitalise,
  connect,
  finish,
  firstSentence,
  quote,
  sentencesOf,
  shorten,
  shortenAll,
  smallWords,
} from './story-phrases.ts';

export const STORYLINE_ID = 'storyline';
export const STORYLINE_VERSION = '1';

/** More beats than this are joined, so that a video of 500 shots still reads in two minutes. */
const MAX_BEATS = 16;
/** Where beats are joined, this many scenes of each are described. */
const MAX_SCENES_DESCRIBED = 3;
/** Of a stretch of more shots only the first sentence is linked to all of them. */
const MAX_SHOTS_OF_EACH = 200;

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
      return { ...(await composeStoryline(shots, takeTurns(signal))), writing: null };
    },
    dispose: () => Promise.resolve(),
  };
}

/** The text and its links; empty where no shot has a caption or speech. In turns: a film may have fifty thousand shots with a page about each. */
export async function composeStoryline(shots: readonly StoryShot[], turn: Turn): Promise<Story> {
  const beats = await condense(await findBeats(shots, turn), MAX_BEATS, turn);
  const knownWords = await smallWords(
    shots.map((shot) => shot.caption),
    turn,
  );
  const room = beats.length <= AMPLE_UNTIL_BEATS ? AMPLE : TIGHT;
  const phrases = await connectingPhrases(beats, turn);
  const sentences: Sentence[] = [];
  for (const [index, beat] of beats.entries()) {
    await turn();
    sentences.push(...(await sceneSentences(beat, { phrase: phrases[index] ?? '', knownWords, room, turn })));
    sentences.push(...speechSentences(beat, beats[index - 1], room));
  }
  return join(sentences, turn);
}

interface Wording {
  readonly phrase: string;
  readonly knownWords: ReadonlySet<string>;
  readonly room: Room;
  readonly turn: Turn;
}

async function sceneSentences(beat: Beat, wording: Wording): Promise<Sentence[]> {
  const [first, ...more] = beat.scenes;
  if (first === undefined) return [];
  const shots = beat.shots;
  if (more.length > 0) return [{ text: await severalScenes(beat, wording), shots }];
  const [opening = '', ...rest] = sentencesOf(shorten(first.caption, wording.room.captionWords));
  return [
    { text: connect(wording.phrase, opening, wording.knownWords), shots },
    ...rest.map((sentence) => ({ text: finish(sentence), shots: shots.length > MAX_SHOTS_OF_EACH ? shots.slice(0, 1) : shots })),
  ];
}

/** "Over the next 12 shots, a man rides a bike, then two dogs run, and later there is a title card." */
async function severalScenes(beat: Beat, { phrase, knownWords, room, turn }: Wording): Promise<string> {
  const scenes = await mainScenes(beat.scenes, turn);
  const captions = scenes.map(({ caption }) => shorten(firstSentence(caption, room.captionWords), room.captionWords));
  const clauses = captions.map((caption) => (canFollow(caption, knownWords) ? asClause(caption) : caption).replace(/[.。]$/u, ''));
  const tale = clauses.map((clause, index) => `${index === 0 ? '' : index === 1 ? ', then ' : ', and later '}${clause}`).join('');
  return capitalise(finish(`${phrase} ${tale}`.trim()));
}

/** The scenes longest on screen, each described once, in their order. */
async function mainScenes(scenes: readonly Scene[], turn: Turn): Promise<Scene[]> {
  const distinct = new Set<Scene>();
  for (const scene of scenes.toSorted((a, b) => b.durationUs - a.durationUs)) {
    await turn();
    if (distinct.size === MAX_SCENES_DESCRIBED) break;
    if (![...distinct].some((other) => isNearRepeat(other, scene))) distinct.add(scene);
  }
  return scenes.filter((scene) => distinct.has(scene));
}

function speechSentences(beat: Beat, before: Beat | undefined, room: Room): Sentence[] {
  const lastBefore = before?.shots.at(-1)?.speech;
  // Data sets repeat the speech of neighbouring shots: each is quoted once.
  const speaking = beat.shots.filter(
    (shot, index) => shot.speech !== '' && shot.speech !== (index === 0 ? lastBefore : beat.shots[index - 1]?.speech),
  );
  if (speaking.length === 0) return [];
  const speech = shortenAll(
    speaking.map((shot) => shot.speech),
    room.quoteWords,
  );
  return [{ text: `Speech: ${quote(speech)}`, shots: speaking }];
}

/** What leads over to each beat; phrases take turns, so that none reads like a refrain. */
async function connectingPhrases(beats: readonly Beat[], turn: Turn): Promise<string[]> {
  if (beats.length === 1 && beats[0]?.scenes.length === 1) return [''];
  let onwards = 0;
  let returns = 0;
  const phrases: string[] = [];
  for (const [index, { shots, scenes }] of beats.entries()) {
    const place = index === 0 ? 'first' : index === beats.length - 1 ? 'last' : 'next';
    const stretch = shots.length >= LEAST_SHOTS_COUNTED ? ` over ${shots.length} shots,` : '';
    if (shots.length >= LEAST_SHOTS_COUNTED && scenes.length > 1) phrases.push(`Over the ${place} ${shots.length} shots,`);
    else if (place === 'first') phrases.push(`At first,${stretch}`);
    else if (place === 'last') phrases.push(`Finally,${stretch}`);
    else if (await isReturn(beats, index, turn)) phrases.push(RETURN_PHRASES[returns++ % RETURN_PHRASES.length] ?? '');
    else phrases.push(stretch === '' ? (ONWARD_PHRASES[onwards++ % ONWARD_PHRASES.length] ?? '') : `Then,${stretch}`);
  }
  return phrases;
}

/** True when a scene comes back after others. */
async function isReturn(beats: readonly Beat[], index: number, turn: Turn): Promise<boolean> {
  const scene = beats[index]?.scenes[0];
  if (scene === undefined) return false;
  for (const beat of beats.slice(0, Math.max(0, index - 1)))
    for (const earlier of beat.scenes) {
      await turn();
      if (isNearRepeat(earlier, scene)) return true;
    }
  return false;
}

async function join(sentences: readonly Sentence[], turn: Turn): Promise<Story> {
  const links: SentenceLink[] = [];
  let text = '';
  for (const sentence of sentences) {
    await turn();
    if (text !== '') text += ' ';
    const start = text.length;
    text += sentence.text;
    links.push({ start, end: text.length, shotIds: sentence.shots.map((shot) => ShotId.parse(shot.shotId)) });
  }
  return { text, links };
}
