import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, utimes } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Sender } from '#core/base/files/upload-folders.ts';
import type { GrantId } from '#shared/domain/ids.ts';
import { mediaUrls } from '#shared/contract/media-urls.ts';
import { runFfmpeg } from '../../helpers/run-ffmpeg.ts';
import { joinAs, startTestCore, startWithVideo, temporaryFolder, type TestCore, type TestGuest } from '../../helpers/test-core.ts';

const DAY_MS = 24 * 3600 * 1000;

interface Sent {
  readonly file: string;
  readonly grantId: GrantId;
}

/** What a browser sends. */
async function send({ core }: Pick<TestCore, 'core'>, name: string, content: Buffer, by: Sender | null = null): Promise<Sent> {
  const { uploadId } = await core.uploads.begin(name, content.length, by);
  const { path: file } = await core.uploads.append(uploadId, 0, Readable.from([content]), by);
  if (file === null) throw new Error('the upload is not whole');
  return { file, grantId: (await core.files.grantPath(file)).grantId };
}

const senderOf = ({ guest }: TestGuest): Sender => ({ personId: guest.personId, role: guest.role });

/** As if nothing had been added to it for `byMs`. */
async function age(file: string, byMs: number): Promise<void> {
  const folder = path.dirname(file);
  const old = new Date(Date.now() - byMs);
  for (const name of ['.', ...(await readdir(folder))]) await utimes(path.join(folder, name), old, old);
}

async function sweptAfter(test: Pick<TestCore, 'core'>, days: number, file: string): Promise<boolean> {
  await age(file, days * DAY_MS);
  await test.core.uploads.sweep();
  return !existsSync(file);
}

/** One second of a colour, 25 frames. */
async function makeVideo(colour: string): Promise<Buffer> {
  const file = path.join(temporaryFolder(), 'made.mp4');
  await runFfmpeg(['-f', 'lavfi', '-i', `color=${colour}:s=64x48:r=25:d=1`, '-pix_fmt', 'yuv420p', file]);
  return readFileSync(file);
}

const dataSet = (...videos: string[]): Buffer =>
  Buffer.from(JSON.stringify(videos.map((video) => ({ video, video_names: [`${video}_0_24.mp4`], captions: ['A walk.'] }))));

describe('an upload that a project points at', () => {
  it('stays when it took the place of a video’s missing file, which is shown to be there at once', async () => {
    const test = await startWithVideo();
    const { videos } = test.core.services;
    const ann = await joinAs(test.core, 'annotator', 'Ann');
    rmSync(path.join(test.dataDir, 'holiday.mp4'));
    await videos.locateFiles();
    expect((await ann.api.videos.list({})).videos).toMatchObject([{ state: 'missing' }]);
    const { file, grantId } = await send(test, 'holiday.mp4', Buffer.from('holiday.mp4'), senderOf(ann));
    expect(await ann.api.videos.add({ grantIds: [grantId] })).toMatchObject({ added: [], alreadyThere: ['holiday.mp4'] });
    expect((await ann.api.videos.list({})).videos).toMatchObject([{ state: 'ok', stateReason: null }]);
    expect(await videos.openSource(test.videoId)).toMatchObject({ path: file });
    expect(await sweptAfter(test, 2, file)).toBe(false);
    expect(await ann.api.history.list({})).toMatchObject([
      { actor: 'Ann', label: { key: 'edits.relinkVideo' }, videoId: test.videoId },
      { actor: 'ann', label: { key: 'edits.addVideos' } },
    ]);
    expect((await ann.api.history.next({})).undo).toBeNull();
  });

  it('stays when a data set found it', async () => {
    const test = startTestCore();
    await test.core.services.projects.createIn(test.dataDir, 'Demo');
    const ann = await joinAs(test.core, 'annotator', 'Ann');
    const { file } = await send(test, 'walk.mp4', await makeVideo('red'), senderOf(ann));
    const set = await send(test, 'set.json', dataSet('walk.mp4'), senderOf(ann));
    await ann.api.jobs.enqueue({ requests: [{ kind: 'import-dataset', formatId: 'shot2story', grantId: set.grantId, options: {} }] });
    await test.core.services.jobs.idle();
    expect((await ann.api.videos.list({})).videos).toMatchObject([{ name: 'walk.mp4', state: 'ok' }]);
    expect(await sweptAfter(test, 2, file)).toBe(false);
  });

  it('stays when the project was opened since, also where a crash or an older studio had left it to be swept', async () => {
    const test = startTestCore();
    const { displayPath } = await test.core.services.projects.createIn(test.dataDir, 'Demo');
    const { file, grantId } = await send(test, 'walk.mp4', Buffer.from('walk'));
    const sign = path.join(path.dirname(file), '.upload.json');
    const before = readFileSync(sign);
    await test.core.services.videos.add([grantId], 'ann');
    writeFileSync(sign, before);
    await test.core.services.projects.close();
    await test.core.services.projects.openFolder(displayPath);
    expect(await sweptAfter(test, 2, file)).toBe(false);
  });
});

describe('a data set without a folder of media', () => {
  it('finds what its sender sent and what the project has, and nothing that others sent or that other projects hold', async () => {
    const test = startTestCore();
    const { core } = test;
    const [owner, ann, ben] = [
      await joinAs(core, 'owner', 'Olga'),
      await joinAs(core, 'annotator', 'Ann'),
      await joinAs(core, 'annotator', 'Ben'),
    ];
    await core.services.projects.createIn(temporaryFolder(), 'Secret');
    const secret = await send(test, 'secret.mp4', await makeVideo('red'), senderOf(owner));
    await owner.api.videos.add({ grantIds: [secret.grantId] });
    await core.services.jobs.idle();
    await core.services.projects.createIn(temporaryFolder(), 'Public');
    const shared = await send(test, 'shared.mp4', await makeVideo('green'), senderOf(owner));
    await owner.api.videos.add({ grantIds: [shared.grantId] });
    await send(test, 'owners.mp4', await makeVideo('blue'), senderOf(owner));
    await send(test, 'bens.mp4', await makeVideo('white'), senderOf(ben));
    await send(test, 'anns.mp4', await makeVideo('black'), senderOf(ann));
    const set = await send(test, 'set.json', dataSet('secret.mp4', 'shared.mp4', 'owners.mp4', 'bens.mp4', 'anns.mp4'), senderOf(ann));
    await ann.api.jobs.enqueue({ requests: [{ kind: 'import-dataset', formatId: 'shot2story', grantId: set.grantId, options: {} }] });
    await core.services.jobs.idle();
    const imported = (await ann.api.videos.list({})).videos.slice(1);
    expect(imported.map(({ name, state }) => [name, state])).toEqual([
      ['secret.mp4', 'missing'],
      ['shared.mp4', 'ok'],
      ['owners.mp4', 'missing'],
      ['bens.mp4', 'missing'],
      ['anns.mp4', 'ok'],
    ]);
    for (const { id, state } of imported)
      if (state === 'missing') await expect(core.resolveMedia(mediaUrls.video(id))).rejects.toMatchObject({ code: 'media-missing' });
  });
});

describe('an uploaded data set', () => {
  it('stays while its job waits, counts among the unused ones, and goes once the job is done', async () => {
    const test = startTestCore();
    const { core } = test;
    await core.services.projects.createIn(test.dataDir, 'Demo');
    const ann = await joinAs(core, 'annotator', 'Ann');
    // Long enough to be paused in the middle.
    const names = Array.from({ length: 500 }, (_, index) => `walk-${index}.mp4`);
    const { file, grantId } = await send(test, 'set.json', dataSet(...names), senderOf(ann));
    const [jobId] = await ann.api.jobs.enqueue({ requests: [{ kind: 'import-dataset', formatId: 'shot2story', grantId, options: {} }] });
    if (jobId === undefined) throw new Error('not queued');
    await ann.api.jobs.pause({ jobIds: [jobId] });
    expect(await sweptAfter(test, 10, file)).toBe(false);
    expect(await core.uploads.sentBy(ann.guest.personId)).toEqual([file]);
    await ann.api.jobs.resume({ jobIds: [jobId] });
    await core.services.jobs.idle();
    expect(core.services.jobs.get(jobId)).toMatchObject({ state: 'done', result: { videos: 500 } });
    expect(await sweptAfter(test, 2, file)).toBe(true);
  });

  it('goes after a month when its job never came to its end', async () => {
    const test = startTestCore();
    const { file } = await send(test, 'set.json', dataSet('walk.mp4'));
    test.core.uploads.hold(file);
    expect(await sweptAfter(test, 29, file)).toBe(false);
    expect(await sweptAfter(test, 31, file)).toBe(true);
  });
});

it('what a kill left of uploads that had just begun, or were being removed, is swept after a day', async () => {
  const test = startTestCore();
  const { file } = await send(test, 'used.mp4', Buffer.from('used'));
  test.core.uploads.claim(file);
  const uploadsDir = path.dirname(path.dirname(file));
  const left = (id: string, ...files: string[]): string => {
    const folder = path.join(uploadsDir, id);
    mkdirSync(folder);
    for (const name of files) writeFileSync(path.join(folder, name), '');
    return path.join(folder, 'none');
  };
  const empty = left(crypto.randomUUID());
  const half = left(crypto.randomUUID(), '.upload.json.123-0123abcd-0123abcd.part');
  const damaged = left(crypto.randomUUID(), '.upload.json', 'walk.mp4');
  const fresh = left(crypto.randomUUID());
  const foreign = left('not-ours');
  const going = left(`${crypto.randomUUID()}.swept`, 'walk.mp4');
  for (const folder of [file, empty, half, damaged, foreign]) await age(folder, 2 * DAY_MS);
  await test.core.uploads.sweep();
  expect([empty, half, damaged, going].map((each) => existsSync(path.dirname(each)))).toEqual([false, false, false, false]);
  expect([file, fresh, foreign].map((each) => existsSync(path.dirname(each)))).toEqual([true, true, true]);
  expect(existsSync(file)).toBe(true);
});

describe('an annotator’s file in the place of a video', () => {
  /** The same at its beginning, middle and end, which is all that a fingerprint looks at. */
  const original = Buffer.alloc(1024 * 1024, 1);
  const evil = Buffer.from(original).fill(2, 100_000, 400_000);

  async function withLargeVideo() {
    const test = startTestCore();
    const { projects, videos } = test.core.services;
    await projects.createIn(test.dataDir, 'Demo');
    const file = path.join(test.dataDir, 'walk.mp4');
    writeFileSync(file, original);
    const {
      added: [videoId],
    } = await videos.addFiles([file], 'Olga');
    if (videoId === undefined) throw new Error('not added');
    const [owner, ben] = [await joinAs(test.core, 'owner', 'Olga'), await joinAs(test.core, 'annotator', 'Ben')];
    const sent = await send(test, 'walk.mp4', evil, senderOf(ben));
    return { ...test, videos, videoId, file, owner, ben, sent };
  }

  it('is refused while the file is there, whichever command names it', async () => {
    const { ben, owner, videos, videoId, file, sent } = await withLargeVideo();
    await expect(ben.api.videos.relink({ videoId, grantId: sent.grantId })).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringMatching(/“walk\.mp4” is where it should be, and only the owner.*Nothing was changed/),
    });
    // The project says that it is missing, but it is back.
    const moved = `${file}.moved`;
    renameSync(file, moved);
    await videos.locateFiles();
    renameSync(moved, file);
    expect(await ben.api.videos.relinkAll({ grantIds: [sent.grantId] })).toMatchObject({ found: 0 });
    renameSync(file, moved);
    await videos.locateFiles();
    renameSync(moved, file);
    expect(await ben.api.videos.add({ grantIds: [sent.grantId] })).toMatchObject({ added: [], alreadyThere: ['walk.mp4'] });
    expect(await videos.openSource(videoId)).toMatchObject({ path: file });
    await owner.api.videos.relink({ videoId, grantId: sent.grantId });
    expect(await videos.openSource(videoId)).toMatchObject({ path: sent.file });
  });

  it('is taken where it is missing, and history says whose it is', async () => {
    const { ben, owner, videos, videoId, file, sent } = await withLargeVideo();
    rmSync(file);
    await ben.api.videos.relink({ videoId, grantId: sent.grantId });
    expect(await videos.openSource(videoId)).toMatchObject({ path: sent.file });
    const [newest] = await owner.api.history.list({});
    expect(newest).toMatchObject({
      actor: 'Ben',
      videoId,
      label: { key: 'edits.relinkVideo', values: { video: 'walk.mp4', file: 'walk.mp4' } },
    });
    expect((await ben.api.history.next({})).undo).toBeNull();
  });
});
