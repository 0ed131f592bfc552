import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { exportTo } from '../../../src-main/hosts/cli/exporting.ts';
import { makeSmallVideo } from '../../helpers/barred-video.ts';
import { jpegSize } from '../../helpers/jpeg-size.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';
import { studioWithTwoShots } from '../../helpers/two-shots.ts';

it('a contact sheet has a still from the middle of each shot, as wide as it was asked for, under the name that the page has', async () => {
  const media = temporaryFolder();
  const file = path.join(media, 'a #1 walk.mp4');
  await makeSmallVideo(file, { frameCount: 60 });
  const test = await studioWithTwoShots(file);
  const folder = path.join(temporaryFolder(), 'sheet');
  const manifest = await exportTo(test.core, { formatId: 'contact-sheet', file: folder }, { maxWidth: 64 });
  expect(manifest.leftOut).toEqual([]);
  const page = readFileSync(path.join(folder, 'index.html'), 'utf8');
  const stills = [...page.matchAll(/<img src="([^"]+)"/gu)].map(([, address]) => decodeURIComponent(address ?? ''));
  expect(stills.map((still) => path.basename(still))).toEqual(['0001_frame19.jpg', '0002_frame49.jpg']);
  for (const still of stills) expect(jpegSize(readFileSync(path.join(folder, still)))).toMatch(/^64x/u);
  expect(manifest.files.map((written) => written.file).sort()).toEqual(['index.html', ...stills]);
});
