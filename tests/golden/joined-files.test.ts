import { appendFile, copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeBarredFilm } from '../helpers/barred-film.ts';
import { probed } from '../helpers/media-files.ts';

it.each(['mp4', 'flv', 'ogv'])('a second video behind the first is told of: .%s', async (ending) => {
  const dir = await mkdtemp(join(tmpdir(), 'shotluck-joined-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const codec = ending === 'ogv' ? ['-c:v', 'libtheora', '-q:v', '6'] : ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'];
  const one = await makeBarredFilm({ path: join(dir, `one.${ending}`), frameCount: 50, options: codec });
  const both = join(dir, `both.${ending}`);
  await copyFile(one, both);
  await appendFile(both, await readFile(one));
  expect((await probed(both)).probe.notes).toContainEqual(expect.stringContaining('Another video lies behind the first'));
  expect((await probed(one)).probe).toMatchObject({ notes: [], leadUs: 0 });
});
