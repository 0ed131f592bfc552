import { describe, expect, it, vi } from 'vitest';
import { RevisionId, ShotId, VideoId } from '#shared/domain/ids.ts';
import type { Revision } from '#shared/domain/text.ts';
import { createDrafts, placeKey } from '../../../../src-renderer/editing/drafts.ts';
import { candidatesOf } from '../../../../src-renderer/features/captions/candidates.ts';

const here = { shotId: ShotId.parse('a'), kind: 'visual' } as const;
const there = { shotId: ShotId.parse('b'), kind: 'visual' } as const;

describe('words typed into the boxes', () => {
  it('are shown in place of the stored text until they are stored, each in its own box', async () => {
    const save = vi.fn(() => Promise.resolve());
    const drafts = createDrafts(save);
    drafts.type(here, 'A dog');
    expect(drafts.store.getState().byPlace.get(placeKey(here))).toEqual({ text: 'A dog', state: 'dirty' });
    expect(drafts.store.getState().byPlace.get(placeKey(there))).toBeUndefined();
    await drafts.flush(here);
    expect(save).toHaveBeenCalledWith(here, 'A dog');
    expect(drafts.store.getState().byPlace.get(placeKey(here))).toEqual({ text: null, state: 'saved' });
  });

  it('wait while the core is away and are all sent when it is back', async () => {
    const save = vi.fn().mockRejectedValueOnce(new Error('away')).mockRejectedValueOnce(new Error('away')).mockResolvedValue(undefined);
    const drafts = createDrafts(save);
    drafts.type(here, 'one');
    drafts.type(there, 'two');
    await drafts.flushAll();
    expect([...drafts.store.getState().byPlace.values()]).toEqual([{ text: 'one', state: 'failed' }, { text: 'two', state: 'failed' }]);
    await drafts.flushAll();
    expect([...drafts.store.getState().byPlace.values()]).toEqual([{ text: null, state: 'saved' }, { text: null, state: 'saved' }]);
  });
});

describe('candidates', () => {
  function revision(id: string, changes: Partial<Revision> = {}): Revision {
    return {
      id: RevisionId.parse(id), videoId: VideoId.parse('v'), shotId: here.shotId, kind: 'visual', text: `Text ${id}`, origin: 'model', actor: 'me',
      provenance: null, jobId: null, parentId: null, status: 'draft', isCurrent: false, staleReason: null, meanLogProb: null, links: [], createdAtMs: 0, ...changes,
    };
  }

  it('are other texts of models, newest first as the core lists them, also after the clock was set back', () => {
    const revisions = [revision('new', { createdAtMs: 1 }), revision('old', { createdAtMs: 2 }), revision('mine', { origin: 'human', isCurrent: true })];
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
