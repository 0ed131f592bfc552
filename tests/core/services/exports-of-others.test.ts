import { PLANNED_MEDIA } from '#core/exchange/exports/export-media.ts';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findExporter } from '#core/exchange/formats/registry.ts';
import { type ExportRequest, writeExport } from '#core/exchange/exports/write-export.ts';
import { resultOf } from '../../helpers/job-result.ts';
import { startWithVideo, temporaryFolder } from '../../helpers/test-core.ts';

/** As a kill does it: nothing happens any more from the moment that a file is to get this name. */
async function killedBefore(name: string, work: () => Promise<unknown>): Promise<void> {
  await failedBefore(name, () => expect(work()).rejects.toThrow('killed'));
}

async function failedBefore<T>(name: string, work: () => Promise<T>): Promise<T> {
  const { link, rename } = files;
  const unless =
    (move: typeof rename): typeof rename =>
    (from, to) =>
      path.basename(String(to)) === name ? Promise.reject(new Error('killed')) : move(from, to);
  Object.assign(files, { link: unless(link), rename: unless(rename) });
  syncBuiltinESMExports();
  try {
    return await work();
  } finally {
    Object.assign(files, { link, rename });
    syncBuiltinESMExports();
  }
}

/** An export of two files, with what happens while it is written. */
function exportOf(text: string, meanwhile: () => void = () => undefined): ExportRequest {
  return {
    exporter: {
      ...findExporter('srt'),
      async *write() {
        yield { file: 'a.srt', data: text };
        await Promise.resolve();
        yield { file: 'b.srt', data: text };
        meanwhile();
      },
    },
    options: {},
    documents: async function* () {},
    studioVersion: '1',
    nowMs: 0,
    signal: new AbortController().signal,
    clipOf: () => ({ file: 'x.mp4', mode: null }),
    versionsOf: () => [],
    onVideo: () => undefined,
    project: 'Demo',
    projectId: null,
    mediaIn: () => PLANNED_MEDIA,
  };
}

const MANIFEST = { manifestName: 'srt.manifest.json' };
const conflict = { code: 'conflict', message: expect.stringContaining('Nothing was overwritten') };

describe('a file that somebody puts in the place of an export while it is written', () => {
  it.each(['a.srt', 'b.srt', 'srt.manifest.json'])('stays: %s', async (name) => {
    const folder = temporaryFolder();
    const own = path.join(folder, name);
    await expect(
      writeExport(
        exportOf('1', () => writeFileSync(own, 'mine')),
        { folder, ...MANIFEST },
      ),
    ).rejects.toMatchObject(conflict);
    expect(readdirSync(folder)).toEqual([name]);
    expect(readFileSync(own, 'utf8')).toBe('mine');
  });

  it('stays also where it is an earlier export that was corrected by hand', async () => {
    const folder = temporaryFolder();
    await writeExport(exportOf('1'), { folder, ...MANIFEST });
    const own = path.join(folder, 'b.srt');
    await expect(
      writeExport(
        exportOf('2', () => writeFileSync(own, 'mine')),
        { folder, ...MANIFEST },
      ),
    ).rejects.toMatchObject(conflict);
    expect(readFileSync(own, 'utf8')).toBe('mine');
    expect(readFileSync(path.join(folder, 'a.srt'), 'utf8')).toBe('1');
  });
});

describe('an export that was killed while its files got their names', () => {
  it.each(['a.srt', 'b.srt', 'srt.manifest.json'])('can be made again, the first one and one that replaces: before %s', async (name) => {
    const folder = temporaryFolder();
    for (const text of ['1', '2', '3', '4']) {
      for (const attempt of ['x', 'y']) await killedBefore(name, () => writeExport(exportOf(`${text}${attempt}`), { folder, ...MANIFEST }));
      if (text === '2') continue;
      await writeExport(exportOf(text), { folder, ...MANIFEST });
      expect(readdirSync(folder).sort()).toEqual(['a.srt', 'b.srt', 'srt.manifest.json']);
      expect(readFileSync(path.join(folder, 'b.srt'), 'utf8')).toBe(text);
    }
  });
});

/** An export of subtitles that was asked for in the queue, and stands in a folder of its own. */
async function queuedExport() {
  const { core, as, videoId } = await startWithVideo();
  const { api } = as('ann');
  for (const shot of await api.shots.list({ videoId })) await api.texts.edit({ videoId, shotId: shot.id, kind: 'visual', text: 'A dog.' });
  const begin = async () => {
    const [jobId] = await api.jobs.enqueue({
      requests: [{ kind: 'export', formatId: 'srt', options: { cues: 'captions', texts: 'all' } }],
    });
    if (jobId === undefined) throw new Error('no job');
    await core.services.jobs.idle();
    return jobId;
  };
  const exportsDir = core.services.projects.access.session().exportsDir;
  const files = () =>
    readdirSync(exportsDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => path.join(parentPath, name))
      .sort();
  const subtitles = () => {
    const found = files().find((file) => file.endsWith('.srt'));
    if (found === undefined) throw new Error('no subtitles');
    return found;
  };
  return { core, api, begin, files, subtitles };
}

describe('a file of an export in the queue that a person corrected', () => {
  it.each(['retry', 'resume'] as const)('stays when somebody asks to %s the export, which is done', async (again) => {
    const { core, api, begin, subtitles } = await queuedExport();
    const jobId = await begin();
    writeFileSync(subtitles(), 'a day of work');
    const before = core.services.jobs.get(jobId);
    await expect(api.jobs[again]({ jobIds: [jobId] })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('done'),
    });
    await core.services.jobs.idle();
    expect(core.services.jobs.get(jobId)).toEqual(before);
    expect(readFileSync(subtitles(), 'utf8')).toBe('a day of work');
  });

  it('stays when the export, which had been killed in between, goes on', async () => {
    const { core, api, begin, subtitles } = await queuedExport();
    const jobId = await failedBefore('manifest.json', begin);
    writeFileSync(subtitles(), 'a day of work');
    await api.jobs.retry({ jobIds: [jobId] });
    await core.services.jobs.idle();
    expect(core.services.jobs.get(jobId)).toMatchObject({ state: 'failed', error: conflict });
    expect(readFileSync(subtitles(), 'utf8')).toBe('a day of work');
  });

  it('was corrected by nobody: then the export goes on in its own folder', async () => {
    const { core, api, begin, files } = await queuedExport();
    const jobId = await failedBefore('manifest.json', begin);
    await api.jobs.retry({ jobIds: [jobId] });
    await core.services.jobs.idle();
    const { folder } = resultOf(core.services.jobs.get(jobId), 'export');
    expect(files().map((file) => path.relative(folder, file))).toEqual(['holiday.srt', 'manifest.json']);
  });
});
