import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#shared/contract/errors.ts';
import { isTiled } from '#shared/domain/shot-edit.ts';
import { addMeasuredVideo, makeProbe, startTestCore, startWithVideo } from '../../helpers/test-core.ts';

const CONFLICT = { code: 'conflict' };

describe('words that somebody kept beside others', () => {
  async function withTwoShots() {
    const { as, videoId } = await startWithVideo();
    const [ann, ben] = [as('ann').api, as('ben').api];
    await ann.shots.split({ videoId, frame: 40 });
    const [first, second] = await ann.shots.list({ videoId });
    if (first === undefined || second === undefined) throw new Error('two shots');
    const textOf = (shot: typeof first) => ({ videoId, shotId: shot.id, kind: 'visual' as const });
    const currentTexts = async () => (await ann.texts.current({ videoId })).map(({ text }) => text);
    return { videoId, ann, ben, first, second, textOf, currentTexts };
  }

  it('stay where the words of a merged shot, which they were kept beside, would go back', async () => {
    const { videoId, ann, ben, first, second, textOf, currentTexts } = await withTwoShots();
    await ann.texts.edit({ ...textOf(second), text: 'A lion' });
    await ann.shots.merge({ videoId, shotIds: [first.id, second.id] });
    await ben.texts.edit({ ...textOf(first), text: 'A zebra', isBeside: true });

    await expect(ann.history.undo({})).rejects.toMatchObject(CONFLICT);
    expect(await currentTexts()).toEqual(['A lion']);
    expect((await ben.texts.revisions(textOf(first))).revisions.map(({ text }) => text)).toEqual(['A zebra', 'A lion']);
  });

  it('do not come back alone once the words are gone that they were kept beside', async () => {
    const { ann, ben, first, textOf, currentTexts } = await withTwoShots();
    await ann.texts.edit({ ...textOf(first), text: 'A lion' });
    await ben.texts.edit({ ...textOf(first), text: 'A zebra', isBeside: true });
    await ben.history.undo({});
    await ann.history.undo({});

    await expect(ben.history.redo({})).rejects.toMatchObject(CONFLICT);
    await ben.texts.edit({ ...textOf(first), text: 'A zebra' });
    expect(await currentTexts()).toEqual(['A zebra']);
  });
});

it('what somebody decided before a video was measured is not taken out with the video', async () => {
  const test = await startWithVideo();
  const { videoId, core, as } = test;
  const [ann, ben] = [as('ann').api, as('ben').api];
  const [shot] = await ben.shots.list({ videoId });
  if (shot === undefined) throw new Error('a shot');
  await ben.shots.setLocked({ videoId, shotIds: [shot.id], locked: true });
  core.services.videos.setProbe(videoId, makeProbe(120), null);
  core.services.shots.ensureTiled(videoId, 'ann');

  // What measuring did, and then the adding of the video.
  await ann.history.undo({});
  await expect(ann.history.undo({})).rejects.toMatchObject(CONFLICT);
  expect(await ben.shots.list({ videoId })).toMatchObject([{ id: shot.id, locked: true }]);
});

const PEOPLE = ['ann', 'ben', 'cleo'] as const;
const DEEDS = [
  'write',
  'write',
  'keep beside',
  'keep beside',
  'split',
  'merge',
  'move',
  'choose',
  'accept',
  'undo',
  'undo',
  'undo',
  'redo',
] as const;
const deed = fc.record({ who: fc.constantFrom(...PEOPLE), what: fc.constantFrom(...DEEDS), at: fc.nat(99), isSummary: fc.boolean() });

it.each([10, 33, 51])(
  'whatever three people do and take back, each text is shown, none is lost, and shots tile the video (%i)',
  async (seed) => {
    const test = startTestCore();
    await test.core.services.projects.createIn(test.dataDir, 'Demo');
    const videoId = await addMeasuredVideo(test, 'holiday.mp4', 100, 'dora');
    const { texts, shots, history, projects } = test.core.services;
    const { db } = projects.access.session();
    const written = new Map<string, string>();
    const takenBack = new Set<string>();
    const [deeds = []] = fc.sample(fc.array(deed, { minLength: 300, maxLength: 300 }), { seed, numRuns: 1 });
    let refused = 0;

    for (const [number, { who, what, at, isSummary }] of deeds.entries()) {
      const list = shots.list(videoId);
      const index = at % list.length;
      const [shot, next] = [list[index], list[index + 1]];
      const key = isSummary
        ? { videoId, shotId: null, kind: 'summary' as const }
        : { videoId, shotId: shot?.id ?? null, kind: 'visual' as const };
      const { revisions } = texts.revisions(key);
      const revision = revisions[at % Math.max(revisions.length, 1)];
      const write = (how: typeof texts.edit): void => {
        how(key, `${number} by ${who}`, who);
        written.set(`${number} by ${who}`, history.next(who).undo?.id ?? '');
      };
      try {
        if (what === 'write') write(texts.edit);
        if (what === 'keep beside') write(texts.addBeside);
        if (what === 'split') shots.split(videoId, { frame: at - (at % 25) + 1 }, who);
        if (what === 'merge' && shot !== undefined && next !== undefined) shots.merge(videoId, [shot.id, next.id], who);
        if (what === 'move' && next !== undefined)
          shots.moveBoundary(videoId, { shotId: next.id, frame: next.startFrame + (at % 7) - 3 }, who);
        if (what === 'choose' && revision !== undefined) texts.choose(revision.id, who);
        if (what === 'accept' && revision !== undefined) texts.setStatus([revision.id], 'accepted', who);
        if (what === 'undo') takenBack.add(history.undo(who)?.id ?? '');
        if (what === 'redo') takenBack.delete(history.redo(who)?.id ?? '');
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        refused += 1;
      }
      const hidden = db
        .prepare('SELECT shot_id, kind, group_concat(text) AS texts FROM revisions GROUP BY shot_id, kind HAVING sum(is_current) <> 1')
        .all();
      expect(hidden, `after ${number}, ${what}`).toEqual([]);
      const there = new Set(db.prepare<[], string>('SELECT text FROM revisions').pluck().all());
      const lost = [...written].filter(([text, step]) => !takenBack.has(step) && !there.has(text));
      expect(lost, `after ${number}, ${what}`).toEqual([]);
      expect(isTiled(shots.list(videoId), 100)).toBe(true);
    }
    expect([written.size > 50, takenBack.size > 20, refused > 5]).toEqual([true, true, true]);
  },
);
