import { describe, expect, it } from 'vitest';
import { RevisionId, ShotId, VideoId } from '#shared/domain/ids.ts';
import type { Shot } from '#shared/domain/shot.ts';
import type { Revision } from '#shared/domain/text.ts';
import { plain } from '#shared/words/words.ts';
import {
  findShot,
  hasProblem,
  isDoubtfulCut,
  isUnreviewed,
  reviewState,
  visualTexts,
} from '../../../../src-renderer/editing/shot-texts.ts';
import { recallPlace } from '../../../../src-renderer/features/editor/remembered-place.ts';
import { parsePlace } from '../../../../src-renderer/features/player/parse-place.ts';
import { cutToMoveHere, mergeTargets, transitionExtent } from '../../../../src-renderer/features/shots/use-shot-actions.ts';

const videoId = VideoId.parse('v');

function shot(id: string, startFrame: number, endFrame: number, changes: Partial<Shot> = {}): Shot {
  return {
    id: ShotId.parse(id),
    videoId,
    startFrame,
    endFrame,
    origin: 'detector',
    confidence: 0.9,
    locked: false,
    transition: { kind: 'cut', startFrame, endFrame: startFrame },
    ...changes,
  };
}

const shots = [shot('a', 0, 100), shot('b', 100, 200, { confidence: 0.4 }), shot('c', 200, 300, { confidence: 0.4, locked: true })];

function text(changes: Partial<Revision> = {}): Revision {
  return {
    id: RevisionId.parse('r'),
    videoId,
    shotId: ShotId.parse('a'),
    kind: 'visual',
    text: 'A dog.',
    origin: 'model',
    actor: 'me',
    provenance: null,
    jobId: null,
    parentId: null,
    status: 'draft',
    isCurrent: true,
    staleReason: null,
    meanLogProb: -0.2,
    links: [],
    createdAtMs: 0,
    ...changes,
  };
}

describe('merging', () => {
  it('takes the next shot, or a selection itself; the last shot has no next one', () => {
    expect(mergeTargets(shots, shots.slice(0, 1))).toEqual(['a', 'b']);
    expect(mergeTargets(shots, shots.slice(2))).toEqual(['c']);
    expect(mergeTargets(shots, shots)).toEqual(['a', 'b', 'c']);
    expect(mergeTargets(shots.slice(0, 1), shots.slice(0, 1))).toHaveLength(1);
  });
});

describe('"the cut goes here"', () => {
  const at = (frame: number, selectedShots: readonly Shot[] = []) => cutToMoveHere({ shots, frame, selectedShots });

  it('means the nearest cut', () => {
    expect([0, 120, 149, 151, 299].map((frame) => at(frame))).toEqual([1, 1, 1, 2, 2]);
    expect(cutToMoveHere({ shots: shots.slice(0, 1), frame: 50, selectedShots: [] })).toBe(-1);
  });

  it('means the cut of the one shot that is selected, however far', () => {
    expect(at(190, shots.slice(1, 2))).toBe(1);
    expect(at(190, shots.slice(0, 1))).toBe(-1);
    expect(at(190, shots)).toBe(2);
  });
});

describe('declaring how a shot begins', () => {
  it('gives a dissolve an extent around the cut, and a cut none', () => {
    const b = shot('b', 100, 200);
    expect(transitionExtent(b, 'dissolve')).toEqual({ startFrame: 94, endFrame: 106 });
    expect(transitionExtent({ ...b, transition: { kind: 'fade', startFrame: 90, endFrame: 110 } }, 'dissolve')).toEqual({
      startFrame: 90,
      endFrame: 110,
    });
    expect(transitionExtent({ ...b, transition: { kind: 'fade', startFrame: 90, endFrame: 110 } }, 'cut')).toEqual({
      startFrame: 100,
      endFrame: 100,
    });
  });
});

describe('going to what needs a look', () => {
  it('goes once around the end, and says when there is nothing', () => {
    expect(findShot(shots, { from: 1, direction: 1 }, (each) => each.id === 'a')).toBe(0);
    expect(findShot(shots, { from: 0, direction: -1 }, () => true)).toBe(2);
    expect(findShot(shots, { from: -1, direction: 1 }, () => true)).toBe(0);
    expect(findShot(shots, { from: 0, direction: 1 }, () => false)).toBe(-1);
    expect(findShot([], { from: -1, direction: 1 }, () => true)).toBe(-1);
  });

  it('doubts cuts with a low score that nobody confirmed', () => {
    expect(shots.map(isDoubtfulCut)).toEqual([false, true, false]);
    const imported = { ...shot('d', 300, 400), origin: 'import' as const, confidence: null, locked: false };
    expect([imported, { ...imported, locked: true }].map(isDoubtfulCut)).toEqual([true, false]);
  });

  it('knows what is unreviewed and what is a problem', () => {
    expect([reviewState(undefined), reviewState(text({ text: ' ' })), reviewState(text({ status: 'accepted' }))]).toEqual([
      'empty',
      'empty',
      'accepted',
    ]);
    expect([isUnreviewed(text()), isUnreviewed(text({ status: 'accepted' })), isUnreviewed(undefined)]).toEqual([true, false, false]);
    expect(
      [text(), text({ meanLogProb: -2 }), text({ staleReason: plain('moved') }), text({ status: 'needs-work' })].map(hasProblem),
    ).toEqual([false, true, true, true]);
    expect([text({ origin: 'import' }), text({ origin: 'import', status: 'accepted' })].map(hasProblem)).toEqual([true, false]);
  });

  it('looks at current visual captions only', () => {
    const texts = visualTexts([
      text(),
      text({ shotId: ShotId.parse('b'), kind: 'narration' }),
      text({ shotId: ShotId.parse('c'), isCurrent: false }),
    ]);
    expect([...texts.keys()]).toEqual(['a']);
  });
});

describe('typing a place', () => {
  const clock = { rate: { num: 25, den: 1 }, frameCount: 5000 };
  it.each([
    ['1250', 1250],
    ['99999', 4999],
    ['1:02', 1550],
    ['0:01:02.4', 1560],
    ['12.5s', 312],
    ['', null],
    ['soon', null],
  ])('understands %s', (typed, frame) => {
    expect(parsePlace(typed, clock)).toBe(frame);
  });
});

describe('coming back to a video', () => {
  it('ignores what it cannot read', () => {
    const storage = (value: string | null) => ({ getItem: () => value }) as unknown as Storage;
    const place = { frame: 7, view: { startFrame: 0, framesPerPixel: 2 } };
    expect(recallPlace(storage(JSON.stringify(place)), videoId)).toEqual(place);
    expect(recallPlace(storage('{'), videoId)).toBeNull();
    expect(recallPlace(storage('{"frame":-1}'), videoId)).toBeNull();
    expect(recallPlace(storage(null), videoId)).toBeNull();
  });
});
