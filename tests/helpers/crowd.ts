import { AppError } from '#shared/contract/errors.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { type Revision, type SeenText, seenText } from '#shared/domain/text.ts';
import { type StudioVisitor, visitStudio } from './studio-visitor.ts';

export interface CrowdOptions {
  readonly annotatorUrl: string;
  readonly videoId: VideoId;
  /** The video has at least as many shots. */
  readonly people: number;
  readonly seconds: number;
  /** Mean pause between two edits of one person. */
  readonly pauseMs: number;
}

export interface CrowdReport {
  /** From sending an edit to its acknowledgement, sorted. */
  readonly acknowledgedMs: readonly number[];
  /** Edits of the shared text that met somebody else's and were made again on top of it. */
  readonly conflicts: number;
  /** Acknowledged words that are nowhere any more. */
  readonly lost: number;
  /** Words or steps that stand under another name than that of who made them. */
  readonly crossed: number;
  /** People whose undo took back their own last step, and only that. */
  readonly undone: number;
}

/** Only the newest state after a burst is asked for, as the renderer does it. */
const GATHER_MS = 40;
/** Every so many edits one goes to the text that all share. */
const SHARED_EVERY = 5;

interface Person {
  readonly name: string;
  readonly visitor: StudioVisitor;
  readonly place: { readonly videoId: VideoId; readonly shotId: Revision['shotId']; readonly kind: 'visual' };
  seen: SeenText;
  /** The last acknowledged words, in the own caption and in the shared summary. */
  own: string;
  shared: string | null;
  readonly latenciesMs: number[];
  conflicts: number;
}

/** People who write at once, each a caption of their own and now and then the summary; every page keeps up with all the others. */
export async function runCrowd(options: CrowdOptions): Promise<CrowdReport> {
  const people = await gather(options);
  const endMs = performance.now() + options.seconds * 1000;
  await Promise.all(people.map((person, index) => write(person, { ...options, endMs, offset: index })));
  const undone = await undoAll(people);
  const { lost, crossed } = await examine(people, options.videoId);
  for (const { visitor } of people) visitor.leave();
  return {
    acknowledgedMs: people.flatMap(({ latenciesMs }) => latenciesMs).toSorted((a, b) => a - b),
    conflicts: people.reduce((sum, person) => sum + person.conflicts, 0),
    lost,
    crossed,
    undone,
  };
}

async function gather({ annotatorUrl, videoId, people }: CrowdOptions): Promise<Person[]> {
  const gathered: Person[] = [];
  for (let index = 0; index < people; index++) {
    const name = `Person ${index + 1}`;
    const visitor = await visitStudio(annotatorUrl, name);
    const shots = await visitor.api.shots.list({ videoId });
    const shotId = shots[index]?.id;
    if (shotId === undefined) throw new Error(`the video has ${shots.length} shots for ${people} people`);
    keepUp(visitor, videoId);
    gathered.push({
      name,
      visitor,
      place: { videoId, shotId, kind: 'visual' },
      seen: seenText(null),
      own: '',
      shared: null,
      latenciesMs: [],
      conflicts: 0,
    });
  }
  return gathered;
}

/** What an open page asks again when something changed. */
function keepUp({ on, api }: StudioVisitor, videoId: VideoId): void {
  let isWaiting = false;
  on('changed', ({ table }) => {
    if (isWaiting || (table !== 'revisions' && table !== 'history')) return;
    isWaiting = true;
    setTimeout(() => {
      isWaiting = false;
      // The page may be closed by now.
      Promise.all([api.texts.current({ videoId }), api.history.next({})]).catch(() => undefined);
    }, GATHER_MS);
  });
}

async function write(person: Person, { endMs, offset, pauseMs }: CrowdOptions & { endMs: number; offset: number }): Promise<void> {
  // On a slow machine the time may be over before a person has written a caption; they do write one.
  for (let count = 1; performance.now() < endMs || person.own === ''; count++) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs * (0.5 + Math.random())));
    const text = `${person.name} wrote ${count}`;
    if (person.own !== '' && (count + offset) % SHARED_EVERY === 0) await writeShared(person, text);
    else {
      const saved = await timed(person, () => person.visitor.api.texts.edit({ ...person.place, text, seen: person.seen }));
      person.seen = seenText(saved);
      person.own = saved.text;
    }
  }
}

/** Writes the summary on top of what is there; whoever was faster is built upon. */
async function writeShared(person: Person, text: string): Promise<void> {
  const { api } = person.visitor;
  const place = { videoId: person.place.videoId, shotId: null, kind: 'summary' } as const;
  for (;;) {
    const seen = seenText((await api.texts.current(place)).find(({ kind }) => kind === 'summary'));
    try {
      await timed(person, () => api.texts.edit({ ...place, text, seen }));
      person.shared = text;
      return;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'conflict') throw error;
      person.conflicts++;
    }
  }
}

async function timed<T>({ latenciesMs }: Person, work: () => Promise<T>): Promise<T> {
  const startedMs = performance.now();
  const result = await work();
  latenciesMs.push(performance.now() - startedMs);
  return result;
}

/** Everybody accepts their caption, and then everybody takes that back at once. */
async function undoAll(people: readonly Person[]): Promise<number> {
  const own = async ({ visitor, place }: Person): Promise<Revision | undefined> =>
    (await visitor.api.texts.current(place)).find(({ shotId }) => shotId === place.shotId);
  await Promise.all(
    people.map(async (person) => {
      const revision = await own(person);
      if (revision !== undefined)
        await person.visitor.api.texts.setStatus({ revisionIds: [revision.id], status: 'accepted', seen: [seenText(revision)] });
    }),
  );
  const steps = await Promise.all(people.map(({ visitor }) => visitor.api.history.undo({})));
  const after = await Promise.all(people.map(own));
  return people.filter(
    (person, index) =>
      steps[index]?.actor === person.name &&
      steps[index].label.key === 'edits.accept' &&
      after[index]?.status === 'draft' &&
      after[index].text === person.own,
  ).length;
}

async function examine(people: readonly Person[], videoId: VideoId): Promise<{ lost: number; crossed: number }> {
  const [first] = people;
  if (first === undefined) return { lost: 0, crossed: 0 };
  const { api } = first.visitor;
  const current = await api.texts.current({ videoId });
  const summaries: Revision[] = [];
  for (let olderCount = 1; olderCount > 0;) {
    const page = await api.texts.revisions({ videoId, shotId: null, kind: 'summary', before: summaries.at(-1)?.id });
    summaries.push(...page.revisions);
    olderCount = page.olderCount;
  }
  const lostOwn = people.filter(({ place, own }) => current.find(({ shotId }) => shotId === place.shotId)?.text !== own).length;
  const lostShared = people.filter(({ shared }) => shared !== null && !summaries.some(({ text }) => text === shared)).length;
  const crossed = [...current, ...summaries].filter(({ actor, text }) => !text.startsWith(`${actor} wrote`)).length;
  return { lost: lostOwn + lostShared, crossed };
}

/** The value below which `fraction` of the sorted values lie. */
export function percentile(sorted: readonly number[], fraction: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? 0;
}
