import { mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { defaultSettings } from '#shared/contract/views.ts';
import { defaultEndpoint, EndpointId } from '#shared/domain/endpoint.ts';
import { joinAs, startTestCore, startWithVideo, temporaryFolder } from '../../helpers/test-core.ts';
import { noticesOf } from '../../helpers/notices.ts';

/** A studio that finds this file, and what it wrote after `change`. */
function withFile(stored: unknown) {
  const dataDir = temporaryFolder();
  const file = path.join(dataDir, 'settings.json');
  writeFileSync(file, JSON.stringify(stored));
  const test = startTestCore({ dataDir });
  return { ...test, settings: test.core.services.settings, read: (): unknown => JSON.parse(readFileSync(file, 'utf8')) };
}

describe('settings.json', () => {
  it('of the first version says step by step what happens by itself, and is written anew as it is today', () => {
    const { settings, read } = withFile({ userName: 'Ann', autoDetect: false, autoSummarise: false, autoCaption: true });
    const expected = { ...defaultSettings.automaticSteps, detect: false, summarise: false };
    expect(settings.get()).toMatchObject({ userName: 'Ann', automaticSteps: expected });
    settings.update({ framesPerShot: 2 });
    expect(read()).toMatchObject({ version: 2, userName: 'Ann', framesPerShot: 2, automaticSteps: expected });
    expect(read()).not.toHaveProperty('autoDetect');
  });

  it('of today is read as it was written', () => {
    const { settings, read } = withFile({ version: 2, automaticSteps: { detect: false } });
    expect(settings.get().automaticSteps).toEqual({ ...defaultSettings.automaticSteps, detect: false });
    settings.update({});
    expect(withFile(read()).settings.get()).toEqual(settings.get());
  });

  it('of a newer version keeps what is known here', () => {
    const { settings } = withFile({ version: 99, theme: 'dark', automaticSteps: { detect: false, dream: true }, somethingNew: 1 });
    expect(settings.get()).toMatchObject({ theme: 'dark', automaticSteps: { detect: false } });
    expect(settings.get().automaticSteps).not.toHaveProperty('dream');
  });

  it('is changed for one automatic step without touching the others', async () => {
    const { as } = withFile({ autoCaption: false });
    const { api } = as('ann');
    await api.settings.update({ automaticSteps: { detect: false } });
    const { automaticSteps } = await api.settings.update({ automaticSteps: { summarise: false } });
    expect(automaticSteps).toEqual({ ...defaultSettings.automaticSteps, caption: false, detect: false, summarise: false });
  });
});

describe('damaged settings', () => {
  it('leave the network off until a person switches it on, also at later starts, and say so', async () => {
    const { core, dataDir } = withFile({ version: 2, allowNetwork: false });
    await core.close();
    const file = path.join(dataDir, 'settings.json');
    truncateSync(file, 20);
    const damaged = startTestCore({ dataDir });
    const notices = noticesOf(damaged);
    expect(damaged.core.services.settings.get()).toEqual({ ...defaultSettings, allowNetwork: false });
    expect(notices).toMatchObject([{ message: expect.stringContaining('stays off the network until') }]);
    await damaged.core.close();
    const { settings } = startTestCore({ dataDir }).core.services;
    expect(settings.get().allowNetwork).toBe(false);
    settings.update({ framesPerShot: 2 });
    expect(startTestCore({ dataDir }).core.services.settings.get().allowNetwork).toBe(false);
    settings.update({ allowNetwork: true });
    expect(startTestCore({ dataDir }).core.services.settings.get().allowNetwork).toBe(true);
  });

  it('are another thing than none, with which a studio begins as it always does', () => {
    expect(startTestCore().core.services.settings.get()).toEqual(defaultSettings);
  });
});

describe('settings.json of two studios', () => {
  const server = (id: string) => ({
    ...defaultEndpoint,
    id: EndpointId.parse(id),
    title: id,
    baseUrl: `https://${id}.example/v1`,
    model: 'm',
  });

  it('keeps what each of them sets, and each goes by what the other has set', async () => {
    const dataDir = temporaryFolder();
    const [here, there] = [startTestCore({ dataDir }).core, startTestCore({ dataDir }).core];
    const told: string[] = [];
    here.events.on('changed', ({ table }) => told.push(table));
    await here.services.endpoints.save(server('one'));
    await there.services.endpoints.save(server('two'));
    there.services.settings.update({ allowNetwork: false });
    here.services.settings.update({ framesPerShot: 2 });
    for (const { services } of [here, there, startTestCore({ dataDir }).core]) {
      expect(services.settings.get()).toMatchObject({ allowNetwork: false, framesPerShot: 2 });
      expect(services.settings.get().endpoints.map(({ id }) => id)).toEqual(['one', 'two']);
    }
    expect(told.filter((table) => table === 'settings').length).toBeGreaterThan(1);
  });

  it('knows the owners of both, whose names no annotator takes', async () => {
    const dataDir = temporaryFolder();
    const [here, there] = [startTestCore({ dataDir }).core, startTestCore({ dataDir }).core];
    await joinAs(here, 'owner', 'Olga');
    await joinAs(there, 'owner', 'Otto');
    await joinAs(here, 'owner', 'Olga Later');
    for (const core of [here, there, startTestCore({ dataDir }).core])
      for (const name of ['Olga', 'Otto']) await expect(joinAs(core, 'annotator', name)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('stays as it was read where the file is damaged or gone meanwhile', () => {
    const { settings, dataDir } = withFile({ allowNetwork: false });
    const file = path.join(dataDir, 'settings.json');
    rmSync(file);
    expect(settings.get().allowNetwork).toBe(false);
    writeFileSync(file, '{"allow');
    expect(settings.get().allowNetwork).toBe(false);
  });
});

describe('a lock of the settings that is none', () => {
  it.each([
    ['a file of something else', (lock: string) => writeFileSync(lock, 'x'.repeat(5_000))],
    ['a folder', (lock: string) => mkdirSync(lock)],
    ['a link that leads nowhere', (lock: string) => symlinkSync('nowhere/at-all', lock)],
  ])('%s, is made anew, and no project suffers from it', async (_what, spoil) => {
    const test = await startWithVideo();
    const { core, dataDir, videoId, as } = test;
    const lock = path.join(dataDir, 'settings.json.lock');
    rmSync(lock, { force: true });
    spoil(lock);
    const { api } = as('ann');
    expect(await api.settings.update({ framesPerShot: 2 })).toMatchObject({ framesPerShot: 2 });
    expect(await api.settings.update({ framesPerShot: 3 })).toMatchObject({ framesPerShot: 3 });
    expect(core.services.projects.current()).toMatchObject({ readOnly: null });
    await api.shots.split({ videoId, frame: 40 });
  });

  it('and one that another studio holds is named, and said to be busy', async () => {
    const test = await startWithVideo();
    const lock = path.join(test.dataDir, 'settings.json.lock');
    rmSync(lock, { force: true });
    const holder = new Database(lock);
    holder.exec('BEGIN EXCLUSIVE');
    onTestFinished(() => void holder.close());
    await expect(test.as('ann').api.settings.update({ framesPerShot: 2 })).rejects.toMatchObject({
      code: 'busy',
      message: expect.stringContaining('settings.json.lock'),
    });
    expect(test.core.services.projects.current()).toMatchObject({ readOnly: null });
  });
});
