import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelText } from '#core/project/texts/texts-service.ts';
import { AppError } from '#shared/contract/errors.ts';
import { isTiled, mergeShots, moveBoundary, setLocked, setTransition, splitShot } from '#shared/domain/shot-edit.ts';
import { JobId, ShotId, type VideoId } from '#shared/domain/ids.ts';
import type { Cut, Shot } from '#shared/domain/shot.ts';
import { inEnglish, plain, words } from '#shared/words/words.ts';
import { makeProbe, startWithVideo, type TestCore } from '../../helpers/test-core.ts';

function idAt(shots: readonly Shot[], index: number): ShotId {
  const shot = shots[index];
  if (shot === undefined) throw new Error(`no shot ${index}`);
  return shot.id;
}

const cutAt = (frame: number): Cut => ({ frame, kind: 'cut', startFrame: frame, endFrame: frame, confidence: 0.9 });

function recut(test: TestCore, videoId: VideoId, frames: readonly number[]): Shot[] {
  return test.core.services.shots.replaceFromCuts(
    videoId,
    { cuts: frames.map(cutAt), minDistanceFrames: 1 },
    { actor: 'ann', label: plain('Cut into shots') },
  );
}

describe('editing shots', () => {
  it('begins with the whole video as one shot, as part of adding it', async () => {
    const { as, videoId } = await startWithVideo();
    expect(await as('ann').api.shots.list({ videoId })).toMatchObject([{ startFrame: 0, endFrame: 100, origin: 'start' }]);
    await as('ann').api.history.undo({});
    expect((await as('ann').api.videos.list({})).videos).toEqual([]);
    await as('ann').api.history.redo({});
    expect(await as('ann').api.shots.list({ videoId })).toHaveLength(1);
  });

  it('fits annotated shots to a file that has more or fewer frames than the data set counted', async () => {
    const { core, videoId, as } = await startWithVideo();
    const { videos, shots, history } = core.services;
    shots.split(videoId, { frame: 40 }, 'ann');
    shots.split(videoId, { frame: 80 }, 'ann');
    const text = await as('ann').api.texts.edit({ videoId, shotId: idAt(shots.list(videoId), 2), kind: 'visual', text: 'The end.' });
    videos.setProbe(videoId, makeProbe(110), null);
    shots.ensureTiled(videoId, 'ann');
    expect(shots.list(videoId).map(({ endFrame }) => endFrame)).toEqual([40, 80, 110]);
    videos.setProbe(videoId, makeProbe(60), null);
    shots.ensureTiled(videoId, 'ann');
    expect(shots.list(videoId).map(({ endFrame }) => endFrame)).toEqual([40, 60]);
    expect(core.services.texts.current(videoId)).toMatchObject([{ id: text.id, shotId: idAt(shots.list(videoId), 1) }]);
    const steps = history.list(10).length;
    shots.ensureTiled(videoId, 'ann');
    expect(history.list(10)).toHaveLength(steps);
  });

  it('keeps the video tiled whatever is done, and undo leads back through every state', async () => {
    const test = await startWithVideo();
    const { videoId } = test;
    const { shots, history } = test.core.services;
    const edit = fc.record({ what: fc.constantFrom('split', 'merge', 'move', 'recut', 'lock'), at: fc.nat(99), to: fc.nat(99) });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { maxLength: 12 }), async (edits) => {
        const states = [shots.list(videoId)];
        for (const { what, at, to } of edits) {
          const now = shots.list(videoId);
          const index = at % now.length;
          const before = history.next('ann').undo?.id;
          try {
            if (what === 'split') shots.split(videoId, { frame: at }, 'ann');
            else if (what === 'merge') shots.merge(videoId, [idAt(now, index), idAt(now, (index + 1) % now.length)], 'ann');
            else if (what === 'move') shots.moveBoundary(videoId, { shotId: idAt(now, index), frame: to }, 'ann');
            else if (what === 'lock') shots.setLocked(videoId, { shotIds: [idAt(now, index)], locked: to % 2 === 0 }, 'ann');
            else
              recut(
                test,
                videoId,
                [...new Set([at, to])].filter((frame) => frame > 0),
              );
          } catch (error) {
            // An impossible edit is refused in words and changes nothing.
            expect(error).toMatchObject({ name: 'AppError' });
            expect(shots.list(videoId)).toEqual(now);
          }
          expect(isTiled(shots.list(videoId), 100)).toBe(true);
          if (history.next('ann').undo?.id !== before) states.push(shots.list(videoId));
        }
        for (const state of states.toReversed()) {
          expect(shots.list(videoId)).toEqual(state);
          if (state !== states[0]) history.undo('ann');
        }
      }),
      { numRuns: 25 },
    );
  });

  it('does to a few shots of a video what it would do to all of them', async () => {
    const { core, videoId } = await startWithVideo();
    const { shots } = core.services;
    const cut = fc.record({ frame: fc.integer({ min: 1, max: 99 }), before: fc.nat(9), after: fc.nat(9), isGradual: fc.boolean() });
    const edit = fc.record({
      what: fc.constantFrom('split', 'merge', 'move', 'lock', 'dissolve'),
      at: fc.nat(99),
      frame: fc.integer({ min: -6, max: 101 }),
      count: fc.integer({ min: 1, max: 4 }),
    });
    const outcome = (work: () => unknown): unknown => {
      try {
        return work();
      } catch (error) {
        return error instanceof AppError ? [error.code, error.words] : error;
      }
    };
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(cut, { maxLength: 12, selector: ({ frame }) => frame }),
        edit,
        async (cuts, { what, at, frame, count }) => {
          const found = cuts.map(({ frame, before, after, isGradual }): Cut => {
            const [startFrame, endFrame] = isGradual ? [Math.max(0, frame - before), Math.min(100, frame + after)] : [frame, frame];
            return { frame, kind: isGradual ? 'dissolve' : 'cut', startFrame, endFrame, confidence: 0.5 };
          });
          shots.replaceFromCuts(
            videoId,
            { cuts: found, minDistanceFrames: 1, origin: 'import' },
            { actor: 'ann', label: plain('Import cuts') },
          );
          const all = shots.list(videoId);
          const ids = all.slice(at % all.length, (at % all.length) + count).map(({ id }) => id);
          const [shotId = idAt(all, 0)] = ids;
          const moved = (all.find(({ id }) => id === shotId)?.startFrame ?? 0) + (frame % 13) - 6;
          const newShotId = ShotId.parse(crypto.randomUUID());
          const transition = { kind: 'dissolve' as const, startFrame: Math.max(0, frame - count), endFrame: Math.max(0, frame + count) };
          const wanted = outcome(() => {
            if (what === 'split') return splitShot(all, frame, newShotId);
            if (what === 'merge') return mergeShots(all, ids);
            if (what === 'move') return moveBoundary(all, shotId, moved);
            return what === 'lock' ? setLocked(all, ids, count > 2) : setTransition(all, shotId, transition);
          });
          const got = outcome(() => {
            if (what === 'split') shots.split(videoId, { frame, newShotId }, 'ann');
            else if (what === 'merge') shots.merge(videoId, ids, 'ann');
            else if (what === 'move') shots.moveBoundary(videoId, { shotId, frame: moved }, 'ann');
            else if (what === 'lock') shots.setLocked(videoId, { shotIds: ids, locked: count > 2 }, 'ann');
            else shots.setTransition(videoId, { shotId, transition }, 'ann');
            return shots.list(videoId);
          });
          expect(got).toEqual(wanted);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keeps locked cuts when a detector cuts anew, and takes the whole cut back as one step', async () => {
    const test = await startWithVideo();
    const { videoId } = test;
    const { api } = test.as('ann');
    await api.shots.split({ videoId, frame: 40 });
    const byHand = await api.shots.list({ videoId });
    recut(test, videoId, [20, 60, 80]);
    expect((await api.shots.list({ videoId })).map((shot) => shot.startFrame)).toEqual([0, 20, 40, 60, 80]);
    await api.history.undo({});
    expect(await api.shots.list({ videoId })).toEqual(byHand);
  });
});

describe('a cut that is moved', () => {
  it('step by step in one gesture is one step of history, and another gesture is another', async () => {
    const test = await startWithVideo();
    const { videoId } = test;
    const { api } = test.as('ann');
    const shotId = idAt(await api.shots.split({ videoId, frame: 40 }), 1);
    const move = (frame: number, gesture?: string) =>
      api.shots.moveBoundary({ videoId, shotId, frame, ...(gesture !== undefined && { gesture }) });
    const startsAfterUndo = async () => {
      await api.history.undo({});
      return (await api.shots.list({ videoId })).map(({ startFrame }) => startFrame);
    };
    for (const frame of [41, 42, 43]) await move(frame, 'first');
    for (const frame of [44, 45]) await move(frame, 'second');
    await move(50);
    expect(await startsAfterUndo()).toEqual([0, 45]);
    expect(await startsAfterUndo()).toEqual([0, 43]);
    expect(await startsAfterUndo()).toEqual([0, 40]);
    await api.history.redo({});
    expect((await api.shots.list({ videoId })).map(({ startFrame }) => startFrame)).toEqual([0, 43]);
  });

  it('begins a step of its own after anything else', async () => {
    const test = await startWithVideo();
    const { videoId } = test;
    const { api } = test.as('ann');
    const shotId = idAt(await api.shots.split({ videoId, frame: 40 }), 1);
    await api.shots.moveBoundary({ videoId, shotId, frame: 41, gesture: 'one' });
    await api.texts.edit({ videoId, shotId, kind: 'visual', text: 'A dog runs.' });
    await api.shots.moveBoundary({ videoId, shotId, frame: 42, gesture: 'one' });
    await api.history.undo({});
    expect((await api.shots.list({ videoId })).map(({ startFrame }) => startFrame)).toEqual([0, 41]);
    expect(await api.texts.current({ videoId })).toMatchObject([{ text: 'A dog runs.' }]);
  });
});

describe('a shot made by a client', () => {
  it('has the id that the client chose, once', async () => {
    const test = await startWithVideo();
    const { videoId } = test;
    const { api } = test.as('ann');
    const newShotId = 'my-shot' as ShotId;
    expect((await api.shots.split({ videoId, frame: 80, newShotId })).map(({ id }) => id)[1]).toBe(newShotId);
    await expect(api.shots.split({ videoId, frame: 90, newShotId })).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('texts of shots that change', () => {
  async function withTwoCaptions() {
    const test = await startWithVideo();
    const { videoId } = test;
    const { api } = test.as('ann');
    const shots = await api.shots.split({ videoId, frame: 40 });
    const [left, right] = [idAt(shots, 0), idAt(shots, 1)];
    const edit = (shotId: ShotId | null, kind: 'visual' | 'narration' | 'summary', text: string) =>
      api.texts.edit({ videoId, shotId, kind, text });
    const fromModel = (text: Pick<ModelText, 'shotId' | 'kind' | 'text' | 'links'>) =>
      test.core.services.texts.addModelRevision({
        videoId,
        actor: 'ann',
        label: plain('Generate'),
        jobId: JobId.parse('job-1'),
        meanLogProb: null,
        provenance: { engine: 'storyline', model: '', modelSha256: '', prompt: '', frames: [], options: {}, device: null, durationMs: 1 },
        ...text,
      });
    return { ...test, api, left, right, edit, fromModel, current: () => api.texts.current({ videoId }) };
  }

  it('become stale when their shot’s bounds move, and so does the summary', async () => {
    const { api, videoId, left, right, edit, current } = await withTwoCaptions();
    await edit(left, 'visual', 'A dog runs.');
    await edit(right, 'visual', 'A dog sleeps.');
    await edit(null, 'summary', 'A dog’s day.');
    await api.shots.moveBoundary({ videoId, shotId: right, frame: 50 });
    expect((await current()).map(({ text, staleReason }) => [text, staleReason === null ? null : inEnglish(staleReason)])).toEqual([
      ['A dog runs.', 'The shot’s end moved'],
      ['A dog sleeps.', 'The shot’s start moved'],
      ['A dog’s day.', 'The shots were cut differently'],
    ]);
    await api.history.undo({});
    expect((await current()).every(({ staleReason }) => staleReason === null)).toBe(true);
  });

  it('stay with the larger part when a cut is moved by a split and the removal of the old cut', async () => {
    const { api, videoId, left, right, edit, current } = await withTwoCaptions();
    await edit(left, 'visual', 'A dog runs.');
    await edit(right, 'visual', 'A dog sleeps.');
    const before = idAt(await api.shots.split({ videoId, frame: 55 }), 0);
    await api.shots.merge({ videoId, shotIds: [left, before] });
    const shots = await api.shots.list({ videoId });
    expect(shots.map(({ startFrame }) => startFrame)).toEqual([0, 55]);
    expect((await current()).map(({ shotId, text }) => [shots.findIndex(({ id }) => id === shotId), text])).toEqual([
      [0, 'A dog runs.'],
      [1, 'A dog sleeps.'],
    ]);
  });

  it('go to the shot with most of their frames when a detector cuts theirs in three', async () => {
    const test = await withTwoCaptions();
    const { api, videoId, left, right, edit, current } = test;
    await api.shots.setLocked({ videoId, shotIds: [right], locked: false });
    await api.shots.merge({ videoId, shotIds: [left, right] });
    await edit(left, 'visual', 'A dog all day.');
    recut(test, videoId, [10, 45]);
    const shots = await api.shots.list({ videoId });
    expect((await current()).map(({ shotId }) => shots.find(({ id }) => id === shotId)?.startFrame)).toEqual([45]);
  });

  it('stay fresh when only a lock changes', async () => {
    const { api, videoId, left, edit, current } = await withTwoCaptions();
    await edit(left, 'visual', 'A dog runs.');
    await api.shots.setLocked({ videoId, shotIds: [left], locked: true });
    expect(await current()).toMatchObject([{ staleReason: null }]);
  });

  it('are all kept in a merge: the first shot’s stay current, the other’s become revisions', async () => {
    const { api, videoId, left, right, edit, current } = await withTwoCaptions();
    await edit(left, 'visual', 'A dog runs.');
    await edit(right, 'visual', 'A dog sleeps.');
    await edit(right, 'narration', 'The dog is tired.');
    await api.shots.merge({ videoId, shotIds: [left, right] });

    expect((await current()).map(({ shotId, kind, text }) => ({ shotId, kind, text }))).toEqual([
      { shotId: left, kind: 'visual', text: 'A dog runs.' },
      { shotId: left, kind: 'narration', text: 'The dog is tired.' },
    ]);
    expect((await current()).every(({ staleReason }) => staleReason !== null)).toBe(true);
    const { revisions } = await api.texts.revisions({ videoId, shotId: left, kind: 'visual' });
    expect(revisions.map(({ text, isCurrent }) => [text, isCurrent])).toEqual([
      ['A dog sleeps.', false],
      ['A dog runs.', true],
    ]);
  });

  it('of a person are not hidden behind the draft of a model in a merge', async () => {
    const { api, videoId, left, right, edit, current, fromModel } = await withTwoCaptions();
    fromModel({ shotId: left, kind: 'visual', text: 'A cat.', links: [] });
    await edit(right, 'visual', 'A dog sleeps.');
    await api.shots.merge({ videoId, shotIds: [left, right] });
    expect((await current()).map(({ text }) => text)).toEqual(['A dog sleeps.']);
    const { revisions } = await api.texts.revisions({ videoId, shotId: left, kind: 'visual' });
    expect(revisions.map(({ text }) => text)).toEqual(expect.arrayContaining(['A cat.', 'A dog sleeps.']));
  });

  it('come back to their shots when a merge is undone', async () => {
    const { api, videoId, left, right, edit, current } = await withTwoCaptions();
    await edit(left, 'visual', 'A dog runs.');
    await edit(right, 'visual', 'A dog sleeps.');
    const before = await current();
    await api.shots.merge({ videoId, shotIds: [left, right] });
    await api.history.undo({});
    expect(await current()).toEqual(before);
    await api.history.redo({});
    await api.history.undo({});
    expect(await current()).toEqual(before);
  });

  it('are never lost when a detector removes their shot', async () => {
    const test = await withTwoCaptions();
    const { api, videoId, left, right, edit } = test;
    await api.shots.setLocked({ videoId, shotIds: [right], locked: false });
    await edit(right, 'visual', 'A dog sleeps.');
    recut(test, videoId, []);
    const shots = await api.shots.list({ videoId });
    expect(shots).toHaveLength(1);
    expect(await api.texts.current({ videoId })).toMatchObject([
      { shotId: left, text: 'A dog sleeps.', staleReason: words('stale.mergedShot') },
    ]);
  });

  it('lead the summary’s links to the shot that holds the frames now', async () => {
    const test = await withTwoCaptions();
    const { api, videoId, left, right, fromModel } = test;
    fromModel({
      shotId: null,
      kind: 'summary',
      text: 'A dog runs. It sleeps.',
      links: [
        { start: 0, end: 11, shotIds: [left] },
        { start: 12, end: 22, shotIds: [right] },
      ],
    });
    await api.shots.merge({ videoId, shotIds: [left, right] });
    expect((await api.texts.current({ videoId }))[0]?.links.map(({ shotIds }) => shotIds)).toEqual([[left], [left]]);
  });
});
