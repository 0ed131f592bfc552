import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { RevisionId, ShotId, VideoId } from '#shared/domain/ids.ts';
import type { Shot } from '#shared/domain/shot.ts';
import type { Revision } from '#shared/domain/text.ts';
import { mendedAnswer, withChangedShots, withChangedTexts } from '../../../../src-renderer/api/changed-records.ts';
import { queryKeys } from '../../../../src-renderer/api/query-keys.ts';

const videoId = VideoId.parse('v1');

function shot(id: string, startFrame: number, endFrame: number): Shot {
  const transition = { kind: 'cut', startFrame, endFrame: startFrame } as const;
  return { id: ShotId.parse(id), videoId, startFrame, endFrame, transition, origin: 'detector', confidence: 1, locked: false };
}

function text(id: string, words: string, isCurrent = true): Revision {
  return {
    id: RevisionId.parse(id),
    videoId,
    shotId: ShotId.parse('a'),
    kind: 'visual',
    text: words,
    origin: 'human',
    actor: 'ann',
    provenance: null,
    jobId: null,
    parentId: null,
    status: 'draft',
    isCurrent,
    staleReason: null,
    meanLogProb: null,
    links: [],
    createdAtMs: 0,
  };
}

describe('shots that changed', () => {
  const before = [shot('a', 0, 40), shot('b', 40, 80), shot('c', 80, 100)];

  it('take the place of what was there; all others stay the same objects', () => {
    const after = withChangedShots(before, { changed: [shot('a', 0, 45), shot('b', 45, 80)], gone: [] });
    expect(after.map(({ startFrame }) => startFrame)).toEqual([0, 45, 80]);
    expect(after[2]).toBe(before[2]);
  });

  it('come in their order when they are new, and go when they are gone', () => {
    expect(withChangedShots(before, { changed: [shot('b', 40, 60), shot('d', 60, 80)], gone: [] }).map(({ id }) => id)).toEqual([
      'a',
      'b',
      'd',
      'c',
    ]);
    expect(withChangedShots(before, { changed: [shot('a', 0, 80)], gone: [ShotId.parse('b')] }).map(({ id }) => id)).toEqual(['a', 'c']);
  });

  it('may be announced twice', () => {
    const change = { changed: [shot('b', 40, 60), shot('d', 60, 80)], gone: [] };
    const once = withChangedShots(before, change);
    expect(withChangedShots(once, change)).toEqual(once);
  });
});

describe('texts that changed', () => {
  it('are the current ones; a revision that is current no longer makes room', () => {
    const after = withChangedTexts([text('r1', 'A dog'), text('r2', 'A cat')], {
      changed: [text('r1', 'A dog', false), text('r3', 'A dog runs')],
      gone: [RevisionId.parse('r2')],
    });
    expect(after.map(({ text: words }) => words)).toEqual(['A dog runs']);
  });
});

describe('an announcement with its records', () => {
  const change = { table: 'shots', videoId, shots: { changed: [shot('a', 0, 50)], gone: [] } } as const;

  it('mends the answer that is there', () => {
    const client = new QueryClient();
    client.setQueryData(queryKeys.shots(videoId), [shot('a', 0, 40)]);
    expect(mendedAnswer(client, { ...change, shots: { changed: [...change.shots.changed], gone: [] } })?.queryKey).toEqual(
      queryKeys.shots(videoId),
    );
    expect(mendedAnswer(client, { table: 'shots', videoId })).toBeNull();
  });

  it('does not while an answer is on its way, which may be older or newer', () => {
    const client = new QueryClient();
    void client.fetchQuery({ queryKey: queryKeys.shots(videoId), queryFn: () => new Promise<Shot[]>(() => undefined) });
    expect(mendedAnswer(client, { ...change, shots: { changed: [...change.shots.changed], gone: [] } })).toBeNull();
  });
});
