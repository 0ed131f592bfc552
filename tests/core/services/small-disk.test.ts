import { mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import { createDatabase } from '#core/base/db/database.ts';
import { migrate, type Migration } from '#core/base/db/migrate.ts';
import { createSessions, type Sessions } from '../../../src-main/hosts/serve/sessions.ts';
import { mountSmallDisk, type SmallDisk } from '../../helpers/small-disk.ts';
import { addMeasuredVideo, startTestCore } from '../../helpers/test-core.ts';

function smallDisk({ skip }: TestContext, megabytes = 8): SmallDisk {
  const disk = mountSmallDisk(megabytes);
  if (disk === null) skip('mounting a file system in memory is not allowed here');
  else onTestFinished(() => disk.unmount());
  return disk as SmallDisk;
}

/** Takes all the room there is. */
function fill(dir: string): void {
  try {
    writeFileSync(path.join(dir, 'filler-most'), Buffer.alloc(statfsSync(dir).bavail * 4_096 - 1_000_000));
    for (let block = 0; ; block++) writeFileSync(path.join(dir, `filler-${block}`), Buffer.alloc(4_096));
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  }
}

function makeRoom(dir: string): void {
  for (const name of readdirSync(dir).filter((each) => each.startsWith('filler'))) rmSync(path.join(dir, name));
}

describe('a disk that is full', () => {
  it('keeps nobody out: the studio starts, shows the project, refuses edits in words, and takes them once there is room', async (context) => {
    const { dir } = smallDisk(context, 32);
    const first = startTestCore({ dataDir: dir });
    await first.core.services.projects.createIn(dir, 'Demo');
    const videoId = await addMeasuredVideo(first);
    await first.core.close();
    fill(dir);

    const second = startTestCore({ dataDir: dir });
    expect(await second.core.services.projects.reopenLast()).toMatchObject({ name: 'Demo', videoCount: 1 });
    const { api } = second.as('ann');
    expect(await api.videos.list({})).toHaveLength(1);
    const refused = await api.texts
      .edit({ videoId, shotId: null, kind: 'summary', text: 'x'.repeat(20_000) })
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: expect.stringMatching(/^(disk-full|read-only)$/),
      message: expect.stringContaining('Nothing was changed'),
    });

    makeRoom(dir);
    const edit = (): Promise<unknown> =>
      api.texts.edit({ videoId, shotId: null, kind: 'summary', text: 'There is room' }).catch((error: unknown) => error);
    await expect.poll(edit).toMatchObject({ text: 'There is room' });
    expect(await api.projects.current({})).toMatchObject({ readOnly: null });
  });
});

describe('a data folder without room', () => {
  it('keeps nobody from the door, and takes the sessions once there is room', (context) => {
    const { dir } = smallDisk(context);
    const { core, logger } = startTestCore({ dataDir: dir });
    const file = path.join(dir, 'sessions.json');
    const open = (): Sessions =>
      createSessions({ people: core.services.people, events: core.events, logger, kept: { file, token: 'a token of theirs' } });
    fill(dir);
    const sessions = open();
    const owner = sessions.open('owner');
    expect(sessions.find(owner?.secret ?? '')).toBe(owner?.guest);
    expect(core.services.people.introduce(owner?.guest, { name: 'Olga' })).toMatchObject({ name: 'Olga', isNameChosen: true });
    const annotator = sessions.open('annotator');
    expect(() => core.services.people.introduce(annotator?.guest, { name: 'olga' })).toThrow(expect.objectContaining({ code: 'conflict' }));
    expect(logger.lines.map(({ message }) => message)).toEqual(
      expect.arrayContaining(['the sessions could not be written', 'the names of owners could not be written']),
    );

    makeRoom(dir);
    core.services.people.introduce(annotator?.guest, { name: 'Ann' });
    core.services.people.introduce(owner?.guest, { name: 'Olga' });
    const { core: again } = startTestCore({ dataDir: dir });
    const kept = createSessions({
      people: again.services.people,
      events: again.events,
      logger,
      kept: { file, token: 'a token of theirs' },
    });
    expect(kept.find(owner?.secret ?? '')?.name()).toBe('Olga');
    expect(kept.find(annotator?.secret ?? '')?.name()).toBe('Ann');
    expect(JSON.parse(readFileSync(path.join(dir, 'owner-names.json'), 'utf8'))).toEqual({ names: ['olga'] });
  });
});

describe('an update of an older project', () => {
  it('that finds no room for its copy leaves no half of one among the backups', async (context) => {
    const { dir } = smallDisk(context);
    const file = path.join(dir, 'project.db');
    const db = createDatabase(file);
    const first: Migration = { version: 1, up: (writable) => void writable.exec('CREATE TABLE notes (text TEXT) STRICT') };
    migrate(db, [first], path.join(dir, 'backups'));
    db.prepare('INSERT INTO notes VALUES (?)').run('x'.repeat(2_000_000));
    const backups = path.join(dir, 'backups');
    mkdirSync(backups);
    const filler = path.join(dir, 'filler');
    writeFileSync(filler, Buffer.alloc(500_000));
    fill(dir);
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
    const [video] = await api.videos.list({});
    await expect(api.videos.remove({ videoIds: video === undefined ? [] : [video.id] })).rejects.toMatchObject({ code: 'read-only' });
  });
});
