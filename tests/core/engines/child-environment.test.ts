import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { spawnEngineWorkerProcess } from '#core/engines/worker-process.ts';
import { createFfmpeg } from '#core/media/ffmpeg.ts';
import { startTool } from '#core/media/tool-process.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const SECRET = 'words-that-nobody-else-may-read';
const secretNames = [
  'SHOTLUCK_TOKEN',
  'SHOTLUCK_ENDPOINT_KEY_GPU_BOX',
  'HF_TOKEN',
  'AWS_SECRET_ACCESS_KEY',
  'SOME_API_KEY',
  'MAIL_PASSWORD',
];

/** Surroundings of the programs that this process has running, by what their command line holds. */
function surroundingsOf(command: string): string[] {
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim().split(' ');
  return children
    .filter((pid) => pid !== '' && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(command))
    .map((pid) => readFileSync(`/proc/${pid}/environ`, 'utf8'));
}

describe('programs that the studio starts', () => {
  beforeAll(() => secretNames.forEach((name) => vi.stubEnv(name, SECRET)));
  afterAll(() => vi.unstubAllEnvs());

  it('get the surroundings without anybody’s secrets', async () => {
    const tool = startTool({
      path: process.execPath,
      args: ['-e', 'process.stdout.write(JSON.stringify(process.env))'],
      signal: new AbortController().signal,
    });
    const output = await text(tool.stdout);
    expect(output).not.toContain(SECRET);
    expect(JSON.parse(output)).toMatchObject({ PATH: process.env['PATH'] });
  });

  it('among them ffmpeg while it writes files, and the engine worker', async ({ skip }) => {
    if (!existsSync(`/proc/${process.pid}/environ`)) return skip('this system does not show the surroundings of programs');
    const abort = new AbortController();
    const video = path.join(root, 'resources/sample/sample-film.mp4');
    const target = path.join(temporaryFolder(), 'copy.mp4');
    // At the speed of playback, so that there is time to look.
    const written = createFfmpeg({ ffmpegPath: 'ffmpeg', ffprobePath: 'ffprobe' }).writeFiles({
      inputPath: video,
      inputOptions: ['-re'],
      outputs: [{ target, options: ['-c', 'copy'] }],
      signal: abort.signal,
    });
    const worker = spawnEngineWorkerProcess(pathToFileURL(path.join(root, 'src-main/engine-worker/worker.ts')));
    await vi.waitFor(
      () => expect([surroundingsOf('sample-film.mp4'), surroundingsOf('worker.ts')].map(({ length }) => length)).toEqual([1, 1]),
      { timeout: 10_000 },
    );
    for (const surroundings of [...surroundingsOf('sample-film.mp4'), ...surroundingsOf('worker.ts')]) {
      expect(surroundings).toContain('PATH=');
      expect(surroundings).not.toContain(SECRET);
    }
    abort.abort();
    await Promise.all([written, worker.terminate()]);
  });
});
