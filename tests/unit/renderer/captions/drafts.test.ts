import { describe, expect, it, vi } from 'vitest';
import { RevisionId, ShotId, VideoId } from '#shared/domain/ids.ts';
import { AppError } from '#shared/contract/errors.ts';
import { type Revision, seenText } from '#shared/domain/text.ts';
import { plain } from '#shared/words/words.ts';
import { createWordsShelf, shelvedVideos } from '../../../../src-renderer/editing/words-shelf.ts';
import { createDrafts, type DraftsParts, placeKey, type UnsavedWords } from '../../../../src-renderer/editing/drafts.ts';
import { candidatesOf } from '../../../../src-renderer/features/captions/candidates.ts';

const here = { shotId: ShotId.parse('a'), kind: 'visual' } as const;
const there = { shotId: ShotId.parse('b'), kind: 'visual' } as const;

function revision(id: string, changes: Partial<Revision> = {}): Revision {
  return {
    id: RevisionId.parse(id),
    videoId: VideoId.parse('v'),
    shotId: here.shotId,
    kind: 'visual',
    text: `Text ${id}`,
    origin: 'model',
    actor: 'me',
    provenance: null,
    jobId: null,
    parentId: null,
    status: 'draft',
    isCurrent: false,
    staleReason: null,
    meanLogProb: null,
    links: [],
    createdAtMs: 0,
    ...changes,
  };
}

/** What a browser keeps. */
function memoryStorage(): Storage {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    clear: () => items.clear(),
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

/** One text in the studio, as its core keeps it: `write` is somebody else. */
function studioText() {
  let stored = revision('r0', { text: 'A dog.', origin: 'human', actor: 'ann', isCurrent: true });
  const beside: string[] = [];
  let isAway = false;
  const parts = (storage = memoryStorage()): DraftsParts => ({
    current: () => stored,
    shelf: createWordsShelf(storage, VideoId.parse('v')),
    async save(_place, text, seen) {
      if (isAway) throw new AppError('disconnected', plain('away'));
      const now = seenText(stored);
      if ((now.revisionId !== seen.revisionId || now.digest !== seen.digest) && stored.actor !== 'ann')
        throw new AppError('conflict', plain('Ben wrote on'));
      stored = revision(`${stored.id}a`, { text, origin: 'human', actor: 'ann', isCurrent: true });
      return stored;
    },
    async saveBeside(_place, text) {
      if (isAway) throw new AppError('disconnected', plain('away'));
      beside.push(text);
    },
  });
  return {
    parts,
    beside,
    text: () => stored.text,
    write: (text: string) => void (stored = revision(`${stored.id}b`, { text, origin: 'human', actor: 'ben', isCurrent: true })),
    goAway: (away: boolean) => void (isAway = away),
  };
}

const draftsWith = (save: DraftsParts['save']) => createDrafts({ ...studioText().parts(), save });

describe('words typed into the boxes', () => {
  it('are shown in place of the stored text until they are stored, each in its own box', async () => {
    const save = vi.fn(() => Promise.resolve(undefined));
    const drafts = draftsWith(save);
    drafts.type(here, 'A dog');
    expect(drafts.store.getState().byPlace.get(placeKey(here))).toEqual({ text: 'A dog', state: 'dirty' });
    expect(drafts.store.getState().byPlace.get(placeKey(there))).toBeUndefined();
    await drafts.flush(here);
    expect(save).toHaveBeenCalledWith(here, 'A dog', expect.anything());
    expect(drafts.store.getState().byPlace.get(placeKey(here))).toEqual({ text: null, state: 'saved' });
  });

  it('wait while the core is away and are all sent when it is back', async () => {
    const save = vi.fn().mockRejectedValueOnce(new Error('away')).mockRejectedValueOnce(new Error('away')).mockResolvedValue(undefined);
    const drafts = draftsWith(save);
    drafts.type(here, 'one');
    drafts.type(there, 'two');
    await drafts.flushAll();
    expect([...drafts.store.getState().byPlace.values()]).toEqual([
      { text: 'one', state: 'failed' },
      { text: 'two', state: 'failed' },
    ]);
    await drafts.flushAll();
    expect([...drafts.store.getState().byPlace.values()]).toEqual([
      { text: null, state: 'saved' },
      { text: null, state: 'saved' },
    ]);
  });

  it('go on from what was stored last, and not from what stood there at first', async () => {
    const studio = studioText();
    const drafts = createDrafts(studio.parts());
    for (const text of ['A dog r', 'A dog runs']) {
      drafts.type(here, text);
      await drafts.flush(here);
    }
    expect(studio.text()).toBe('A dog runs');
  });

  it('wait for a decision when somebody else wrote on: mine on top, or theirs with mine kept beside it', async () => {
    const studio = studioText();
    const drafts = createDrafts(studio.parts());
    const draft = () => drafts.store.getState().byPlace.get(placeKey(here));
    const collide = async (mine: string, theirs: string): Promise<void> => {
      drafts.type(here, mine);
      studio.write(theirs);
      await drafts.flush(here);
      expect(draft()).toEqual({ text: mine, state: 'conflict' });
      expect(studio.text()).toBe(theirs);
    };
    await collide('A dog runs.', 'A cat.');
    drafts.type(here, 'A dog runs fast.');
    await drafts.flushAll();
    expect(draft()).toEqual({ text: 'A dog runs fast.', state: 'conflict' });
    await drafts.keepMine(here);
    expect([studio.text(), draft()]).toEqual(['A dog runs fast.', { text: null, state: 'saved' }]);

    await collide('A dog sits.', 'A bird.');
    studio.goAway(true);
    await expect(drafts.takeTheirs(here)).rejects.toThrow('away');
    expect(draft()).toEqual({ text: 'A dog sits.', state: 'conflict' });
    studio.goAway(false);
    await drafts.takeTheirs(here);
    expect([studio.text(), studio.beside, draft()]).toEqual(['A bird.', ['A dog sits.'], { text: null, state: 'clean' }]);
  });

  it('are reported as waiting while they are on their way, and as stuck when they failed or somebody must decide', async () => {
    const studio = studioText();
    const states: (UnsavedWords | null)[] = [];
    const drafts = createDrafts({ ...studio.parts(), onUnsaved: (words) => void (states.at(-1) === words || states.push(words)) });
    drafts.type(here, 'A dog runs.');
    await drafts.flush(here);
    expect(states).toEqual(['waiting', null]);

    studio.goAway(true);
    drafts.type(here, 'A dog sits.');
    await drafts.flush(here);
    expect(states.at(-1)).toBe('stuck');
    studio.goAway(false);
    await drafts.flushAll();
    expect(states.at(-1)).toBeNull();

    drafts.type(here, 'A dog lies.');
    studio.write('A cat.');
    await drafts.flush(here);
    expect(states.at(-1)).toBe('stuck');
    await drafts.keepMine(here);
    expect(states.at(-1)).toBeNull();
  });

  it('outlive the page that they could not be saved from', async () => {
    const [studio, storage] = [studioText(), memoryStorage()];
    const first = createDrafts(studio.parts(storage));
    studio.goAway(true);
    first.type(here, 'A dog runs.');
    await first.flushAll();
    studio.goAway(false);

    expect(shelvedVideos(storage)).toEqual([VideoId.parse('v')]);
    const second = createDrafts(studio.parts(storage));
    second.restore();
    await second.flushAll();
    expect(studio.text()).toBe('A dog runs.');
    expect(createWordsShelf(storage, VideoId.parse('v')).read()).toEqual([]);
    expect(shelvedVideos(storage)).toEqual([]);
  });

  it('of an earlier page do not push aside what was written since', async () => {
    const [studio, storage] = [studioText(), memoryStorage()];
    studio.goAway(true);
    createDrafts(studio.parts(storage)).type(here, 'Old words.');
    studio.goAway(false);
    studio.write('New words.');
    const drafts = createDrafts(studio.parts(storage));
    drafts.restore();
    await drafts.flushAll();
    expect(studio.text()).toBe('New words.');
    expect(drafts.store.getState().byPlace.get(placeKey(here))).toEqual({ text: 'Old words.', state: 'conflict' });
  });

  it.each([
    ['another text', there],
    ['the same text', here],
  ])('outlive the page also where a second window of the same person writes %s', async (_what, place) => {
    const [studio, storage] = [studioText(), memoryStorage()];
    const [first, second] = [createDrafts(studio.parts(storage)), createDrafts(studio.parts(storage))];
    studio.goAway(true);
    first.type(here, 'Twenty minutes of words.');
    await first.flushAll();
    studio.goAway(false);
    second.type(place, 'Other words.');
    await second.flushAll();

    const third = createDrafts(studio.parts(storage));
    third.restore();
    expect(third.store.getState().byPlace.get(placeKey(here))?.text).toBe('Twenty minutes of words.');
    await third.keepMine(here);
    expect(studio.text()).toBe('Twenty minutes of words.');
    expect(shelvedVideos(storage)).toEqual([]);
  });
});

describe('candidates', () => {
  function revision(id: string, changes: Partial<Revision> = {}): Revision {
    return {
      id: RevisionId.parse(id),
      videoId: VideoId.parse('v'),
      shotId: here.shotId,
      kind: 'visual',
      text: `Text ${id}`,
      origin: 'model',
      actor: 'me',
      provenance: null,
      jobId: null,
      parentId: null,
      status: 'draft',
      isCurrent: false,
      staleReason: null,
      meanLogProb: null,
      links: [],
      createdAtMs: 0,
      ...changes,
    };
  }

  it('are other texts of models, newest first as the core lists them, also after the clock was set back', () => {
    const revisions = [
      revision('new', { createdAtMs: 1 }),
      revision('old', { createdAtMs: 2 }),
      revision('mine', { origin: 'human', isCurrent: true }),
    ];
    expect(candidatesOf(revisions).map((each) => each.id)).toEqual(['new', 'old']);
  });

  it('are not what the current text was made from, nor rejected, nor the same words again', () => {
    const revisions = [
      revision('draft'),
      revision('first-edit', { origin: 'human', parentId: RevisionId.parse('draft') }),
      revision('mine', { origin: 'human', isCurrent: true, parentId: RevisionId.parse('first-edit'), text: 'A dog.' }),
      revision('rejected', { status: 'rejected' }),
      revision('same', { text: ' A dog. ' }),
      revision('other'),
      revision('twin', { text: 'Text other' }),
    ];
    expect(candidatesOf(revisions).map((each) => each.id)).toEqual(['other']);
  });
});
