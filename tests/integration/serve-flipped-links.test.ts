import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { mediaUrls } from '#shared/contract/media-urls.ts';
import { resultOf } from '../helpers/job-result.ts';
import { makeGoldenVideo } from '../helpers/golden-videos.ts';
import { serveCore } from '../helpers/served-core.ts';
import { startTestCore, temporaryFolder } from '../helpers/test-core.ts';

const ASKING_MS = 2_500;
const NOTE = 'a note of somebody else';

/** Gives a name to one file after the other, links or further names of it, as fast as it can, until it is ended. */
const FLIP = `
  const { linkSync, renameSync, symlinkSync } = require('node:fs');
  const [name, ...files] = process.argv.slice(1);
  process.stdout.write('begun');
  for (;;) for (const file of files) {
    if (file.endsWith('kept')) linkSync(file, name + '.next'); else symlinkSync(file, name + '.next');
    renameSync(name + '.next', name);
  }`;

async function flip(name: string, ...files: string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', FLIP, name, ...files], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

/** A served project with a video behind a link, and a note of somebody else beside it. */
async function serveLinked() {
  const test = startTestCore();
  const folder = temporaryFolder();
  const { projects, videos, jobs } = test.core.services;
  await projects.createIn(test.dataDir, 'Demo');
  const video = await makeGoldenVideo('no-audio', folder);
  const linked = path.join(folder, 'linked.mp4');
  const note = path.join(folder, 'note.txt');
  symlinkSync(video.path, linked);
  writeFileSync(note, NOTE);
  const { added } = await videos.addFiles([linked], 'ann');
  const [videoId] = added;
  if (videoId === undefined) throw new Error('not added');
  jobs.enqueueNeeded(added, 'ann', { steps: new Set() });
  await jobs.idle();
  const served = await serveCore(test.core);
  /** What was sent for an address until the time is over, by how often. */
  async function sent(address: string): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    const end = Date.now() + ASKING_MS;
    async function ask(): Promise<void> {
      while (Date.now() < end) {
        const answer = await served.fetch(address).catch(() => null);
        const body = answer?.status === 200 ? await answer.text().catch(() => null) : null;
        const what = body === null ? 'nothing' : body === NOTE ? 'note' : 'file';
        counts.set(what, (counts.get(what) ?? 0) + 1);
        await delay(1);
      }
    }
    await Promise.all([ask(), ask(), ask()]);
    return counts;
  }
  return { ...test, video: video.path, linked, note, videoId, sent };
}

describe.skipIf(process.platform === 'win32')('a name that leads to one file and another in turn', () => {
  it('gives nothing but the video that it was imported as', async () => {
    const { videoId, linked, video, note, sent } = await serveLinked();
    expect((await sent(mediaUrls.video(videoId))).get('file')).toBeGreaterThan(0);
    await flip(linked, video, note);
    expect((await sent(mediaUrls.video(videoId))).get('note') ?? 0).toBe(0);
  });

  it('gives nothing but what an export wrote', async () => {
    const { core, videoId, note, sent } = await serveLinked();
    const { texts, jobs } = core.services;
    texts.edit({ videoId, shotId: null, kind: 'summary' }, 'A day at the sea.', 'ann');
    const [jobId] = jobs.enqueue([{ kind: 'export', formatId: 'llava', options: { texts: 'all' } }], false, 'ann');
    if (jobId === undefined) throw new Error('not queued');
    await jobs.idle();
    const { folder, files } = resultOf(jobs.get(jobId), 'export');
    const [file = ''] = files;
    mkdirSync(path.join(folder, 'aside'));
    renameSync(path.join(folder, file), path.join(folder, 'aside', 'kept'));
    await flip(path.join(folder, file), path.join(folder, 'aside', 'kept'), note);
    expect((await sent(mediaUrls.exportFile(jobId, file))).get('note') ?? 0).toBe(0);
  });
});
