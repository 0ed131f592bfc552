import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mediaUrls } from '#shared/contract/media-urls.ts';
import { inEnglish } from '#shared/words/words.ts';
import { makeSmallVideo } from '../../helpers/barred-video.ts';
import { studioWithTwoShots } from '../../helpers/two-shots.ts';

let mediaDir = '';
beforeAll(async () => {
  mediaDir = mkdtempSync(path.join(tmpdir(), 'shotluck-trainer-view-'));
  await makeSmallVideo(path.join(mediaDir, 'walk.mp4'), { frameCount: 60 });
});
afterAll(() => rmSync(mediaDir, { recursive: true }));

const ALL = { texts: 'all' };
const { signal } = new AbortController();

describe('what a trainer sees of two shots at 25 frames a second, of 40 and 20 frames', () => {
  it.each([
    // Two a second, at least four, of the whole video counted from its first frame.
    [
      'qwen-vl-finetune',
      ALL,
      [
        [0, 13, 26, 39],
        [40, 46, 53, 59],
        [0, 20, 39, 59],
      ],
    ],
    // Fewer than two in a second: one frame twice; an odd number is filled up.
    [
      'llama-factory',
      ALL,
      [
        [0, 19, 39, 39],
        [40, 40],
        [0, 19, 39, 59],
      ],
    ],
    ['llava-next', ALL, [[0, 25], [40], [0, 25, 50]]],
    // The pictures of the export itself.
    [
      'trl',
      { ...ALL, frames: 2 },
      [
        [10, 30],
        [45, 55],
        [15, 45],
      ],
    ],
    // Shorter than the shortest bucket.
    ['ltx-2', { ...ALL, videoRows: true }, [[], [], [0, 7, 14, 21, 27, 34, 41, 48]]],
  ])('%s', async (formatId, options, frames) => {
    const { core, videoId } = await studioWithTwoShots(path.join(mediaDir, 'walk.mp4'));
    const { rows, hasMore } = await core.services.exports.trainerView({ formatId, options }, { offset: 0, count: 5 }, signal);
    expect(rows.map((row) => row.frames)).toEqual(frames);
    expect(hasMore).toBe(false);
    // Each of them can be had as a picture.
    for (const frame of rows.flatMap((row) => row.frames).slice(0, 2))
      expect(await core.resolveMedia(mediaUrls.frame(videoId, frame, 160), { signal })).toMatchObject({ contentType: 'image/jpeg' });
  });

  it('comes a page at a time, with lengths, the rule and why a row is not taken', async () => {
    const { core } = await studioWithTwoShots(path.join(mediaDir, 'walk.mp4'));
    const { exports } = core.services;
    const page = await exports.trainerView(
      { formatId: 'qwen-vl-finetune', options: ALL, tokenLimit: 300 },
      { offset: 1, count: 1 },
      signal,
    );
    expect(page).toMatchObject({
      hasMore: true,
      tokenLimit: { tokens: 300 },
      rows: [{ text: 'A street, part 2.', frameCount: 4, ofFrames: 20, hasPictures: true }],
    });
    expect(page.rows[0]?.tokens?.pictures).toBeGreaterThan(90);
    const skipped = await exports.trainerView({ formatId: 'ltx-2', options: ALL }, { offset: 0, count: 1 }, signal);
    expect(skipped.rows.map(({ problem }) => problem && inEnglish(problem))).toEqual([
      'The trainer uses none of the 40 frames and skips the row',
    ]);
    const none = await exports.trainerView({ formatId: 'parquet', options: ALL }, { offset: 0, count: 5 }, signal);
    expect(none).toEqual({ trainer: null, rows: [], hasMore: false, tokenLimit: null });
  });
});
