import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exportTo } from '../../../src-main/hosts/cli/exporting.ts';
import { makeBarredVideo } from '../../helpers/barred-video.ts';
import { startTestCore } from '../../helpers/test-core.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'shotluck-lead-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

it('subtitles count from the beginning of the file, which may be its audio', async () => {
  const video = path.join(dir, 'early-audio.mkv');
  const inputs = ['-itsoffset', '-2.3', '-f', 'lavfi', '-i', 'sine=f=700:r=48000:d=6'];
  await makeBarredVideo({
    path: video,
    frameCount: 100,
    inputs,
    options: ['-map', '0:v', '-map', '1:a', '-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'],
  });
  const test = startTestCore();
  const { projects, videos, jobs } = test.core.services;
  const { api } = test.as('ann');
  await projects.createIn(test.dataDir, 'Lead');
  const [videoId] = (await videos.addFiles([video], 'ann')).added;
  if (videoId === undefined) throw new Error('not added');
  jobs.enqueueNeeded([videoId], 'ann', { steps: new Set() });
  await jobs.idle();
  const leadUs = videos.get(videoId).probe?.leadUs ?? 0;
  expect(Math.abs(leadUs - 2_300_000)).toBeLessThan(50_000);
  const file = path.join(dir, 'in.srt');
  const cues = '1\r\n00:00:02,000 --> 00:00:02,800\r\nacross\r\n\r\n2\r\n00:00:03,000 --> 00:00:03,200\r\nbeep\r\n\r\n';
  writeFileSync(file, `9\n00:00:00,500 --> 00:00:01,000\nbefore\n\n${cues}`);
  const { notes } = await api.transcripts.importFile({
    videoId,
    grantId: (await test.core.files.grantPath(file)).grantId,
    replaceEdited: true,
  });
  expect(notes).toContainEqual(expect.stringContaining('one cue ends before the first frame (2.3 s after the beginning of the file)'));
  const [across, beep] = await api.transcripts.get({ videoId });
  expect(across).toMatchObject({ startUs: 0, endUs: 2_800_000 - leadUs });
  expect(beep).toMatchObject({ startUs: 3_000_000 - leadUs, endUs: 3_200_000 - leadUs });
  const out = path.join(dir, 'out.srt');
  await exportTo(test.core, { formatId: 'srt', file: out }, {});
  expect(readFileSync(out, 'utf8')).toContain('2\r\n00:00:03,000 --> 00:00:03,200\r\nbeep');
});
