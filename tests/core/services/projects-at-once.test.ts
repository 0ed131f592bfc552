import type { Words } from '#shared/words/words.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startTestCore, temporaryFolder, type TestCore } from '../../helpers/test-core.ts';

/** A studio with a project open, and two more that it made before. */
async function withThree(): Promise<TestCore & { readonly folders: readonly [string, string, string] }> {
  const test = startTestCore();
  const { projects } = test.core.services;
  const place = temporaryFolder();
  const made = async (name: string): Promise<string> => (await projects.createIn(place, name)).displayPath;
  return { ...test, folders: [await made('First'), await made('Second'), await made('Third')] };
}

/** Whether nobody holds on to a project: another studio may change it. */
async function isFree(folder: string): Promise<boolean> {
  const other = startTestCore();
  const { readOnly } = await other.core.services.projects.openFolder(folder);
  await other.core.close();
  return readOnly === null;
}

describe('what opens and closes projects at the same time', () => {
  it('opens one that is asked for twice once, for writing', async () => {
    const { core, folders } = await withThree();
    const { projects } = core.services;
    const [one, two] = await Promise.all([projects.openFolder(folders[0]), projects.openFolder(folders[0])]);
    expect(one).toMatchObject({ name: 'First', readOnly: null });
    expect(two).toEqual(one);
    await projects.close();
    expect(await isFree(folders[0])).toBe(true);
  });

  it('leaves the last one open and lets go of all others', async () => {
    const { core, dataDir, folders, logger } = await withThree();
    const { projects, jobs } = core.services;
    const [first, second] = await Promise.all([
      projects.openFolder(folders[0]),
      projects.openFolder(folders[1]),
      projects.createIn(dataDir, 'Fourth'),
      projects.close(),
      projects.openFolder(folders[2]),
    ]);
    expect([first, second]).toMatchObject([
      { name: 'First', readOnly: null },
      { name: 'Second', readOnly: null },
    ]);
    expect(projects.current()).toMatchObject({ name: 'Third', readOnly: null });
    expect(jobs.list()).toEqual([]);
    expect([await isFree(folders[0]), await isFree(folders[1]), await isFree(folders[2])]).toEqual([true, true, false]);
    await projects.close();
    expect(projects.current()).toBeNull();
    expect(await isFree(folders[2])).toBe(true);
    const happened = logger.lines.map(({ message }) => message).filter((message) => /^project (?:opened|closed)$/.test(message));
    expect(happened.every((message, index) => message === (index % 2 === 0 ? 'project opened' : 'project closed'))).toBe(true);
  });

  it('restores a backup of one project whole before another one is opened', async () => {
    const { core, folders } = await withThree();
    const { projects } = core.services;
    const [backup] = await projects.backUp();
    const [restored] = await Promise.all([projects.restoreIn(folders[2], backup?.id ?? ''), projects.openFolder(folders[0])]);
    expect(restored).toMatchObject({ name: 'Third', readOnly: null });
    expect(projects.current()).toMatchObject({ name: 'First', readOnly: null });
    expect(await isFree(folders[2])).toBe(true);
  });

  it('opens nothing once the studio ends, and closes what is being opened then', async () => {
    const { core, folders } = await withThree();
    const { projects } = core.services;
    const opening = projects.openFolder(folders[0]);
    const ended = core.close();
    expect(await opening).toMatchObject({ name: 'First' });
    await ended;
    await expect(projects.openFolder(folders[1])).rejects.toMatchObject({ code: 'cancelled', message: expect.stringContaining('closing') });
    expect(projects.current()).toBeNull();
    expect([await isFree(folders[0]), await isFree(folders[1])]).toEqual([true, true]);
  });
});

describe('a project that another studio has open', () => {
  it('says so also after a backup of it was not restored, or opening it for writing was tried again', async () => {
    const { core, folders } = await withThree();
    const [backup] = await core.services.projects.backUp();
    const { core: other } = startTestCore();
    const { projects } = other.services;
    const notices: Words[] = [];
    other.events.on('notice', ({ message }) => notices.push(message));
    await projects.openFolder(folders[2]);
    await expect(projects.restoreIn(folders[2], backup?.id ?? '')).rejects.toMatchObject({ code: 'conflict' });
    expect(projects.current()).toMatchObject({ name: 'Third', readOnly: 'other-studio' });
    // It was told when it was opened.
    expect(notices).toHaveLength(1);
    await projects.openFolder(folders[2]);
    expect(projects.current()).toMatchObject({ name: 'Third', readOnly: 'other-studio' });
  });
});

describe('what a host does with the project', () => {
  it('comes between the commands of clients, which wait for its end', async () => {
    const { core, folders, as } = await withThree();
    const { api } = as('ann');
    const held = Promise.withResolvers<void>();
    const order: string[] = [];
    const host = core.dispatcher.inTurn(async () => {
      const opened = await core.services.projects.openFolder(folders[0]);
      await held.promise;
      order.push('host');
      return opened;
    });
    const client = api.projects.create({ name: 'Fourth' }).then(() => order.push('client'));
    // Queries do not wait for it.
    while ((await api.projects.current({}))?.name !== 'First') await delay(1);
    await delay(20);
    expect(core.services.projects.current()).toMatchObject({ name: 'First' });
    held.resolve();
    expect(await host).toMatchObject({ name: 'First' });
    await client;
    expect(order).toEqual(['host', 'client']);
    expect(core.services.projects.current()).toMatchObject({ name: 'Fourth' });
  });
});
