import { describe, expect, it } from 'vitest';
import { seenText } from '#shared/domain/text.ts';
import { plain } from '#shared/words/words.ts';
import { addMeasuredVideo, joinAs, startTestCore } from '../../helpers/test-core.ts';
import { insertDraft } from '../../helpers/drafts.ts';
import { timeTurns } from '../../helpers/longest-turn.ts';

const FRAMES_PER_SHOT = 10;

/** A video of so many shots, each with a caption, and an annotator. */
async function videoOf(shotCount: number) {
  const test = startTestCore();
  await test.core.services.projects.createIn(test.dataDir, 'Demo');
  const videoId = await addMeasuredVideo(test, 'video.mp4', shotCount * FRAMES_PER_SHOT);
  const { shots, history } = test.core.services;
  const cuts = Array.from({ length: shotCount - 1 }, (_, index) => (index + 1) * FRAMES_PER_SHOT).map((frame) => ({
    frame,
    kind: 'cut' as const,
    startFrame: frame,
    endFrame: frame,
    confidence: 0.9,
  }));
  const made = shots.replaceFromCuts(videoId, { cuts, minDistanceFrames: 1 }, { actor: 'ann', label: plain('Find shots') });
  history.record({ actor: 'ann', label: plain('Caption'), videoId }, (db) => {
    for (const { id: shotId } of made) {
      insertDraft(db, { videoId, shotId, text: 'A dog.', actor: 'ann', staleReason: plain('The cut moved') });
    }
  });
  const ben = await joinAs(test.core, 'annotator', 'Ben');
  return { ...test, videoId, ben, shotIds: made.map(({ id }) => id), revisions: await ben.api.texts.current({ videoId }) };
}

const timed = async (work: Promise<unknown>): Promise<number> => Math.round((await timeTurns(work)).allMs);

describe('what is decided about all of a very long video', { timeout: 120_000 }, () => {
  it('is stored in a moment', async () => {
    const { ben, videoId, shotIds, revisions } = await videoOf(10_000);
    const [revisionIds, seen] = [revisions.map(({ id }) => id), revisions.map(seenText)];
    const times = {
      accept: await timed(ben.api.texts.setStatus({ revisionIds, status: 'accepted', seen })),
      lock: await timed(ben.api.shots.setLocked({ videoId, shotIds, locked: true })),
      undoLock: await timed(ben.api.history.undo({})),
      needsWork: await timed(ben.api.texts.setStatus({ revisionIds, status: 'needs-work', seen })),
      fresh: await timed(ben.api.texts.confirmFresh({ revisionIds, seen })),
      merge: await timed(ben.api.shots.merge({ videoId, shotIds: shotIds.slice(0, 1_000) })),
    };
    expect(Math.max(...Object.values(times)), JSON.stringify(times)).toBeLessThan(2_500);
  });
});

describe('a command that names one thing again and again', () => {
  it('is carried out once, in a moment', async () => {
    const {
      ben,
      videoId,
      shotIds: [shotId],
      revisions: [revision],
    } = await videoOf(3);
    if (shotId === undefined || revision === undefined) throw new Error('no shots');
    const times = (of: string): string[] => Array.from({ length: 45_000 }, () => of);
    const ms = [
      await timed(ben.api.texts.setStatus({ revisionIds: times(revision.id), status: 'accepted' })),
      await timed(ben.api.texts.confirmFresh({ revisionIds: times(revision.id) })),
      await timed(ben.api.videos.setSplit({ videoIds: times(videoId), split: 'train' })),
      await timed(ben.api.shots.setLocked({ videoId, shotIds: times(shotId), locked: true })),
    ];
    expect(Math.max(...ms), String(ms)).toBeLessThan(1_000);
    expect((await ben.api.history.list({})).find(({ actor }) => actor === 'Ben')).toMatchObject({ changeCount: 1 });
    await expect(
      ben.api.videos.setSplit({ videoIds: Array.from({ length: 60_000 }, () => videoId), split: 'train' }),
    ).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(ben.api.shots.merge({ videoId, shotIds: [shotId, shotId] })).rejects.toMatchObject({ code: 'invalid-input' });
  });
});
