import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Core } from '#core/app/create-core.ts';
import type { JobRequest } from '#shared/steps/from-steps.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import type { Job } from '#shared/domain/job.ts';
import type { Shot } from '#shared/domain/shot.ts';
import { canLetter, makeCardVideo } from '../../helpers/lettered-pictures.ts';
import { addVideo, openDemoProject, startStudioCore } from '../../helpers/studio-core.ts';
import { testConfig } from '../../helpers/test-config.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';

// Real networks on a busy machine.
vi.setConfig({ testTimeout: 240_000 });

const { ffmpegPath } = testConfig('');
const noSteps = { steps: new Set<never>() };

let video = '';
beforeAll(() => {
  video = path.join(mkdtempSync(path.join(tmpdir(), 'shotluck-card-')), 'card.mp4');
  if (canLetter(ffmpegPath)) makeCardVideo(ffmpegPath, video, 'Three weeks later');
});
afterAll(() => rmSync(path.dirname(video), { recursive: true, force: true }));

/** A card and a moving picture; the cut between them is set by hand. */
async function withCard(): Promise<{ core: Core; videoId: VideoId; card: Shot; picture: Shot }> {
  const dataDir = temporaryFolder();
  const core = startStudioCore(dataDir);
  await openDemoProject(core, dataDir);
  const videoId = await addVideo(core, video);
  core.services.jobs.enqueueNeeded([videoId], 'ann', noSteps);
  await core.services.jobs.idle();
  const [card, picture] = core.services.shots.split(videoId, { frame: 50 }, 'ann');
  if (card === undefined || picture === undefined) throw new Error('two shots expected');
  return { core, videoId, card, picture };
}

async function run(core: Core, request: JobRequest): Promise<Job> {
  const [jobId] = core.services.jobs.enqueue([request], false, 'ann');
  await core.services.jobs.idle();
  if (jobId === undefined) throw new Error('a job expected');
  return core.services.jobs.get(jobId);
}

describe.skipIf(!canLetter(ffmpegPath))('text on the screen (skipped where ffmpeg has no FreeType)', () => {
  it('is stored once with its frames, found, put into prompts, and is the caption of a title card', async () => {
    const { core, videoId, card, picture } = await withCard();
    const { screenText, search, texts, settings, history, shots } = core.services;
    expect(await run(core, { kind: 'read-text', videoId, targets: { which: 'missing' } })).toMatchObject({
      state: 'done',
      result: { read: 2, lines: 1 },
    });
    const frames = screenText.frames(videoId).map(({ frame }) => frame);
    expect(frames).toHaveLength(4);
    const [line] = screenText.texts(videoId);
    expect(line).toMatchObject({ text: 'Three weeks later', firstFrame: frames[0], lastFrame: frames[1] });
    expect(line?.confidence).toBeGreaterThan(0.9);

    expect(search.text('weeks', 10).hits).toEqual([
      {
        id: expect.any(String),
        videoId,
        videoName: 'card.mp4',
        shotId: card.id,
        frame: line?.frame,
        kind: 'screen-text',
        snippet: 'Three \u0002weeks\u0003 later',
      },
    ]);
    // Read shots are not read again, unless asked.
    expect(await run(core, { kind: 'read-text', videoId, targets: { which: 'missing' } })).toMatchObject({ result: { read: 0, lines: 0 } });

    settings.update({ promptTemplate: 'It reads: {screen_text}!', framesPerShot: 1 });
    await run(core, { kind: 'caption', videoId, targets: { which: 'missing' } });
    const captionOf = (shot: Shot) => texts.currentOf({ videoId, shotId: shot.id, kind: 'visual' });
    expect(captionOf(card)).toMatchObject({
      text: 'A title card that reads “Three weeks later”.',
      status: 'draft',
      provenance: { engine: 'pp-ocr', frames: frames.slice(0, 2) },
    });
    expect(captionOf(picture)?.provenance).toMatchObject({ engine: 'shotluck-nano', prompt: expect.stringContaining('It reads: !') });
    history.undo('ann');
    expect([captionOf(card), captionOf(picture)]).toEqual([null, null]);

    settings.update({ titleCardsFromText: false });
    await run(core, { kind: 'caption', videoId, targets: { shotIds: [card.id] } });
    expect(captionOf(card)?.provenance).toMatchObject({
      engine: 'shotluck-nano',
      prompt: expect.stringContaining('It reads: Three weeks later!'),
    });

    // It belongs to frames: the shot that holds them has it, wherever its ends move.
    const [whole] = shots.merge(videoId, [card.id, picture.id], 'ann');
    expect(search.text('later', 10).hits.map(({ shotId }) => shotId)).toEqual([whole?.id]);
  });

  it('goes with its video, comes back with it, and reading anew replaces it', async () => {
    const { core, videoId, card } = await withCard();
    const { screenText, search, videos, history } = core.services;
    for (const targets of [{ shotIds: [card.id] }, { which: 'all' as const }]) await run(core, { kind: 'read-text', videoId, targets });
    expect(screenText.texts(videoId)).toHaveLength(1);
    videos.remove([videoId], 'ann');
    expect(search.text('weeks', 10).hits).toEqual([]);
    history.undo('ann');
    expect(search.text('weeks', 10).hits).toHaveLength(1);
  });
});
