import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished, type TestContext, vi } from 'vitest';
import { createDatabase } from '#core/base/db/database.ts';
import { migrate, type Migration } from '#core/base/db/migrate.ts';
import { createSessions, type Sessions } from '../../../src-main/hosts/serve/sessions.ts';
import { mountSmallDisk, type SmallDisk } from '../../helpers/small-disk.ts';
import { addMeasuredVideo, joinAs, startTestCore, type TestCore } from '../../helpers/test-core.ts';

function smallDisk({ skip }: TestContext, megabytes = 8): SmallDisk {
  const disk = mountSmallDisk(megabytes);
  if (disk === null) skip('mounting a file system in memory is not allowed here');
  else onTestFinished(() => disk.unmount());
  return disk as SmallDisk;
}

/** As `serve` keeps them at an address that stays. */
function sessionsOf({ core, logger, dataDir }: TestCore): Sessions {
  const kept = { dataDir, host: '127.0.0.1', port: 4711, token: 'a token of theirs' };
  const sessions = createSessions({ people: core.services.people, events: core.events, logger, kept });
  sessions.takeUp();
  return sessions;
}

/** Only the time of `setTimeout`, which a test moves then. */
function holdTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
}

describe('a disk that is full', () => {
  it('keeps nobody out: the studio starts, shows the project, refuses edits in words, and takes them once there is room', async (context) => {
    const disk = smallDisk(context, 32);
    const { dir } = disk;
    const first = startTestCore({ dataDir: dir });
    await first.core.services.projects.createIn(dir, 'Demo');
    const videoId = await addMeasuredVideo(first);
    await first.core.close();
    disk.fill();

    const second = startTestCore({ dataDir: dir });
    expect(await second.core.services.projects.reopenLast()).toMatchObject({ name: 'Demo', videoCount: 1 });
    const { api } = second.as('ann');
    expect((await api.videos.list({})).videos).toHaveLength(1);
    const refused = await api.texts
      .edit({ videoId, shotId: null, kind: 'summary', text: 'x'.repeat(20_000) })
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: expect.stringMatching(/^(disk-full|read-only)$/),
      message: expect.stringContaining('Nothing was changed'),
    });

    disk.makeRoom();
    const edit = (): Promise<unknown> =>
      api.texts.edit({ videoId, shotId: null, kind: 'summary', text: 'There is room' }).catch((error: unknown) => error);
    await expect.poll(edit).toMatchObject({ text: 'There is room' });
    expect(await api.projects.current({})).toMatchObject({ readOnly: null });
  });
});

describe('a data folder without room', () => {
  it('keeps nobody from the door, and takes the sessions once there is room', (context) => {
    const disk = smallDisk(context);
    const { dir } = disk;
    const test = startTestCore({ dataDir: dir });
    const { core, logger } = test;
    disk.fill();
    const sessions = sessionsOf(test);
    const owner = sessions.open('owner');
    expect(sessions.find(owner?.secret ?? '')).toBe(owner?.guest);
    expect(core.services.people.introduce(owner?.guest, { name: 'Olga' })).toMatchObject({ name: 'Olga', isNameChosen: true });
    const annotator = sessions.open('annotator');
    expect(() => core.services.people.introduce(annotator?.guest, { name: 'olga' })).toThrow(expect.objectContaining({ code: 'conflict' }));
    expect(logger.lines.map(({ message }) => message)).toEqual(
      expect.arrayContaining(['the sessions could not be written', 'the names of owners could not be written']),
    );

    disk.makeRoom();
    core.services.people.introduce(annotator?.guest, { name: 'Ann' });
    core.services.people.introduce(owner?.guest, { name: 'Olga' });
    const kept = sessionsOf(startTestCore({ dataDir: dir }));
    expect(kept.find(owner?.secret ?? '')?.name()).toBe('Olga');
    expect(kept.find(annotator?.secret ?? '')?.name()).toBe('Ann');
  });

  it('learns the name of an owner as soon as there is room, and keeps it from annotators after a crash', async (context) => {
    const disk = smallDisk(context);
    const { dir } = disk;
    const { core } = startTestCore({ dataDir: dir });
    disk.fill();
    holdTimers();
    await joinAs(core, 'owner', 'Olga');
    disk.makeRoom();
    vi.advanceTimersByTime(5_000);
    vi.useRealTimers();
    await expect(joinAs(startTestCore({ dataDir: dir }).core, 'annotator', 'Olga')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('learns the name of an owner when the studio closes, if not before', async (context) => {
    const disk = smallDisk(context);
    const { dir } = disk;
    const { core } = startTestCore({ dataDir: dir });
    disk.fill();
    await joinAs(core, 'owner', 'Olga');
    disk.makeRoom();
    await core.close();
    await expect(joinAs(startTestCore({ dataDir: dir }).core, 'annotator', 'Olga')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('lets nobody in again who was sent away, neither before there is room nor after', (context) => {
    const disk = smallDisk(context);
    const { dir } = disk;
    const test = startTestCore({ dataDir: dir });
    const sessions = sessionsOf(test);
    const [olga, ben] = [sessions.open('owner'), sessions.open('annotator')];
    const whoIsIn = (): readonly boolean[] => {
      const later = sessionsOf(startTestCore({ dataDir: dir }));
      return [olga, ben].map((entry) => later.find(entry?.secret ?? '') !== null);
    };
    expect(whoIsIn()).toEqual([true, true]);
    disk.fill();
    holdTimers();
    ben?.guest.end();
    // Nobody is let in by a file that could not be brought up to date: Olga opens the address again.
    expect(whoIsIn()).toEqual([false, false]);
    disk.makeRoom();
    vi.advanceTimersByTime(5_000);
    expect(whoIsIn()).toEqual([true, false]);
  });

  it('learns which project was opened, and what seals what people said of it, as soon as there is room', async (context) => {
    const disk = smallDisk(context);
    const { dir } = disk;
    const first = startTestCore();
    const { displayPath } = await first.core.services.projects.createIn(first.dataDir, 'Demo');
    await first.core.close();
    disk.fill();
    holdTimers();
    const { core } = startTestCore({ dataDir: dir });
    await core.services.projects.openFolder(displayPath);
    expect(core.services.projects.recent()).toMatchObject([{ name: 'Demo' }]);
    expect(existsSync(path.join(dir, 'seal-key.json'))).toBe(false);
    disk.makeRoom();
    vi.advanceTimersByTime(5_000);
    expect(existsSync(path.join(dir, 'seal-key.json'))).toBe(true);
    expect(startTestCore({ dataDir: dir }).core.services.projects.recent()).toMatchObject([{ name: 'Demo' }]);
  });
});

describe('an update of an older project', () => {
  it('that finds no room for its copy leaves no half of one among the backups', async (context) => {
    const disk = smallDisk(context);
    const { dir } = disk;
    const file = path.join(dir, 'project.db');
    const db = createDatabase(file);
    const first: Migration = { version: 1, up: (writable) => void writable.exec('CREATE TABLE notes (text TEXT) STRICT') };
    migrate(db, [first], path.join(dir, 'backups'));
    db.prepare('INSERT INTO notes VALUES (?)').run('x'.repeat(2_000_000));
    const backups = path.join(dir, 'backups');
    mkdirSync(backups);
    const filler = path.join(dir, 'filler');
    writeFileSync(filler, Buffer.alloc(500_000));
    disk.fill();
    rmSync(filler);
    expect(() => migrate(db, [first, { version: 2, up: () => undefined }], backups)).toThrow();
    expect(readdirSync(backups)).toEqual([]);
    db.close();
  });
});

describe('a folder that cannot be written to', () => {
  it('shows its project for reading', async (context) => {
    const disk = smallDisk(context);
    const first = startTestCore();
    const { displayPath } = await first.core.services.projects.createIn(disk.dir, 'Demo');
    await addMeasuredVideo(first);
    await first.core.close();
    disk.makeReadOnly();
    const second = startTestCore();
    expect(await second.core.services.projects.openFolder(displayPath)).toMatchObject({ readOnly: 'folder', videoCount: 1 });
    const { api } = second.as('ann');
    const [video] = (await api.videos.list({})).videos;
    await expect(api.videos.remove({ videoIds: video === undefined ? [] : [video.id] })).rejects.toMatchObject({ code: 'read-only' });
  });
});
