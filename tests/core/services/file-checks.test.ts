import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Core } from '#core/app/create-core.ts';
import type { CheckFinding } from '#shared/contract/export-check.ts';
import { inEnglish } from '#shared/words/words.ts';
import { exportTo } from '../../../src-main/hosts/cli/exporting.ts';
import { makeSmallVideo } from '../../helpers/barred-video.ts';
import { runFfmpeg } from '../../helpers/run-ffmpeg.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';
import { addTwoShots, studioWithTwoShots } from '../../helpers/two-shots.ts';

let mediaDir = '';
const file = (name: string): string => path.join(mediaDir, name);
beforeAll(async () => {
  mediaDir = mkdtempSync(path.join(tmpdir(), 'shotluck-file-checks-'));
  const moving = (source: string, target: string) => runFfmpeg(['-f', 'lavfi', '-i', source, '-pix_fmt', 'yuv420p', '-y', file(target)]);
  await moving('mandelbrot=size=320x180:rate=25,trim=end_frame=60', 'fractal.mp4');
  await moving('testsrc2=size=320x180:rate=25:duration=2.4', 'pattern.mp4');
  // Smaller, worse, darker, under another name.
  await runFfmpeg(['-i', file('fractal.mp4'), '-vf', 'scale=160:90,eq=brightness=-0.05', '-crf', '35', '-y', file('other.mp4')]);
  await makeSmallVideo(file('walk.mp4'), { frameCount: 60 });
});
afterAll(() => rmSync(mediaDir, { recursive: true }));

const ALL = { texts: 'all', videoRows: false };

/** What the job of the dialog finds. */
async function findingsOf(core: Core, options: object, { folder }: { readonly folder?: string } = {}): Promise<readonly CheckFinding[]> {
  const granted = folder === undefined ? {} : { folderGrantId: (await core.files.grantPath(folder)).grantId };
  const { jobs } = core.services;
  const request = {
    kind: 'validate',
    formatId: 'llama-factory',
    options: { ...options },
    copies: folder === undefined,
    ...granted,
  } as const;
  const [jobId] = jobs.enqueue([request], false, 'ann');
  await jobs.idle();
  const job = jobs.get(jobId ?? expect.fail('not queued'));
  return job.kind === 'validate' && job.result !== null ? job.result.check.findings : expect.fail(JSON.stringify(job.error));
}
const saidOf = (findings: readonly CheckFinding[], rule: string): string[] =>
  findings
    .filter((finding) => finding.rule === rule)
    .flatMap(({ places }) => places.map(({ where, reason }) => `${where}: ${inEnglish(reason)}`));

describe('looking at files', () => {
  it('finds a copy of a video in another split, and none in the same split', async () => {
    const test = await studioWithTwoShots(file('fractal.mp4'));
    await addTwoShots(test, file('pattern.mp4'), 'test');
    const copy = await addTwoShots(test, file('other.mp4'), 'test');
    const { videos } = test.core.services;
    const found = async () => saidOf(await findingsOf(test.core, ALL), 'near-duplicate');
    expect(await found()).toEqual(['other.mp4: In test, but looks like “fractal.mp4”, which is in train']);
    videos.setSplit([copy.videoId], 'train', 'ann');
    expect(await found()).toEqual([]);
  });

  it('finds clips whose end is broken or that are gone, and says nothing of the others', async () => {
    const { core } = await studioWithTwoShots(file('walk.mp4'));
    const folder = path.join(temporaryFolder(), 'out');
    await exportTo(core, { formatId: 'llama-factory', file: folder }, { ...ALL, videoRows: true });
    const found = async () => saidOf(await findingsOf(core, { ...ALL, videoRows: true }, { folder }), 'undecodable');
    expect(await found()).toEqual([]);
    const clip = path.join(folder, 'videos', 'walk_0_39.mp4');
    const bytes = readFileSync(clip);
    // The index is in front: all of it is there, and the pictures at the end are not.
    writeFileSync(clip, bytes.fill(0, Math.floor(bytes.length * 0.6)));
    rmSync(path.join(folder, 'videos', 'walk_40_59.mp4'));
    expect(await found()).toEqual([
      expect.stringMatching(/^walk\.mp4, frames 0–39: “walk_0_39\.mp4” is damaged: its end cannot be decoded/u),
      'walk.mp4, frames 40–59: videos/walk_40_59.mp4 is not in the folder',
    ]);
  });
});
