import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { VideoId } from '#shared/domain/ids.ts';
import { changeDatabase, writeJob, JOB_ID } from '../../helpers/project-from-elsewhere.ts';
import { filesInZip } from '../../helpers/unzip.ts';
import { startTestCore, startWithVideo, temporaryFolder } from '../../helpers/test-core.ts';
import { saying } from '../../helpers/saying.ts';

/** A project with one video and a text. */
async function withProject() {
  const { core, dataDir, videoId } = await startWithVideo();
  const file = core.services.videos.paths().get(videoId) ?? expect.fail('no file');
  const [shot] = core.services.shots.list(videoId);
  core.services.texts.edit({ videoId, shotId: shot?.id ?? expect.fail('no shot'), kind: 'visual' }, 'A dog runs', 'ann');
  async function archive(request: { withVideos?: boolean; isZip?: boolean; folder?: string } = {}) {
    const { jobs } = core.services;
    const granted = request.folder === undefined ? {} : { folderGrantId: (await core.files.grantPath(request.folder)).grantId };
    const [jobId] = jobs.enqueue(
      [{ kind: 'archive', withVideos: request.withVideos ?? true, isZip: request.isZip ?? false, ...granted }],
      false,
      'ann',
    );
    await jobs.idle();
    const job = jobs.get(jobId ?? expect.fail('not queued'));
    return job.kind === 'archive' && job.result !== null ? job.result : expect.fail(JSON.stringify(job.error));
  }
  return { core, dataDir, file, videoId, archive };
}

/** On another computer, where nothing of the first one is. */
async function openElsewhere(folder: string, videoId: VideoId) {
  const { core } = startTestCore();
  await core.services.projects.openFolder(folder);
  await core.services.videos.locateFiles();
  return { core, video: core.services.videos.get(videoId) };
}

describe('a copy of a project to move it', () => {
  it('opens on another computer with its videos, shots and texts, wherever it lies', async () => {
    const { core, dataDir, file, videoId, archive } = await withProject();
    const target = temporaryFolder();
    const { folder, videoFiles, leftOutCount } = await archive({ folder: target });
    expect({ videoFiles, leftOutCount }).toEqual({ videoFiles: 1, leftOutCount: 0 });
    expect(path.dirname(folder)).toBe(target);
    expect(readFileSync(path.join(folder, 'media', path.basename(file)))).toEqual(readFileSync(file));
    const shots = core.services.shots.list(videoId);
    await core.close();
    const elsewhere = path.join(temporaryFolder(), 'Moved.shotluck');
    renameSync(folder, elsewhere);
    rmSync(dataDir, { recursive: true });
    const { core: other, video } = await openElsewhere(elsewhere, videoId);
    expect(video).toMatchObject({ state: 'ok' });
    expect(other.services.shots.list(videoId)).toEqual(shots);
    expect(other.services.search.text('dog', 10).foundCount).toBe(1);
    expect((await other.services.videos.openSource(videoId)).path).toBe(path.join(elsewhere, 'media', path.basename(file)));
    await other.close();
    // Moved once more, and only read.
    const last = path.join(temporaryFolder(), 'Last.shotluck');
    renameSync(elsewhere, last);
    const { core: reader } = startTestCore();
    await reader.services.projects.openFolder(last, { readOnly: true });
    expect((await reader.services.videos.openSource(videoId)).path).toBe(path.join(last, 'media', path.basename(file)));
    const { grantId } = await reader.files.grantPath(temporaryFolder());
    const { jobs } = reader.services;
    const [again] = jobs.enqueue([{ kind: 'archive', withVideos: true, isZip: false, folderGrantId: grantId }], false, 'ann');
    await jobs.idle();
    expect(jobs.get(again ?? expect.fail('not queued'))).toMatchObject({ state: 'done', result: { videoFiles: 1 } });
  });

  it('says nothing of the folders of this computer, and takes no jobs along', async () => {
    const { dataDir, archive } = await withProject();
    const { folder } = await archive();
    const bytes = readFileSync(path.join(folder, 'project.db'));
    expect(bytes.includes(dataDir)).toBe(false);
    expect(readdirSync(folder).sort()).toEqual(['media', 'project.db']);
  });

  it.each(['one.mp4', 'über.mp4'])('says nothing of them either where it says why a file cannot be used: %s', async (name) => {
    const { core, dataDir, file, videoId, archive } = await withProject();
    const folderOfClient = path.join(dataDir, 'home', 'secret client');
    mkdirSync(folderOfClient, { recursive: true });
    const hidden = path.join(folderOfClient, name);
    renameSync(file, hidden);
    const { grantId } = await core.files.grantPath(hidden);
    (await core.services.videos.lookForRelink({ videoId, grantId }, new AbortController().signal))('ann');
    rmSync(hidden);
    await core.services.videos.locateFiles();
    expect(core.services.videos.get(videoId)).toMatchObject({ state: 'missing', stateReason: saying(hidden) });
    const { folder } = await archive();
    const bytes = readFileSync(path.join(folder, 'project.db'));
    expect([bytes.includes(dataDir), bytes.includes('secret client')]).toEqual([false, false]);
    expect(core.services.videos.get(videoId)).toMatchObject({ stateReason: saying(hidden) });
    const { core: other } = startTestCore();
    await other.services.projects.openFolder(folder, { readOnly: true });
    expect(other.services.videos.get(videoId)).toMatchObject({ state: 'missing', stateReason: saying(name) });
  });

  it('says nothing of them either in what is left of jobs that went', async () => {
    const { core, archive } = await withProject();
    const place = path.join(temporaryFolder(), 'secret client');
    mkdirSync(place);
    const { grantId: folderGrantId } = await core.files.grantPath(place);
    const { jobs, projects } = core.services;
    const request = { kind: 'export', formatId: 'llava', options: { texts: 'all' }, folderGrantId } as const;
    jobs.enqueue(
      Array.from({ length: 20 }, () => request),
      false,
      'ann',
    );
    await jobs.idle();
    jobs.clearFinished();
    const { folder } = await archive();
    // It is still there in the project itself.
    const { db } = projects.access.session();
    expect(db.serialize().includes('secret client')).toBe(true);
    expect(readFileSync(path.join(folder, 'project.db')).includes('secret client')).toBe(false);
    expect(readdirSync(folder).sort()).toEqual(['media', 'project.db']);
  });

  it('comes as one ZIP, which unpacked is the same', async () => {
    const { core, file, videoId, archive } = await withProject();
    const { folder, files } = await archive({ isZip: true, folder: temporaryFolder() });
    expect(files).toEqual(['Demo.shotluck.zip']);
    expect(readdirSync(folder)).toEqual(files);
    const target = temporaryFolder();
    for (const [name, content] of filesInZip(readFileSync(path.join(folder, 'Demo.shotluck.zip')))) {
      mkdirSync(path.dirname(path.join(target, name)), { recursive: true });
      writeFileSync(path.join(target, name), content);
    }
    const project = path.join(target, 'Demo.shotluck');
    expect(readdirSync(project).sort()).toEqual(['media', 'project.db']);
    rmSync(file);
    await core.close();
    expect((await openElsewhere(project, videoId)).video.state).toBe('ok');
  });

  it('without video files leaves them to be found', async () => {
    const { file, videoId, archive } = await withProject();
    const { folder, videoFiles } = await archive({ withVideos: false });
    expect(videoFiles).toBe(0);
    const away = path.join(temporaryFolder(), 'Away.shotluck');
    renameSync(folder, away);
    const { core, video } = await openElsewhere(away, videoId);
    expect(video.state).toBe('missing');
    const { grantId } = await core.files.grantPath(path.dirname(file));
    const relink = await core.services.videos.lookForMissing([grantId], new AbortController().signal);
    expect(relink('ben')).toMatchObject({ found: [videoId], stillMissing: 0 });
  });

  it('goes on without a video whose file is gone, and says which', async () => {
    const { file, archive } = await withProject();
    rmSync(file);
    const { folder, leftOut } = await archive();
    expect(leftOut).toEqual([{ where: path.basename(file), reason: saying('no longer at') }]);
    expect(readdirSync(path.join(folder, 'media'))).toEqual([]);
  });

  it('has a name of its own beside what is there', async () => {
    const { archive } = await withProject();
    const folder = temporaryFolder();
    const first = await archive({ folder });
    writeFileSync(path.join(first.folder, 'mine.txt'), 'kept');
    const second = await archive({ folder });
    expect(second.folder).not.toBe(first.folder);
    expect(existsSync(path.join(first.folder, 'mine.txt'))).toBe(true);
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it.each([true, false])('has a name of its own also where two are made at once, as a ZIP: %s', async (isZip) => {
    const { core } = await withProject();
    const folder = temporaryFolder();
    const { grantId: folderGrantId } = await core.files.grantPath(folder);
    const { jobs } = core.services;
    const request = { kind: 'archive', withVideos: true, isZip, folderGrantId } as const;
    const jobIds = jobs.enqueue([request, request], false, 'ann');
    await jobs.idle();
    expect(jobIds.map((jobId) => jobs.get(jobId).state)).toEqual(['done', 'done']);
    const ending = isZip ? '.shotluck.zip' : '.shotluck';
    expect(readdirSync(folder).sort()).toEqual([`Demo 2${ending}`, `Demo${ending}`]);
    const results = jobIds.map((jobId) => jobs.get(jobId)).map((job) => (job.kind === 'archive' ? job.result : null));
    const places = results.map((result) => (isZip ? result?.files[0] : path.basename(result?.folder ?? '')));
    expect(places.map(String).sort()).toEqual([`Demo 2${ending}`, `Demo${ending}`]);
  });

  it.each([true, false])('leaves alone what somebody puts into its place meanwhile, as a ZIP: %s', async (isZip) => {
    const folder = temporaryFolder();
    const place = path.join(folder, isZip ? 'Demo.shotluck.zip' : 'Demo.shotluck');
    function freeBytes(): Promise<number> {
      // Asked once the copy has begun.
      if (isZip) writeFileSync(place, 'somebody’s');
      else mkdirSync(place);
      return Promise.resolve(1e12);
    }
    const { core, dataDir } = startTestCore({ host: { freeBytes } });
    await core.services.projects.createIn(dataDir, 'Demo');
    const { grantId: folderGrantId } = await core.files.grantPath(folder);
    const [jobId] = core.services.jobs.enqueue([{ kind: 'archive', withVideos: true, isZip, folderGrantId }], false, 'ann');
    await core.services.jobs.idle();
    expect(core.services.jobs.get(jobId ?? expect.fail('not queued'))).toMatchObject({ state: 'done' });
    expect(readdirSync(folder).sort()).toEqual([path.basename(place).replace('Demo', 'Demo 2'), path.basename(place)]);
    if (isZip) expect(readFileSync(place, 'utf8')).toBe('somebody’s');
    else expect(readdirSync(place)).toEqual([]);
  });

  it('leaves nothing half written where there is no room', async () => {
    const dataDir = temporaryFolder();
    const { core } = startTestCore({ dataDir, host: { freeBytes: () => Promise.resolve(10) } });
    await core.services.projects.createIn(dataDir, 'Demo');
    const folder = temporaryFolder();
    const { grantId } = await core.files.grantPath(folder);
    const [jobId] = core.services.jobs.enqueue([{ kind: 'archive', withVideos: true, isZip: false, folderGrantId: grantId }], false, 'ann');
    await core.services.jobs.idle();
    expect(core.services.jobs.get(jobId ?? expect.fail('not queued')).error).toMatchObject({
      code: 'disk-full',
      message: expect.stringContaining('Nothing was written'),
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is for the owner to ask for', async () => {
    const { core } = await withProject();
    expect(() =>
      core.services.jobs.enqueue([{ kind: 'archive', withVideos: true, isZip: true }], false, 'ben', { role: 'annotator', personId: null }),
    ).toThrow(expect.objectContaining({ code: 'forbidden' }));
  });
});

describe('files beside the database of a project from elsewhere', () => {
  /** A copy, changed by whoever sent it. */
  async function sent(change: (folder: string, name: string) => void) {
    const { core, file, videoId, archive } = await withProject();
    const { folder } = await archive();
    const gift = path.join(temporaryFolder(), 'Gift.shotluck');
    cpSync(folder, gift, { recursive: true });
    await core.close();
    change(gift, path.basename(file));
    return { gift, file, videoId };
  }

  it('are not taken with another content', async () => {
    const { gift, videoId } = await sent((folder, name) => writeFileSync(path.join(folder, 'media', name), 'something else'));
    expect((await openElsewhere(gift, videoId)).video.state).toBe('missing');
  });

  it('are not taken through links that lead out, nor by names that do', async () => {
    const { gift, file, videoId } = await sent((folder, name) => {
      const outside = path.join(temporaryFolder(), name);
      renameSync(path.join(folder, 'media', name), outside);
      symlinkSync(outside, path.join(folder, 'media', name));
    });
    expect((await openElsewhere(gift, videoId)).video.state).toBe('missing');
    rmSync(path.join(gift, 'media'), { recursive: true });
    mkdirSync(path.join(gift, 'media'));
    changeDatabase(gift, 'UPDATE video_files SET path = ?', `media/../../${path.basename(file)}`);
    cpSync(file, path.join(path.dirname(gift), path.basename(file)));
    expect((await openElsewhere(gift, videoId)).video.state).toBe('missing');
  });

  it('a job of a project from elsewhere removes nothing that it says it had begun', async () => {
    const half = `/Kept.shotluck.1-00000000-00000000.part`;
    const outside = temporaryFolder();
    mkdirSync(outside + half);
    const { gift } = await sent((folder) =>
      writeJob(folder, {
        kind: 'archive',
        params: { withVideos: false, isZip: false, folder: null },
        checkpoint: { making: outside + half },
      }),
    );
    const { core } = startTestCore();
    await core.services.projects.openFolder(gift);
    core.services.jobs.resume([JOB_ID]);
    await core.services.jobs.idle();
    expect(core.services.jobs.get(JOB_ID)).toMatchObject({ state: 'done' });
    expect(existsSync(outside + half)).toBe(true);
  });
});
