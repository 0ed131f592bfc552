import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Procedure } from '#shared/contract/define.ts';
import { procedures } from '#shared/contract/procedures.ts';
import { defaultSettings } from '#shared/contract/views.ts';
import { seenText, textDigest } from '#shared/domain/text.ts';
import { plain } from '#shared/words/words.ts';
import { joinAs, startTestCore, startWithVideo, type TestGuest } from '../../helpers/test-core.ts';
import { words } from '#shared/words/words.ts';

/** Everything that a client can ask for, by path. */
const everyProcedure: readonly (readonly [string, Procedure])[] = Object.entries(procedures).flatMap(([area, members]) =>
  Object.entries(members).map(([name, procedure]): [string, Procedure] => [`${area}.${name}`, procedure]),
);

const call = (guest: TestGuest, path_: string, input: unknown = {}): Promise<unknown> => {
  const [area = '', name = ''] = path_.split('.');
  return (
    (guest.api as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>)[area]?.[name]?.(input) ??
    Promise.reject(new Error(path_))
  );
};

async function twoPeople() {
  const test = await startWithVideo();
  const [ann, ben] = [await joinAs(test.core, 'owner', 'Ann'), await joinAs(test.core, 'annotator', 'Ben')];
  const [shot] = await ann.api.shots.list({ videoId: test.videoId });
  if (shot === undefined) throw new Error('no shot');
  const key = { videoId: test.videoId, shotId: shot.id, kind: 'visual' } as const;
  const currentText = async (): Promise<string | undefined> =>
    (await ann.api.texts.current(key)).find(({ kind }) => kind === 'visual')?.text;
  return { ...test, ann, ben, key, currentText };
}

describe('rights', () => {
  it('keep annotators from everything that is the owner’s, whatever they send with it', async () => {
    const { core } = startTestCore();
    const ben = await joinAs(core, 'annotator', 'Ben');
    const owned = everyProcedure.filter(([, { right }]) => right === 'own').map(([path_]) => path_);
    expect(owned).toEqual(
      expect.arrayContaining([
        'settings.update',
        'endpoints.save',
        'endpoints.test',
        'projects.open',
        'models.download',
        'people.end',
        'videos.remove',
      ]),
    );
    for (const path_ of owned)
      await expect(call(ben, path_, { anything: true }), path_).rejects.toMatchObject({
        code: 'forbidden',
        message: expect.stringContaining('Only the owner'),
      });
  });

  it('let nobody command who has not said a name, and everybody ask', async () => {
    const { core, videoId } = await startWithVideo();
    const nobody = await joinAs(core, 'owner', null);
    for (const [path_, { kind, right }] of everyProcedure)
      if (kind === 'mutation' && right !== 'visit')
        await expect(call(nobody, path_), path_).rejects.toMatchObject({
          code: 'forbidden',
          message: expect.stringContaining('Enter your name'),
        });
    expect(await nobody.api.shots.list({ videoId })).toHaveLength(1);
    await nobody.api.people.introduce({ name: 'Ann' });
    expect(await nobody.api.shots.split({ videoId, frame: 40 })).toHaveLength(2);
  });

  it('let the desktop and the command line do everything', async () => {
    const test = startTestCore();
    expect(await test.as('ann').api.settings.update({ allowNetwork: false })).toMatchObject({ allowNetwork: false });
    expect(await test.as('ann').api.people.me({})).toEqual({ personId: null, name: 'ann', isNameChosen: true, role: 'owner' });
  });

  it('let annotators steer their own jobs and no others', async () => {
    const { ann, ben, videoId } = await twoPeople();
    const request = { requests: [{ kind: 'detect' as const, videoId }] };
    const [[ofAnn], [ofBen]] = [await ann.api.jobs.enqueue(request), await ben.api.jobs.enqueue(request)];
    if (ofAnn === undefined || ofBen === undefined) throw new Error('no jobs');
    await expect(ben.api.jobs.cancel({ jobIds: [ofBen, ofAnn] })).rejects.toMatchObject({ code: 'forbidden' });
    await ben.api.jobs.cancel({ jobIds: [ofBen] });
    await ann.api.jobs.retry({ jobIds: [ofBen] });
    expect(
      (await ben.api.jobs.list({}))
        .filter(({ kind }) => kind === 'detect')
        .map(({ actor }) => actor)
        .toSorted(),
    ).toEqual(['Ann', 'Ben']);
  });

  it('do not let anybody fill the queue without end, also not by cancelling', { timeout: 60_000 }, async () => {
    const { ben, videoId } = await twoPeople();
    const many = (count: number) => ({
      requests: Array.from({ length: count }, () => ({ kind: 'detect' as const, videoId })),
      chain: true,
    });
    const tooMany = { code: 'busy', message: expect.stringContaining('nothing was added') };
    await expect(ben.api.jobs.enqueue(many(10_001))).rejects.toMatchObject(tooMany);
    expect(await ben.api.jobs.list({})).toEqual([]);
    const jobIds = await ben.api.jobs.enqueue(many(9_000));
    let receivedChanges = 0;
    ben.on('changed', ({ table }) => void (receivedChanges += Number(table === 'jobs')));
    await ben.api.jobs.cancel({ jobIds });
    expect((await ben.api.jobs.list({})).every(({ state }) => state === 'cancelled' || state === 'failed')).toBe(true);
    await expect(ben.api.jobs.enqueue(many(1_001))).rejects.toMatchObject(tooMany);
    await ben.api.jobs.remove({ jobIds });
    expect(await ben.api.jobs.list({})).toEqual([]);
    expect(receivedChanges, 'pages that list the whole queue anew').toBeLessThan(10);
  });

  it('end with the session, also for calls that are still under way', async () => {
    const { ann, ben, videoId } = await twoPeople();
    await ann.api.people.end({ personId: ben.guest.personId });
    await expect(ben.api.shots.split({ videoId, frame: 40 })).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('session has ended'),
    });
    expect((await ann.api.people.list({})).map(({ name }) => name)).toEqual(['Ann']);
  });
});

describe('sessions', () => {
  it('end by themselves when nobody asked for anything for long', async () => {
    const { core } = startTestCore();
    const ann = await joinAs(core, 'owner', 'Ann');
    core.services.people.endIdle(60_000);
    expect(await ann.api.people.list({})).toHaveLength(1);
    core.services.people.endIdle(-1);
    await expect(ann.api.people.me({})).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('make room for newcomers: first goes who was away the longest, and nobody who is here', async () => {
    const { core } = startTestCore();
    const { people } = core.services;
    const [, ben] = [await joinAs(core, 'owner', 'Ann'), await joinAs(core, 'annotator', 'Ben')];
    expect(people.endLongestAway('annotator')).toBe(false);
    ben.close();
    expect(people.endLongestAway('annotator')).toBe(true);
    expect(people.list().map(({ name }) => name)).toEqual(['Ann']);
  });

  it('of owners and of people with a name outlive any number of visits that only open the annotators’ address', async () => {
    const { core } = startTestCore();
    const { people } = core.services;
    const away = [await joinAs(core, 'owner', 'Ann'), await joinAs(core, 'annotator', 'Ben')];
    for (const guest of away) guest.close();
    for (let visit = 0; visit < 5; visit++) {
      people.join('annotator');
      expect(people.endLongestAway('annotator')).toBe(true);
    }
    expect(people.list().map(({ name }) => name)).toEqual(['Ann', 'Ben']);
  });
});

describe('a person’s name', () => {
  it('is nobody else’s while they are here, however it is written', async () => {
    const { core } = startTestCore();
    await joinAs(core, 'annotator', 'Ann Lee');
    const other = await joinAs(core, 'annotator', null);
    for (const name of [
      'Ann Lee',
      ' ann  LEE ',
      'Ann\u200b Lee',
      'Ann Lee\u3164',
      'Ann Lee\ufe0f',
      'Ann\u2800Lee',
      'Ann\uffa0 Lee',
      'Ann Lee\ud800',
    ])
      await expect(other.api.people.introduce({ name })).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining('already uses the name'),
      });
    expect(await other.api.people.introduce({ name: 'Ben' })).toMatchObject({ name: 'Ben', isNameChosen: true, role: 'annotator' });
    await expect(other.api.settings.personalise({ userName: 'Ann Lee' })).rejects.toMatchObject({ code: 'conflict' });
  });

  it('stays theirs when they take another one, and so do their steps', async () => {
    const { core, ben, key } = await twoPeople();
    await ben.api.texts.edit({ ...key, text: 'A dog.' });
    await ben.api.people.introduce({ name: 'Benjamin' });
    const other = await joinAs(core, 'annotator', null);
    await expect(other.api.people.introduce({ name: 'Ben' })).rejects.toMatchObject({ code: 'conflict' });
    await ben.api.people.introduce({ name: 'Ben' });
    expect(await ben.api.history.undo({})).toMatchObject({ actor: 'Ben' });
    await ben.api.people.introduce({ name: 'Benjamin' });
    ben.close();
    expect(await other.api.people.introduce({ name: 'Ben' }), 'in another browser').toMatchObject({ name: 'Ben' });
  });

  it('comes along to another browser once the old page is closed', async () => {
    const { core } = startTestCore();
    const [owner, before, after] = [
      await joinAs(core, 'owner', 'Ann'),
      await joinAs(core, 'annotator', 'Ben'),
      await joinAs(core, 'annotator', null),
    ];
    before.close();
    expect(await after.api.people.introduce({ name: 'Ben' })).toMatchObject({ name: 'Ben' });
    expect((await owner.api.people.list({})).map(({ name, isHere }) => [name, isHere])).toEqual([
      ['Ann', true],
      [null, false],
      ['Ben', true],
    ]);
    owner.close();
    await expect(after.api.people.introduce({ name: 'Ann' }), 'an owner’s name').rejects.toMatchObject({ code: 'conflict' });
  });

  it('that an owner ever worked under is never an annotator’s, also after the studio was started anew', async () => {
    const { core, dataDir } = startTestCore();
    const ann = await joinAs(core, 'owner', 'Ann');
    await ann.api.people.introduce({ name: 'Anna' });
    ann.guest.end();
    const ben = await joinAs(core, 'annotator', 'Ben');
    for (const [browser, name] of [
      [ben, 'ann'],
      [await joinAs(startTestCore({ dataDir }).core, 'annotator', null), 'Anna'],
    ] as const)
      await expect(browser.api.people.introduce({ name })).rejects.toMatchObject({ code: 'conflict' });
    expect(await (await joinAs(startTestCore({ dataDir }).core, 'owner', null)).api.people.introduce({ name: 'Ann' })).toMatchObject({
      name: 'Ann',
    });
  });

  it('of before is kept with the session, over a crash too', async () => {
    const { core } = startTestCore();
    const ben = await joinAs(core, 'annotator', 'Ben');
    await ben.api.people.introduce({ name: 'Benjamin' });
    const later = startTestCore().core;
    later.services.people.join('annotator', ben.guest.state()).arrive();
    const other = await joinAs(later, 'annotator', null);
    await expect(other.api.people.introduce({ name: 'Ben' })).rejects.toMatchObject({ code: 'conflict' });
  });

  it.each(['studio', 'Command Line', '\u200b', '\u3164', '\u2800', '\ud800'])('cannot be %j', async (name) => {
    const guest = await joinAs(startTestCore().core, 'owner', null);
    await expect(guest.api.people.introduce({ name })).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('is that of the settings for the owner’s first browser, and no annotator may take it', async () => {
    const { core } = startTestCore();
    core.services.settings.update({ userName: 'Ann', theme: 'dark' });
    const annotator = await joinAs(core, 'annotator', null);
    await expect(annotator.api.people.introduce({ name: 'ann' })).rejects.toMatchObject({ code: 'conflict' });
    const owner = await joinAs(core, 'owner', null);
    expect(await owner.api.people.me({})).toMatchObject({ name: 'Ann', isNameChosen: false });
    expect(await owner.api.settings.get({})).toMatchObject({ userName: 'Ann', theme: 'dark' });
    expect(await (await joinAs(core, 'owner', null)).api.people.me({}), 'a second owner').toMatchObject({ name: null });
    owner.close();
    expect(await (await joinAs(core, 'owner', null)).api.people.me({}), 'in another browser').toMatchObject({ name: 'Ann' });
    expect(owner.guest.name()).toBeNull();
  });

  it('under which the desktop worked until its person said one is never an annotator’s', async () => {
    const { core } = startTestCore();
    core.services.settings.update({ userName: 'Ann' });
    const annotator = await joinAs(core, 'annotator', null);
    for (const name of [defaultSettings.userName, defaultSettings.userName.toUpperCase()])
      await expect(annotator.api.people.introduce({ name })).rejects.toMatchObject({ code: 'conflict' });
    expect(await annotator.api.people.me({})).toMatchObject({ name: null, isNameChosen: false });
  });
});

describe('settings', () => {
  it('that are personal are each person’s own; the others are everybody’s', async () => {
    const { core, ann, ben } = await twoPeople();
    await ann.api.settings.personalise({ theme: 'dark' });
    await ben.api.settings.personalise({ theme: 'light', keymap: 'nle' });
    await ann.api.settings.update({ framesPerShot: 2 });
    expect(await ann.api.settings.get({})).toMatchObject({ userName: 'Ann', theme: 'dark', keymap: 'studio', framesPerShot: 2 });
    expect(await ben.api.settings.get({})).toMatchObject({ userName: 'Ben', theme: 'light', keymap: 'nle', framesPerShot: 2 });
    expect(core.services.settings.get()).toMatchObject({ userName: 'me', theme: 'system' });
  });
});

describe('two people on one text', () => {
  it('each have a revision of their own, also within a minute, and each take back their own', async () => {
    const { ann, ben, key, currentText } = await twoPeople();
    await ann.api.texts.edit({ ...key, text: 'A dog.' });
    const [seen] = await ben.api.texts.current(key);
    await ben.api.texts.edit({ ...key, text: 'A brown dog.', seen: seenText(seen) });
    expect((await ann.api.texts.revisions(key)).revisions.map(({ text, actor }) => [actor, text])).toEqual([
      ['Ben', 'A brown dog.'],
      ['Ann', 'A dog.'],
    ]);
    await ben.api.history.undo({});
    expect(await currentText()).toBe('A dog.');
    expect(await ben.api.history.next({})).toMatchObject({ undo: null });
    await ann.api.history.undo({});
    expect(await currentText()).toBeUndefined();
  });

  it('are notified when the other wrote on meanwhile, and nothing is overwritten', async () => {
    const { ann, ben, key, currentText } = await twoPeople();
    const before = await ann.api.texts.edit({ ...key, text: 'A dog.' });
    const seen = seenText(before);
    await ben.api.texts.edit({ ...key, text: 'A brown dog.', seen });
    await expect(ann.api.texts.edit({ ...key, text: 'A dog runs.', seen })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('Ben changed this text'),
    });
    expect(await currentText()).toBe('A brown dog.');

    const [theirs] = await ann.api.texts.current(key);
    await ann.api.texts.edit({ ...key, text: 'A dog runs.', seen: seenText(theirs) });
    expect((await ann.api.texts.revisions(key)).revisions.map(({ text }) => text)).toEqual(['A dog runs.', 'A brown dog.', 'A dog.']);
  });

  it('are notified too when the other is still typing in the same revision', async () => {
    const { ann, ben, key } = await twoPeople();
    const half = await ann.api.texts.edit({ ...key, text: 'A d' });
    const whole = await ann.api.texts.edit({ ...key, text: 'A dog.', seen: seenText(half) });
    expect(whole.id).toBe(half.id);
    await expect(ben.api.texts.edit({ ...key, text: 'A cat.', seen: seenText(half) })).rejects.toMatchObject({ code: 'conflict' });
  });

  it('are not asked about their own words in another window, nor about a draft of a model', async () => {
    const { core, ann, key, currentText } = await twoPeople();
    const first = await ann.api.texts.edit({ ...key, text: 'A dog.' });
    await ann.api.texts.edit({ ...key, text: 'A dog runs.' });
    await ann.api.texts.edit({ ...key, text: 'A dog sits.', seen: seenText(first) });
    expect(await currentText()).toBe('A dog sits.');
    const [, second] = await ann.api.shots.split({ videoId: key.videoId, frame: 50 });
    if (second === undefined) throw new Error('no shot');
    const provenance = { engine: 'test', model: 'm', modelSha256: '', prompt: 'p', frames: [1], options: {}, device: 'cpu', durationMs: 1 };
    const place = { ...key, shotId: second.id };
    const jobId = (await ann.api.jobs.enqueue({ requests: [{ kind: 'detect', videoId: key.videoId }] }))[0];
    if (jobId === undefined) throw new Error('no job');
    core.services.texts.addModelRevision({
      ...place,
      text: 'A model’s words.',
      provenance,
      jobId,
      meanLogProb: null,
      links: [],
      actor: 'Ben',
      label: plain('Caption'),
    });
    await expect(
      ann.api.texts.edit({ ...place, text: 'Mine.', seen: { revisionId: null, digest: textDigest('') } }),
    ).resolves.toMatchObject({ text: 'Mine.' });
  });

  it('judge and choose what they saw, not what the other put there since', async () => {
    const { ann, ben, key } = await twoPeople();
    const before = await ann.api.texts.edit({ ...key, text: 'A dog.' });
    await ben.api.texts.edit({ ...key, text: 'A cat.', seen: seenText(before) });
    const seen = seenText(before);
    await expect(ann.api.texts.setStatus({ revisionIds: [before.id], status: 'accepted', seen: [seen] })).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(ann.api.texts.confirmFresh({ revisionIds: [before.id], seen: [seen] })).rejects.toMatchObject({ code: 'conflict' });
    await expect(ann.api.texts.choose({ revisionId: before.id, seen })).rejects.toMatchObject({ code: 'conflict' });
    expect((await ann.api.texts.revisions(key)).revisions.map(({ status, isCurrent }) => [status, isCurrent])).toEqual([
      ['draft', true],
      ['draft', false],
    ]);
  });
});

describe('two people on one video', () => {
  it('are notified when a piece of speech was changed meanwhile', async () => {
    const { core, ann, ben, videoId } = await twoPeople();
    core.services.transcripts.replace(videoId, [{ startUs: 0, endUs: 1_000_000, text: 'helo', origin: 'import' }], {
      actor: 'Ann',
      label: plain('Import'),
    });
    const [segment] = await ann.api.transcripts.get({ videoId });
    if (segment === undefined) throw new Error('no speech');
    const seenDigest = textDigest('helo');
    await ben.api.transcripts.edit({ videoId, segmentId: segment.id, text: 'hello', seenDigest });
    await expect(ann.api.transcripts.edit({ videoId, segmentId: segment.id, text: 'hullo', seenDigest })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('hello'),
    });
    await ann.api.transcripts.edit({ videoId, segmentId: segment.id, text: 'hello', seenDigest });
    expect((await ann.api.transcripts.get({ videoId })).map(({ text }) => text)).toEqual(['hello']);
  });

  it('move, split and merge what they saw, or are refused', async () => {
    const { ann, ben, videoId } = await twoPeople();
    const [first, second] = await ann.api.shots.split({ videoId, frame: 40 });
    if (first === undefined || second === undefined) throw new Error('no shots');
    await ben.api.shots.moveBoundary({ videoId, shotId: second.id, frame: 50, fromFrame: 40 });
    await expect(ann.api.shots.moveBoundary({ videoId, shotId: second.id, frame: 41, fromFrame: 40 })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('frame 50'),
    });
    await ben.api.shots.split({ videoId, frame: 30 });
    await expect(ann.api.shots.split({ videoId, frame: 30 })).rejects.toMatchObject({ code: 'conflict' });
    await expect(ann.api.shots.merge({ videoId, shotIds: [first.id, second.id] }), 'a shot lies between them by now').rejects.toMatchObject(
      { code: 'conflict' },
    );
    await ben.api.shots.merge({ videoId, shotIds: (await ben.api.shots.list({ videoId })).map(({ id }) => id) });
    await expect(ann.api.shots.setLocked({ videoId, shotIds: [second.id], locked: true })).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('no longer exists'),
    });
    expect(await ann.api.shots.list({ videoId })).toHaveLength(1);
  });

  it('are notified when the owner opens another project', async () => {
    const { ann, ben } = await twoPeople();
    const notified = new Promise((resolve) => ben.on('projectSwitched', resolve));
    await ann.api.projects.create({ name: 'Other' });
    expect(await notified).toEqual({ name: 'Other', by: ann.guest.personId, byName: 'Ann' });
  });
});

describe('messages to browsers', () => {
  it('name files without saying where they lie; the desktop gets the whole path', async () => {
    const { core, dataDir, ann, ben, videoId, as } = await twoPeople();
    const project = await ann.api.projects.current({});
    expect(project?.displayPath).toBe('Demo.shotluck');
    expect((await as('ann').api.projects.current({}))?.displayPath).toBe(path.join(dataDir, 'Demo.shotluck'));
    expect(await ben.api.models.folder({})).toEqual({ displayPath: 'models' });
    const notices: unknown[] = [];
    ben.on('notice', (notice) => notices.push(notice));
    const copyAt = (file: string) => words('project.updatedBackup', { file });
    core.events.emit('notice', { level: 'info', title: copyAt(''), message: copyAt(path.join(dataDir, 'My videos', 'copy.db')) });
    await ben.api.videos.list({});
    expect(notices).toMatchObject([{ message: copyAt('My videos/copy.db') }]);
    await ben.api.texts.edit({ videoId, shotId: null, kind: 'summary', text: `Somebody reads ${dataDir} from a sheet.` });
    expect((await ben.api.texts.current({ videoId }))[0]?.text).toContain(dataDir);
  });
});
