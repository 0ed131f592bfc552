import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { beginLook } from '#core/base/look.ts';
import { createFfmpeg } from '#core/media/ffmpeg.ts';
import { examineFiles } from '#core/project/videos/look-at-files.ts';
import { procedures } from '#shared/contract/procedures.ts';
import type { GrantId } from '#shared/domain/ids.ts';
import { addMeasuredVideo, startTestCore, temporaryFolder } from '../../helpers/test-core.ts';
import { words } from '#shared/words/words.ts';
import { saying } from '../../helpers/saying.ts';

/** An ffprobe that finds no video, but not before it is let go on. */
function heldProbe(): { readonly path: string; readonly wasStarted: () => boolean; readonly letGo: () => void } {
  const folder = temporaryFolder();
  const [program, started, free] = ['ffprobe', 'started', 'free'].map((name) => path.join(folder, name)) as [string, string, string];
  writeFileSync(program, `#!/bin/sh\ntouch "${started}"\nwhile [ ! -e "${free}" ]; do sleep 0.05; done\nexit 1\n`, { mode: 0o755 });
  return { path: program, wasStarted: () => existsSync(started), letGo: () => writeFileSync(free, '') };
}

async function withHeldProbe() {
  const probe = heldProbe();
  const test = startTestCore({ config: { ffprobePath: probe.path } });
  await test.core.services.projects.createIn(test.dataDir, 'Demo');
  const videoId = await addMeasuredVideo(test);
  async function grant(name: string): Promise<GrantId> {
    const file = path.join(test.dataDir, name);
    writeFileSync(file, `another ${name}`);
    return (await test.core.files.grantPath(file)).grantId;
  }
  return { ...test, api: test.as('ann').api, probe, videoId, grant };
}
type Slow = Awaited<ReturnType<typeof withHeldProbe>>;

describe.skipIf(process.platform === 'win32')('while a command looks at a file that takes for ever', () => {
  const commands: readonly [string, (slow: Slow, signal: AbortSignal) => Promise<unknown>][] = [
    ['adding it', async ({ api, grant }, signal) => api.videos.add({ grantIds: [await grant('tape.bin')] }, { signal })],
    [
      'pointing a video at it',
      async ({ api, grant, videoId }, signal) => api.videos.relink({ videoId, grantId: await grant('tape.mp4') }, { signal }),
    ],
    [
      'looking for missing videos',
      async ({ api, core, grant, videoId }, signal) => {
        core.services.videos.setState(videoId, 'missing', words('project.fileMissing'));
        return api.videos.relinkAll({ grantIds: [await grant('holiday.mp4')] }, { signal });
      },
    ],
  ];

  it.each(commands)('%s: others work on, and whoever asked may give up', async (_what, command) => {
    const slow = await withHeldProbe();
    const stop = new AbortController();
    const looking = command(slow, stop.signal);
    looking.catch(() => undefined);
    await vi.waitFor(() => expect(slow.probe.wasStarted()).toBe(true), 10_000);
    await slow.as('ben').api.texts.edit({ videoId: slow.videoId, shotId: null, kind: 'summary', text: 'A day.' });
    stop.abort();
    await expect(looking).rejects.toMatchObject({ code: 'cancelled' });
    expect((await slow.api.videos.list({})).videos).toHaveLength(1);
  });

  it('looking for missing videos ends when its time is over, and says that not all were looked for', async () => {
    const { core, dataDir } = await withHeldProbe();
    const { videos, jobs } = core.services;
    const [set, media] = [path.join(dataDir, 'set.json'), path.join(dataDir, 'media')];
    mkdirSync(media);
    const names = ['a.mp4', 'b.mp4', 'c.mp4'];
    for (const name of names) writeFileSync(path.join(media, name), name);
    writeFileSync(set, JSON.stringify(names.map((video) => ({ video, video_names: ['x_0_9.mp4'], captions: ['One.'] }))));
    const { grantId } = await core.files.grantPath(set);
    jobs.enqueue([{ kind: 'import-dataset', formatId: 'shot2story', grantId, options: {} }], false, 'ann');
    await jobs.idle();
    const folder = await core.files.grantPath(media);
    const times = { fileMs: 400, allMs: 600 };
    const link = await videos.lookForMissing([folder.grantId], new AbortController().signal, { times });
    const { found, refused, stillMissing, isOutOfTime } = link('ann');
    expect([found, stillMissing, isOutOfTime]).toEqual([[], 3, true]);
    expect(refused.map(({ name }) => name)).toEqual(['a.mp4', 'b.mp4']);
  });

  it('nothing is written to a project that was opened meanwhile', async () => {
    const { api, probe, grant, videoId, core } = await withHeldProbe();
    const adding = api.videos.add({ grantIds: [await grant('tape.bin'), await grant('video.mp4')] });
    adding.catch(() => undefined);
    await vi.waitFor(() => expect(probe.wasStarted()).toBe(true), 10_000);
    const before = core.services.projects.access.session().folder;
    await api.projects.create({ name: 'Other' });
    probe.letGo();
    await expect(adding).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('Another project was opened') });
    expect((await api.videos.list({})).videos).toEqual([]);
    await core.services.projects.openFolder(before);
    expect((await api.videos.list({})).videos.map(({ id }) => id)).toEqual([videoId]);
  });

  it('a video is not pointed at it when somebody else changed the video meanwhile', async () => {
    const { api, as, core, probe, grant, videoId } = await withHeldProbe();
    const { videos } = core.services;
    const right = path.join(temporaryFolder(), 'moved.mp4');
    writeFileSync(right, 'holiday.mp4');
    const relink = await videos.lookForRelink(
      { videoId, grantId: (await core.files.grantPath(right)).grantId },
      new AbortController().signal,
    );
    await as('ben').api.videos.relink({ videoId, grantId: await grant('other.mp4'), insists: true });
    expect(relink).toThrow(/changed by somebody else while “moved\.mp4” was compared.*Nothing was changed here/);
    probe.letGo();
    await core.services.jobs.idle();
    expect((await api.videos.list({})).videos).toMatchObject([{ state: 'corrupt' }]);
  });
});

describe.skipIf(process.platform === 'win32')('looking at files', () => {
  it('ends when its time is over, and says so of each file', async () => {
    const ffmpeg = createFfmpeg({ ffmpegPath: 'ffmpeg', ffprobePath: heldProbe().path });
    const folder = temporaryFolder();
    const files = ['a.bin', 'b.bin', 'c.mp4'].map((name) => path.join(folder, name));
    for (const file of files) writeFileSync(file, file);
    const look = beginLook(new AbortController().signal, { fileMs: 200, allMs: 300 });
    const problem = saying(/took too long\. Nothing was changed/);
    expect(await examineFiles(files, { projectFolder: temporaryFolder(), ffmpeg, look })).toMatchObject([
      { problem },
      { problem },
      { problem: null, print: expect.any(String) },
    ]);
    await expect(look(() => new Promise(() => undefined))).rejects.toMatchObject({ code: 'busy' });
  });
});

describe('the contract', () => {
  it('has every command that is given a file or a folder look at it first', () => {
    const isGiven = (input: z.ZodType): boolean =>
      /"(?:grantIds?)"/.test(JSON.stringify(z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' })));
    // Nothing else can be done while a project is opened, and jobs look by themselves.
    const others = new Set(['projects.open', 'jobs.enqueue']);
    const given = Object.entries(procedures).flatMap(([area, members]) =>
      Object.entries(members).flatMap(([name, procedure]) =>
        procedure.kind === 'mutation' && isGiven(procedure.input) && !others.has(`${area}.${name}`)
          ? [[`${area}.${name}`, 'looksFirst' in procedure] as const]
          : [],
      ),
    );
    expect(given).toEqual(
      ['videos.add', 'videos.relink', 'videos.relinkAll', 'shots.importCuts', 'transcripts.importFile', 'models.addFolder'].map((each) => [
        each,
        true,
      ]),
    );
  });
});
