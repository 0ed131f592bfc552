import { PLANNED_MEDIA } from '#core/exchange/exports/export-media.ts';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { exporters, findExporter } from '#core/exchange/formats/registry.ts';
import { findEarlierExports } from '#core/exchange/exports/earlier-exports.ts';
import { writeExport } from '#core/exchange/exports/write-export.ts';
import { JobId, type VideoId } from '#shared/domain/ids.ts';
import { exportTo } from '../../../src-main/hosts/cli/exporting.ts';
import { makeSmallVideo } from '../../helpers/barred-video.ts';
import { startTestCore, temporaryFolder, type TestCore } from '../../helpers/test-core.ts';

/** A project with a data set whose videos have these names; each has a shot with speech, a caption and a summary. */
async function withDataSet(...names: string[]): Promise<TestCore & { videoIds: VideoId[] }> {
  const test = startTestCore();
  await test.core.services.projects.createIn(test.dataDir, 'Demo');
  const file = path.join(test.dataDir, 'annotations.json');
  const record = (video: string, id: number) => ({
    video,
    image_id: video,
    nvid: video,
    id,
    whole_caption: 'A day.',
    whole_ASR: 'Hello',
    video_names: ['a_0_24.mp4'],
    audio_captions: [''],
    captions: ['A dog.'],
    ASR: ['Hello'],
  });
  writeFileSync(file, JSON.stringify(names.map(record)));
  const { grantId } = await test.core.files.grantPath(file);
  test.core.services.jobs.enqueue(
    [{ kind: 'import-dataset', formatId: 'shot2story', grantId, options: {}, isReviewed: true }],
    false,
    'ann',
  );
  await test.core.services.jobs.idle();
  return { ...test, videoIds: test.core.services.videos.list().map(({ id }) => id) };
}

async function exportJob({ core }: TestCore, formatId: string, folder: string): Promise<{ state: string; folder: string; error: unknown }> {
  const { grantId } = await core.files.grantPath(folder);
  const [jobId = JobId.parse('none')] = core.services.jobs.enqueue(
    [{ kind: 'export', formatId, options: {}, folderGrantId: grantId }],
    false,
    'ann',
  );
  await core.services.jobs.idle();
  const job = core.services.jobs.get(jobId);
  return { state: job.state, folder: job.kind === 'export' ? String(job.result?.folder) : '', error: job.error };
}

/** All files below a folder, by their paths within it. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

const HOSTILE_NAMES = [
  '../../escaped.mp4',
  '/tmp/absolute.mp4',
  '..\\..\\windows.mp4',
  'con.mp4',
  '.hidden.mp4',
  `${'é'.repeat(400)}.mp4`,
  'a\u0000b.mp4',
  '',
];

describe('an export', () => {
  it.each(exporters.map(({ id }) => id))('as %s stays in its folder, whatever a data set calls its videos', async (formatId) => {
    const test = await withDataSet(...HOSTILE_NAMES.filter((name) => name !== ''));
    const outer = temporaryFolder();
    const chosen = path.join(outer, 'a', 'b');
    mkdirSync(chosen, { recursive: true });
    const done = await exportJob(test, formatId, chosen);
    expect(done).toMatchObject({ state: 'done', error: null });
    for (const file of filesBelow(outer)) expect(file.startsWith(path.relative(outer, done.folder))).toBe(true);
    expect(filesBelow(done.folder)).not.toEqual([]);
  });

  it('to a file that the command line names stays beside it', async () => {
    const { core } = await withDataSet('../../escaped.mp4', 'other.mp4');
    const outer = temporaryFolder();
    const chosen = path.join(outer, 'a', 'b');
    await exportTo(core, { formatId: 'srt', file: path.join(chosen, 'all.srt') }, {});
    expect(filesBelow(outer)).toEqual(
      ['all-_.._escaped.srt', 'all-other.srt', 'all.srt.manifest.json'].map((file) => path.join('a', 'b', file)),
    );
  });

  it('gives two videos of one name a file each', async () => {
    const test = await withDataSet('walk.mp4', 'Walk.mov', 'walk.avi');
    const { folder } = await exportJob(test, 'vtt', temporaryFolder());
    expect(filesBelow(folder)).toEqual(['Walk-2.vtt', 'manifest.json', 'walk-3.vtt', 'walk.vtt']);
  });

  it('replaces what an earlier export left, and nothing else', async () => {
    const { core } = await withDataSet('walk.mp4');
    const folder = temporaryFolder();
    const [rows, subtitles] = [path.join(folder, 'walk.json'), path.join(folder, 'walk.srt')];
    writeFileSync(rows, 'my own notes');
    await expect(exportTo(core, { formatId: 'llava', file: rows }, {})).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/“walk\.json” already exists in .*Nothing was overwritten/),
    });
    expect(readFileSync(rows, 'utf8')).toBe('my own notes');
    expect(filesBelow(folder)).toEqual(['walk.json']);

    for (const _ of ['first', 'again']) await exportTo(core, { formatId: 'srt', file: subtitles }, {});
    await exportTo(core, { formatId: 'vtt', file: path.join(folder, 'walk.vtt') }, {});
    await exportTo(core, { formatId: 'srt', file: subtitles }, {});
    writeFileSync(subtitles, `${readFileSync(subtitles, 'utf8')}corrected by hand`);
    await expect(exportTo(core, { formatId: 'srt', file: subtitles }, {})).rejects.toMatchObject({ code: 'conflict' });
    expect(readFileSync(subtitles, 'utf8')).toContain('corrected by hand');
  });

  it('believes no manifest that is larger than any of ours, and reads no file of another size than was written', async () => {
    const { core } = await withDataSet('walk.mp4');
    const folder = temporaryFolder();
    const rows = path.join(folder, 'walk.json');
    const listing = (bytes: number): string =>
      JSON.stringify({ format: 'llava', studioVersion: '1', files: [{ file: 'walk.json', bytes, sha256: '00' }] });
    const conflict = { code: 'conflict', message: expect.stringContaining('Nothing was overwritten') };
    writeFileSync(path.join(folder, 'evil.manifest.json'), '');
    truncateSync(path.join(folder, 'evil.manifest.json'), 2 ** 30);
    writeFileSync(rows, '');
    truncateSync(rows, 2 ** 43);
    for (const bytes of [100, 2 ** 43]) {
      writeFileSync(path.join(folder, 'walk.json.manifest.json'), listing(bytes));
      await expect(exportTo(core, { formatId: 'llava', file: rows }, {})).rejects.toMatchObject(conflict);
    }
    // One that could be ours is read, until nobody wants the export any more.
    truncateSync(rows, 2 ** 25);
    writeFileSync(path.join(folder, 'walk.json.manifest.json'), listing(2 ** 25));
    const stop = new AbortController();
    const earlier = await findEarlierExports(folder, { signal: stop.signal, onMadeAnew: () => undefined });
    const looking = earlier.requireReplaceable('walk.json', rows);
    stop.abort();
    await expect(looking).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('does not write through links that lie in its folder', async () => {
    const { core } = await withDataSet('walk.mp4');
    const [folder, outside] = [temporaryFolder(), temporaryFolder()];
    const precious = path.join(outside, 'precious.txt');
    writeFileSync(precious, 'precious');
    symlinkSync(precious, path.join(folder, 'walk.srt'));
    symlinkSync(path.join(outside, 'new.txt'), path.join(folder, 'dangling.srt'));
    for (const name of ['walk.srt', 'dangling.srt'])
      await expect(exportTo(core, { formatId: 'srt', file: path.join(folder, name) }, {})).rejects.toMatchObject({ code: 'conflict' });
    expect(readFileSync(precious, 'utf8')).toBe('precious');
    expect(existsSync(path.join(outside, 'new.txt'))).toBe(false);
  });

  it('is refused when a format itself would write elsewhere', async () => {
    const { core } = await withDataSet('walk.mp4');
    const outer = temporaryFolder();
    const careless = {
      ...findExporter('srt'),
      async *write() {
        yield { file: '../x.srt', data: 'x' };
      },
    };
    const folder = path.join(outer, 'inner');
    const request = {
      exporter: careless,
      options: {},
      documents: core.services.documents.source([]),
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
    await expect(writeExport(request, { folder, manifestName: 'manifest.json' })).rejects.toMatchObject({ code: 'invalid-input' });
    expect(filesBelow(outer)).toEqual([]);
  });

  it('keeps out of what the studio itself keeps in a project, and may lie among its exports', async () => {
    const test = await withDataSet('a.mp4');
    const project = test.core.services.projects.current()?.displayPath ?? '';
    const before = readdirSync(project).sort();
    for (const file of ['.lock.json', 'backups/rows.json', 'rows.json'])
      await expect(exportTo(test.core, { formatId: 'shot2story', file: path.join(project, file) }, {})).rejects.toMatchObject({
        code: 'invalid-input',
        message: expect.stringContaining('nothing was written there'),
      });
    expect(readdirSync(project).sort()).toEqual(before);
    await exportTo(test.core, { formatId: 'shot2story', file: path.join(project, 'exports', 'rows.json') }, {});
    expect(readdirSync(path.join(project, 'exports'))).toContain('rows.json');
  });

  it('gets a folder of its own, also the second one in a second', async () => {
    const test = await withDataSet('walk.mp4');
    const chosen = temporaryFolder();
    const [first, second] = [await exportJob(test, 'srt', chosen), await exportJob(test, 'srt', chosen)];
    expect(first.folder).not.toBe(second.folder);
    expect(filesBelow(second.folder)).toEqual(['manifest.json', 'walk.srt']);
  });
});

describe('clips', () => {
  it('of two videos with one name are two files, and stay in their folder', async () => {
    const test = startTestCore();
    const { projects, videos, jobs, shots } = test.core.services;
    await projects.createIn(test.dataDir, 'Demo');
    const files: string[] = [];
    for (const name of ['a/walk.mp4', 'b/walk.webm']) {
      const file = path.join(test.dataDir, name);
      mkdirSync(path.dirname(file));
      files.push(await makeSmallVideo(file));
    }
    const { added } = await videos.addFiles(files, 'ann');
    jobs.enqueueNeeded(added, 'ann', { steps: new Set() });
    await jobs.idle();
    for (const videoId of added) shots.split(videoId, { frame: 10 }, 'ann');
    const chosen = temporaryFolder();
    const { grantId } = await test.core.files.grantPath(chosen);
    jobs.enqueue([{ kind: 'clips', videoIds: added, mode: 'exact', folderGrantId: grantId }], false, 'ann');
    await jobs.idle();
    expect(filesBelow(chosen).filter((file) => file.includes('_0_9'))).toEqual(['walk-2_0_9.mp4', 'walk_0_9.mp4']);
    expect(filesBelow(chosen)).toHaveLength(4);
  });
});

describe.skipIf(process.platform === 'win32')('the modes of an export', () => {
  const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8);

  /** A core as a host starts it: nothing that it writes can be read by others. */
  async function privately<T>(work: () => Promise<T>): Promise<T> {
    const before = process.umask(0o077);
    try {
      return await work();
    } finally {
      process.umask(before);
    }
  }

  async function withVideo(): Promise<TestCore & { videoId: VideoId }> {
    const test = startTestCore({ config: { personUmask: 0o022 } });
    const file = path.join(temporaryFolder(), 'walk.mp4');
    await makeSmallVideo(file);
    await test.core.services.projects.createIn(test.dataDir, 'Demo');
    const { added } = await test.core.services.videos.addFiles([file], 'ann');
    const [videoId] = added;
    if (videoId === undefined) throw new Error('a video expected');
    test.core.services.jobs.enqueueUnmeasured([videoId], 'ann');
    await test.core.services.jobs.idle();
    return { ...test, videoId };
  }

  it('are those of the person’s other files in a folder that they chose, and private among the project’s own', async () => {
    await privately(async () => {
      const test = await withVideo();
      const { core, videoId } = test;
      const chosen = temporaryFolder();
      chmodSync(chosen, 0o755);
      const done = await exportJob(test, 'llava', chosen);
      expect(done).toMatchObject({ state: 'done', error: null });
      expect(modeOf(done.folder)).toBe('755');
      for (const file of filesBelow(done.folder)) expect(modeOf(path.join(done.folder, file))).toBe('644');

      const { grantId } = await core.files.grantPath(chosen);
      core.services.jobs.enqueue(
        [
          { kind: 'clips', videoIds: [videoId], mode: 'exact', folderGrantId: grantId },
          { kind: 'export', formatId: 'llava', options: {} },
        ],
        false,
        'ann',
      );
      await core.services.jobs.idle();
      const clips = readdirSync(chosen).filter((name) => name.endsWith('.mp4'));
      expect(clips).toHaveLength(1);
      for (const clip of clips) expect(modeOf(path.join(chosen, clip))).toBe('644');
      const exportsDir = path.join(test.dataDir, 'Demo.shotluck', 'exports');
      expect(filesBelow(exportsDir)).not.toEqual([]);
      for (const file of filesBelow(exportsDir)) expect(modeOf(path.join(exportsDir, file))).toBe('600');
    });
  });

  it('are the person’s too where the command line names the file, as are folders made for it', async () => {
    process.env['SHOTLUCK_UMASK'] = '27';
    onTestFinished(() => void delete process.env['SHOTLUCK_UMASK']);
    await privately(async () => {
      const { core } = await withDataSet('other.mp4');
      const outer = temporaryFolder();
      await exportTo(core, { formatId: 'llava', file: path.join(outer, 'a', 'b', 'rows.json') }, {});
      for (const file of filesBelow(outer)) expect(modeOf(path.join(outer, file))).toBe('640');
      expect(['a', 'a/b'].map((folder) => modeOf(path.join(outer, folder)))).toEqual(['750', '750']);
      expect(modeOf(outer)).toBe('700');
    });
  });
});
