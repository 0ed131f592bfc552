import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { VideoListItem } from '#shared/domain/video.ts';
import { startTestCore, type TestCore } from './test-core.ts';

/** A new project with what is in these Shot2Story files, and a way to have it exported to one. */
export async function importedSet(...texts: readonly string[]) {
  const test = startTestCore();
  return setInProject(test, 'Demo', texts);
}

/** In a new project of this core, which is the open one from then on. */
export async function setInProject(test: TestCore, name: string, texts: readonly string[]) {
  const { projects, jobs, videos, shots, exports, history, transcripts } = test.core.services;
  await projects.createIn(test.dataDir, name);
  const file = path.join(test.dataDir, 'set.json');
  for (const text of texts) {
    writeFileSync(file, text);
    const { grantId } = await test.core.files.grantPath(file);
    jobs.enqueue([{ kind: 'import-dataset', formatId: 'shot2story', grantId, options: {} }], false, 'ann');
    await jobs.idle();
  }
  const job = jobs.list().at(-1);
  const folder = path.join(test.dataDir, `out ${name}`);
  async function exported(options: Record<string, unknown> = {}) {
    const { manifest } = await exports.write(
      { formatId: 'shot2story', options: { texts: 'all', ...options } },
      { folder, manifestName: 'manifest.json' },
      { signal: new AbortController().signal, onProgress: () => undefined },
    );
    return { text: readFileSync(path.join(folder, 'shot2story.json'), 'utf8'), reasons: manifest.leftOut.map(({ reason }) => reason) };
  }
  const { api } = test.as('ann');
  const first = (): VideoListItem => {
    const [video] = videos.list();
    if (video === undefined) throw new Error('a video expected');
    return video;
  };
  return { ...test, api, job, videos, shots, history, transcripts, exported, first };
}
