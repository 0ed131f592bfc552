import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { saying } from '../../helpers/saying.ts';
import { startTestCore } from '../../helpers/test-core.ts';

const CLIPS = Array.from({ length: 4 }, (_, index) => index);

function record(number: number, caption: string) {
  return {
    video: `walk-${number}.mp4`,
    video_names: CLIPS.map((clip) => `walk-${number}_${clip}_${clip}.mp4`),
    captions: CLIPS.map(() => caption),
    whole_caption: 'A walk.',
  };
}

/** An import of a long data set, in the middle of which its person does something; how it ended. */
async function importOf(count: number, { isAllOrNothing, caption = 'A caption.' }: { isAllOrNothing: boolean; caption?: string }) {
  const { core, dataDir } = startTestCore();
  const { projects, jobs, videos, history } = core.services;
  await projects.createIn(dataDir, 'Demo');
  const file = path.join(dataDir, 'set.json');
  writeFileSync(file, JSON.stringify(Array.from({ length: count }, (_, index) => record(index + 1, caption))));
  const { grantId } = await core.files.grantPath(file);
  const videoCount = (): number => videos.list().length;
  async function whileImporting(from: number, act: () => void) {
    const [jobId] = jobs.enqueue([{ kind: 'import-dataset', formatId: 'shot2story', grantId, options: {}, isAllOrNothing }], false, 'ann');
    if (jobId === undefined) throw new Error('not queued');
    while (videoCount() < from && jobs.get(jobId).state !== 'done') await delay(1);
    expect(jobs.get(jobId).state).toBe('running');
    act();
    await jobs.idle();
    return { jobId, ended: () => jobs.get(jobId) };
  }
  /** Somebody writes about a video that came in, so that its import cannot be undone any more. */
  function refusedUndo(): void {
    const [video] = videos.list();
    if (video === undefined) throw new Error('a video expected');
    core.services.texts.edit({ videoId: video.id, shotId: null, kind: 'summary' }, 'Somebody else wrote this.', 'ben');
    expect(() => history.undo('ann')).toThrow(expect.objectContaining({ code: 'conflict' }));
  }
  return { jobs, history, videoCount, whileImporting, refusedUndo };
}

describe.each([true, false])('an import that is undone while it runs, all or nothing: %s', (isAllOrNothing) => {
  it('ends as cancelled, says why, and brings nothing more', async () => {
    const { jobs, history, videoCount, whileImporting } = await importOf(4_000, { isAllOrNothing });
    const { jobId, ended } = await whileImporting(200, () => history.undo('ann'));
    expect(ended()).toMatchObject({ state: 'cancelled', error: { code: 'cancelled', words: saying('undone while it was running') } });
    expect(ended().result).toMatchObject({ videos: 0, shots: 0, texts: 0 });
    expect(videoCount()).toBe(0);
    // Whoever wants it after all has all of it.
    jobs.retry([jobId]);
    await jobs.idle();
    expect(ended()).toMatchObject({ state: 'done', error: null, result: { videos: 4_000 } });
    expect(videoCount()).toBe(4_000);
  });

  it('is not half there again by redo: of all or nothing nothing, else what was undone, behind which it goes on', async () => {
    const { jobs, history, videoCount, whileImporting } = await importOf(2_000, { isAllOrNothing });
    const { jobId, ended } = await whileImporting(200, () => history.undo('ann'));
    const redone = history.redo('ann');
    expect(redone === null).toBe(isAllOrNothing);
    expect(videoCount() === 0).toBe(isAllOrNothing);
    jobs.retry([jobId]);
    await jobs.idle();
    expect(ended()).toMatchObject({ state: 'done', result: { videos: 2_000 } });
    expect(videoCount()).toBe(2_000);
  });

  it('goes on where that was redone at once', async () => {
    const { history, videoCount, whileImporting } = await importOf(2_000, { isAllOrNothing });
    const { ended } = await whileImporting(200, () => {
      history.undo('ann');
      history.redo('ann');
    });
    expect(ended()).toMatchObject({ state: 'done', result: { videos: 2_000 } });
    expect(videoCount()).toBe(2_000);
  });
});

describe('an import whose undo is refused while it runs, since somebody has worked on it', () => {
  it('of all or nothing that is cancelled then says that it stayed, and how much', async () => {
    const { jobs, videoCount, whileImporting, refusedUndo } = await importOf(2_000, { isAllOrNothing: true });
    const { jobId, ended } = await whileImporting(200, () => {
      refusedUndo();
      const [running] = jobs.list().filter(({ state }) => state === 'running');
      if (running !== undefined) void jobs.cancel([running.id]);
    });
    expect(jobs.get(jobId).state).not.toBe('done');
    expect(videoCount()).toBeGreaterThanOrEqual(200);
    expect(ended().result).toMatchObject({ videos: videoCount() });
  });

  it('goes on behind what is there once it is begun again', async () => {
    const { jobs, videoCount, whileImporting, refusedUndo } = await importOf(2_000, { isAllOrNothing: false });
    const { jobId, ended } = await whileImporting(200, () => {
      refusedUndo();
      const [running] = jobs.list().filter(({ state }) => state === 'running');
      if (running !== undefined) void jobs.cancel([running.id]);
    });
    expect(ended().state).toBe('cancelled');
    jobs.retry([jobId]);
    await jobs.idle();
    expect([ended().state, videoCount()]).toEqual(['done', 2_000]);
  });
});

describe('an import of several undo steps', () => {
  const LONG = { caption: 'word '.repeat(10_000) };

  it('of which the last is undone while it runs brings nothing more, and says what stayed', async () => {
    const { jobs, history, videoCount, whileImporting } = await importOf(120, { isAllOrNothing: false, ...LONG });
    const { jobId, ended } = await whileImporting(30, () => history.undo('ann'));
    const stayed = videoCount();
    expect(stayed).toBeGreaterThan(0);
    expect(stayed).toBeLessThan(31);
    expect(ended()).toMatchObject({
      state: 'cancelled',
      error: { words: saying('Part of the import was undone') },
      result: { videos: stayed, shots: stayed * CLIPS.length },
    });
    // What is missing in the middle is not passed over.
    jobs.retry([jobId]);
    await jobs.idle();
    expect(ended()).toMatchObject({ state: 'cancelled', error: { words: saying('Part of the import was undone') } });
    expect(videoCount()).toBe(stayed);
    while (history.undo('ann') !== null);
    jobs.retry([jobId]);
    await jobs.idle();
    expect([ended().state, videoCount()]).toEqual(['done', 120]);
  });

  it('leaves nothing where it was to bring all or nothing', async () => {
    const { history, videoCount, whileImporting } = await importOf(120, { isAllOrNothing: true, ...LONG });
    const { ended } = await whileImporting(30, () => history.undo('ann'));
    expect(ended()).toMatchObject({
      state: 'cancelled',
      error: { words: saying('Nothing of it is in the project') },
      result: { videos: 0 },
    });
    expect(videoCount()).toBe(0);
  });
});
