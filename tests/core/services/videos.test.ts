import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { GrantId, type ShotId, type VideoId } from '#shared/domain/ids.ts';
import { usToFrame } from '#shared/domain/time.ts';
import { plain, words } from '#shared/words/words.ts';
import { detectionRun } from '../../helpers/detection-run.ts';
import { runFfmpeg } from '../../helpers/run-ffmpeg.ts';
import { addMeasuredVideo, joinAs, makeProbe, startTestCore, startWithVideo, temporaryFolder } from '../../helpers/test-core.ts';
import { saying } from '../../helpers/saying.ts';

async function withProject() {
  const test = startTestCore();
  await test.core.services.projects.createIn(test.dataDir, 'Demo');
  const { videos } = test.core.services;
  const media = temporaryFolder();
  return {
    ...test,
    media,
    videos,
    api: test.as('ann').api,
    write(name: string, content = name): string {
      const file = path.join(media, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content);
      return file;
    },
    async add(...files: string[]) {
      const grants = await Promise.all(files.map((file) => test.core.files.grantPath(file)));
      return videos.add(
        grants.map(({ grantId }) => grantId),
        'ann',
      );
    },
  };
}

describe('adding videos', () => {
  it('takes files and whole folders, in the order in which people read names', async () => {
    const { write, add, media, api } = await withProject();
    const single = write('single.mkv');
    for (const name of [
      'take/clip 10.mp4',
      'take/clip 2.mp4',
      'take/deep/last.MOV',
      'take/notes.txt',
      'take/.hidden.mp4',
      'take/Old.shotluck/x.mp4',
    ])
      write(name);
    const { added, refused } = await add(single, path.join(media, 'take'));
    expect(added).toHaveLength(4);
    expect(refused).toEqual([]);
    expect((await api.videos.list({})).videos.map(({ name, state }) => [name, state])).toEqual([
      ['single.mkv', 'pending'],
      ['clip 2.mp4', 'pending'],
      ['clip 10.mp4', 'pending'],
      ['last.MOV', 'pending'],
    ]);
  });

  it('reports what is there already, by place or by content, and what is no video', async () => {
    const { write, add, api } = await withProject();
    const first = write('a.mp4', 'the same video');
    await add(first);
    const copy = write('b.mp4', 'the same video');
    const text = write('notes.txt');
    expect(await add(first, copy, text)).toEqual({
      added: [],
      alreadyThere: ['a.mp4', 'b.mp4'],
      found: [],
      known: [(await api.videos.list({})).videos[0]?.id],
      refused: [{ name: 'notes.txt', reason: saying('contains text, not a video') }],
    });
    expect((await api.videos.list({})).videos).toHaveLength(1);
  });

  it.skipIf(process.platform === 'win32')('leaves pipes alone, which would be waited for', async () => {
    const { write, add, media, core, videos } = await withProject();
    write('take/a.mp4');
    const pipe = path.join(media, 'take', 'pipe.mp4');
    execFileSync('mkfifo', [pipe]);
    await expect(core.files.grantPath(pipe)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('is a pipe'),
    });
    expect(await videos.addFiles([pipe], 'ann')).toMatchObject({
      added: [],
      refused: [{ name: 'pipe.mp4', reason: saying('is a pipe, not a file') }],
    });
    symlinkSync(pipe, path.join(media, 'take', 'link.mp4'));
    expect(await add(path.join(media, 'take'))).toMatchObject({ added: [expect.any(String)], refused: [{ name: 'link.mp4' }] });
  });

  it('takes every empty file: they equal nothing, and their import will say what is wrong', async () => {
    const { write, add } = await withProject();
    expect(await add(write('a.mp4', ''), write('b.mp4', ''))).toMatchObject({
      alreadyThere: [],
      added: [expect.any(String), expect.any(String)],
    });
  });

  it('is one undo step, and adding again after it works', async () => {
    const { write, add, api } = await withProject();
    const files = [write('a.mp4'), write('b.mp4')];
    await add(...files);
    expect(await api.history.undo({})).toMatchObject({ label: words('edits.addVideos', { count: 2 }) });
    expect((await api.videos.list({})).videos).toEqual([]);
    expect((await add(...files)).added).toHaveLength(2);
  });

  it('needs something that a person chose', async () => {
    const { videos, core } = await withProject();
    await expect(videos.add([GrantId.parse('made-up')], 'ann')).rejects.toMatchObject({ code: 'not-found' });
    await expect(core.files.grantPath('/nowhere/at/all.mp4')).rejects.toMatchObject({ code: 'not-found' });
    await expect(core.files.grantPath('relative.mp4')).rejects.toMatchObject({ code: 'invalid-input' });
  });
});

it('keeps as many detections of a video as people compare, the newest', async () => {
  const { videoId, core } = await startWithVideo();
  const { detection } = core.services;
  const ids = Array.from({ length: 60 }, () => detection.saveRun(detectionRun(videoId)).id);
  expect(detection.runs(videoId).map(({ id }) => id)).toEqual(ids.slice(-50).toReversed());
});

describe('removing videos', () => {
  it('comes back on undo with everything: shots, texts, speech, measurements, detections', async () => {
    const test = await startWithVideo();
    const { videoId, core } = test;
    const { api } = test.as('ann');
    const { videos, transcripts, detection } = core.services;
    const ptsUs = Float64Array.from({ length: 100 }, (_, frame) => frame * 41_000);
    videos.setProbe(videoId, makeProbe(100, { isVariableRate: true }), ptsUs);
    await api.shots.split({ videoId, frame: 40 });
    await api.texts.edit({ videoId, shotId: null, kind: 'summary', text: 'A day.' });
    transcripts.replace(videoId, [{ startUs: 0, endUs: 9, text: 'Hello', origin: 'import' }], { actor: 'ann', label: plain('Speech') });
    const run = detection.saveRun(detectionRun(videoId, new Float32Array(100).fill(0.25)));
    detection.apply(run.id, 0.2, { actor: 'ann' });
    const state = async () => ({
      runs: detection.runs(videoId),
      list: (await api.videos.list({})).videos,
      shots: await api.shots.list({ videoId }),
      texts: await api.texts.current({ videoId }),
      speech: await api.transcripts.get({ videoId }),
    });
    const before = await state();

    await api.videos.remove({ videoIds: [videoId] });
    expect((await api.videos.list({})).videos).toEqual([]);
    expect((await api.search.text({ query: 'day' })).hits).toEqual([]);
    await api.history.undo({});

    expect(await state()).toEqual(before);
    expect((await api.search.text({ query: 'day' })).hits).toHaveLength(1);
    expect(videos.clock(videoId).ptsUs).toEqual(ptsUs);
    expect(usToFrame(videos.clock(videoId), 41_000 * 7)).toBe(7);
    expect(await detection.curveBytes(run.id, 'cut')).toEqual(new Uint8Array(100).fill(64));
    expect(await detection.curveBytes(run.id, 'transition')).toBeNull();
  });

  it('refuses all when one is unknown', async () => {
    const { as, videoId } = await startWithVideo();
    await expect(as('ann').api.videos.remove({ videoIds: [videoId, 'unknown' as VideoId] })).rejects.toMatchObject({ code: 'not-found' });
    expect((await as('ann').api.videos.list({})).videos).toHaveLength(1);
  });
});

describe('files that move', () => {
  it('are noticed when a project opens, and when they are back', async () => {
    const { write, add, api, core, videos, media } = await withProject();
    const file = write('a.mp4');
    const { added } = await add(file);
    for (const videoId of added) videos.setProbe(videoId, makeProbe(10, { sizeBytes: 5 }), null);
    const folder = core.services.projects.access.session().folder;
    renameSync(file, path.join(media, 'moved.mp4'));
    await core.services.projects.close();
    await core.services.projects.openFolder(folder);
    await expect
      .poll(async () => (await api.videos.list({})).videos)
      .toMatchObject([{ state: 'missing', stateReason: saying('no longer at') }]);

    renameSync(path.join(media, 'moved.mp4'), file);
    await videos.locateFiles();
    expect((await api.videos.list({})).videos).toMatchObject([{ state: 'ok', stateReason: null }]);
  });

  it('are noticed when another file lies in their place', async () => {
    const { write, add, api, videos } = await withProject();
    const { added } = await add(write('a.mp4'));
    for (const videoId of added) videos.setProbe(videoId, makeProbe(10, { sizeBytes: 5 }), null);
    write('a.mp4', 'quite another video');
    await videos.locateFiles();
    expect((await api.videos.list({})).videos).toMatchObject([{ state: 'missing', stateReason: saying('another file') }]);
  });

  it('are found again by pointing at them, but only with the same content', async () => {
    const { write, add, api, videos, core } = await withProject();
    const { added } = await add(write('a.mp4', 'video a'));
    const [videoId] = added;
    if (videoId === undefined) throw new Error('not added');
    const moved = await core.files.grantPath(write('elsewhere/a.mp4', 'video a'));
    const other = await core.files.grantPath(write('elsewhere/b.mp4', 'video b'));
    await expect(api.videos.relink({ videoId, grantId: other.grantId })).rejects.toMatchObject({ code: 'conflict' });
    await api.videos.relink({ videoId, grantId: moved.grantId });
    expect((await videos.openSource(videoId)).path).toMatch(/elsewhere/);
  });
});

describe('files that are named', () => {
  it('are taken by what they hold, while folders are searched by ending', async () => {
    const { add, media, api, write } = await withProject();
    const pictures = ['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=25:d=1'];
    const take = path.join(media, 'take');
    mkdirSync(take);
    const files = ['tape.dv', 'loop.gif', 'recording', 'recording.bin'].map((name) => path.join(take, name));
    await runFfmpeg([...pictures, '-s', '720x576', '-pix_fmt', 'yuv420p', '-f', 'dv', files[0] ?? '']);
    await runFfmpeg([...pictures, files[1] ?? '']);
    await runFfmpeg([...pictures, '-c:v', 'mpeg4', '-f', 'avi', files[2] ?? '']);
    await runFfmpeg([...pictures, '-c:v', 'mpeg4', '-r', '24', '-f', 'matroska', files[3] ?? '']);
    const { added, refused } = await add(...files, write('list.m3u8', '#EXTM3U\n'));
    expect(added).toHaveLength(4);
    expect(refused).toMatchObject([{ name: 'list.m3u8' }]);
    await api.videos.remove({ videoIds: added });
    await add(take);
    expect((await api.videos.list({})).videos.map(({ name }) => name)).toEqual(['loop.gif', 'tape.dv']);
  });
});

describe('relinking', () => {
  async function withVideos() {
    const project = await withProject();
    const make = async (name: string, seconds: number, colour = 'red', size = '64x48'): Promise<string> => {
      const file = project.write(name, '');
      await runFfmpeg(['-f', 'lavfi', '-i', `color=${colour}:s=${size}:r=25:d=${seconds}`, '-c:v', 'mpeg4', file]);
      return file;
    };
    const grant = async (file: string) => (await project.core.files.grantPath(file)).grantId;
    const first = await make('a.mp4', 1);
    const {
      added: [videoId],
    } = await project.add(first);
    if (videoId === undefined) throw new Error('not added');
    project.core.services.jobs.enqueueUnmeasured([videoId], 'ann');
    await project.core.services.jobs.idle();
    return { ...project, make, grant, first, videoId };
  }

  it('says in what another file differs, and takes it only when the person insists; then the shots fit it', async () => {
    const { api, core, make, grant, videoId } = await withVideos();
    const other = await grant(await make('other/b.mp4', 2, 'blue', '96x48'));
    await expect(api.videos.relink({ videoId, grantId: other })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(
        /it has 50 frames instead of 25, it lasts 2\.00 s instead of 1\.00 s, its frames have 96×48 pixels instead of 64×48.*Nothing was changed/,
      ),
    });
    expect((await api.videos.list({})).videos[0]).toMatchObject({ state: 'ok', probe: { frameCount: 25 } });
    await api.videos.relink({ videoId, grantId: other, insists: true });
    await core.services.jobs.idle();
    expect((await api.videos.list({})).videos[0]).toMatchObject({ state: 'ok', probe: { frameCount: 50 } });
    expect((await api.shots.list({ videoId })).at(-1)).toMatchObject({ endFrame: 50 });
  });

  it('to another file is the owner’s alone, and the cuts that it costs come back with one undo and the right file', async () => {
    const { api, core, make, grant, first, videoId } = await withVideos();
    const short = await grant(await make('other/short.mp4', 0.4, 'blue'));
    for (const frame of [5, 12, 20]) await api.shots.split({ videoId, frame });
    const shots = await api.shots.list({ videoId });
    const last = { videoId, shotId: shots.at(-1)?.id ?? null, kind: 'visual' as const };
    await api.texts.edit({ ...last, text: 'The last words.' });
    const ben = await joinAs(core, 'annotator', 'Ben');
    await expect(ben.api.videos.relink({ videoId, grantId: short, insists: true })).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('Nothing was changed'),
    });
    await api.videos.relink({ videoId, grantId: short, insists: true });
    await core.services.jobs.idle();
    expect((await api.shots.list({ videoId })).map(({ startFrame, endFrame }) => [startFrame, endFrame])).toEqual([
      [0, 5],
      [5, 10],
    ]);
    expect(await api.history.undo({})).toMatchObject({ label: words('edits.fitShots') });
    expect(await api.shots.list({ videoId })).toEqual(shots);
    await expect(api.shots.split({ videoId, frame: 3 })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('a file with 25 frames'),
    });
    await api.videos.relink({ videoId, grantId: await grant(first), insists: true });
    await core.services.jobs.idle();
    expect(await api.shots.list({ videoId })).toEqual(shots);
    expect(await api.texts.current({ videoId })).toMatchObject([{ text: 'The last words.', shotId: last.shotId }]);
    await api.shots.split({ videoId, frame: 3 });
    expect(await api.shots.list({ videoId })).toHaveLength(5);
  });

  it('looks in a folder for all missing videos: by content, then by name and the number of frames', async () => {
    const { api, core, make, grant, media, dataDir, first, videoId, videos, write } = await withVideos();
    const shots = (name: string, lastFrame: number) => ({
      video: name,
      video_names: [`x_0_9.mp4`, `x_10_${lastFrame}.mp4`],
      captions: ['One.', 'Two.'],
    });
    const set = path.join(dataDir, 'set.json');
    writeFileSync(set, JSON.stringify([shots('walk.mp4', 24), shots('run.mp4', 24), shots('swim.mp4', 24)]));
    core.services.jobs.enqueue([{ kind: 'import-dataset', formatId: 'shot2story', grantId: await grant(set), options: {} }], false, 'ann');
    await core.services.jobs.idle();
    mkdirSync(path.join(media, 'archive', 'deep'), { recursive: true });
    renameSync(first, path.join(media, 'archive', 'deep', 'renamed.mp4'));
    await videos.locateFiles();
    await make('archive/walk.mp4', 1, 'green');
    await make('archive/run.mp4', 2, 'green');
    write('archive/notes.txt');
    const result = await api.videos.relinkAll({ grantIds: [await grant(path.join(media, 'archive'))] });
    expect(result).toEqual({
      found: 2,
      refused: [{ name: 'run.mp4', reason: saying('it has 50 frames instead of 25') }],
      stillMissing: 2,
      isOutOfTime: false,
    });
    await core.services.jobs.idle();
    expect((await api.videos.list({})).videos.map(({ name, state }) => [name, state])).toEqual([
      ['a.mp4', 'ok'],
      ['walk.mp4', 'ok'],
      ['run.mp4', 'missing'],
      ['swim.mp4', 'missing'],
    ]);
    expect((await videos.openSource(videoId)).path).toMatch(/renamed/);
  });
});

describe('a video whose file was never found', () => {
  it('can be cut, written about, searched and exported', async () => {
    const { api, core, dataDir } = await withProject();
    const set = path.join(dataDir, 'set.json');
    writeFileSync(
      set,
      JSON.stringify([{ video: 'walk.mp4', video_names: ['walk_0_24.mp4', 'walk_25_49.mp4'], captions: ['A man walks.', 'A dog runs.'] }]),
    );
    core.services.jobs.enqueue(
      [{ kind: 'import-dataset', formatId: 'shot2story', grantId: (await core.files.grantPath(set)).grantId, options: {} }],
      false,
      'ann',
    );
    await core.services.jobs.idle();
    const [video] = (await api.videos.list({})).videos;
    if (video === undefined) throw new Error('a video expected');
    const [, second] = await api.shots.split({ videoId: video.id, frame: 10 });
    const [, , third] = await api.shots.list({ videoId: video.id });
    if (second === undefined || third === undefined) throw new Error('three shots expected');
    await api.shots.moveBoundary({ videoId: video.id, shotId: third.id, frame: 30 });
    await api.texts.edit({ videoId: video.id, shotId: second.id, kind: 'visual', text: 'A lighthouse.' });
    expect((await api.shots.list({ videoId: video.id })).map(({ startFrame, endFrame }) => [startFrame, endFrame])).toEqual([
      [0, 10],
      [10, 30],
      [30, 50],
    ]);
    expect((await api.search.text({ query: 'lighthouse' })).hits).toHaveLength(1);
    expect((await api.transfer.preview({ formatId: 'llava', options: { texts: 'all', requireClips: false } })).sample).toContain(
      'A lighthouse.',
    );
  });
});

describe('the list of videos', () => {
  it('does not carry what a data set said of each, which may be megabytes', async () => {
    const { api, core, dataDir } = await withProject();
    const set = path.join(dataDir, 'set.json');
    writeFileSync(
      set,
      JSON.stringify([
        { video: 'walk.mp4', video_names: ['walk_0_24.mp4'], captions: ['A man walks.'], whole_ASR: 'hello there', source: 'a channel' },
      ]),
    );
    core.services.jobs.enqueue(
      [{ kind: 'import-dataset', formatId: 'shot2story', grantId: (await core.files.grantPath(set)).grantId, options: {} }],
      false,
      'ann',
    );
    await core.services.jobs.idle();
    const [listed] = (await api.videos.list({})).videos;
    expect(listed).toMatchObject({ name: 'walk.mp4' });
    expect(listed).not.toHaveProperty('shot2story');
    // Neither on the wire nor before it: a thousand of them would be read at each change.
    const [inCore] = core.services.videos.list();
    expect(inCore).not.toHaveProperty('shot2story');
    const kept = inCore === undefined ? null : core.services.videos.sourceRecords([inCore.id]).get(inCore.id);
    expect(JSON.parse(kept?.text() ?? '')).toMatchObject({ whole_ASR: 'hello there', source: 'a channel' });
  });

  it('counts how far each review is', async () => {
    const test = await startWithVideo();
    const { videoId } = test;
    const { api } = test.as('ann');
    await api.shots.split({ videoId, frame: 30 });
    await api.shots.split({ videoId, frame: 60 });
    const [one, two, three] = await api.shots.list({ videoId });
    if (one === undefined || two === undefined || three === undefined) throw new Error('not three shots');
    const caption = (shotId: ShotId, text: string) => api.texts.edit({ videoId, shotId, kind: 'visual', text });
    const first = await caption(one.id, 'A dog.');
    await caption(two.id, 'A cat.');
    await caption(three.id, '');
    await api.texts.setStatus({ revisionIds: [first.id], status: 'accepted' });
    await api.shots.moveBoundary({ videoId, shotId: three.id, frame: 65 });
    await addMeasuredVideo(test, 'other.mp4');
    expect((await api.videos.list({})).videos).toMatchObject([
      { name: 'holiday.mp4', position: 0, shotCount: 3, captionedCount: 2, acceptedCount: 1, flaggedCount: 1, hasSummary: false },
      { name: 'other.mp4', position: 1, shotCount: 1, captionedCount: 0, acceptedCount: 0, flaggedCount: 0, hasSummary: false },
    ]);
  });
});
