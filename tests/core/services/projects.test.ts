import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { words } from '#shared/words/words.ts';
import { addMeasuredVideo, startTestCore, temporaryFolder } from '../../helpers/test-core.ts';
import { noticesOf } from '../../helpers/notices.ts';

async function withProject(name = 'Demo') {
  const test = startTestCore();
  const { api } = test.as('ann');
  const info = await api.projects.create({ name });
  return { ...test, api, info };
}

const PROJECT_FOLDER = path.resolve(import.meta.dirname, '../../../src-main/core/project/folder/project-folder.ts');

/** Makes the project `Demo` in a process of its own, together with the others at the next full second, and says what came of it. */
function madeByAProcess(place: string): Promise<string> {
  const source = `
    import { createProjectFolder } from ${JSON.stringify(PROJECT_FOLDER)};
    const logger = { debug() {}, info() {}, warn() {}, error() {} };
    while (Date.now() % 1000 > 20);
    try {
      createProjectFolder(${JSON.stringify(place)}, 'Demo', { dataDir: ${JSON.stringify(place)}, logger }).close();
      console.log('made');
    } catch (error) {
      console.log(error.code);
    }`;
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['--input-type=module', '--eval', source], (error, stdout) =>
      error === null ? resolve(stdout.trim()) : reject(error),
    );
  });
}

describe('projects', () => {
  it('are folders with a database and places for what can be made again', async () => {
    const { info } = await withProject('Möwen & Meer');
    expect(info).toMatchObject({ name: 'Möwen & Meer', videoCount: 0, shotCount: 0 });
    expect(path.basename(info.displayPath)).toBe('Möwen & Meer.shotluck');
    expect(readdirSync(info.displayPath)).toEqual(expect.arrayContaining(['cache', 'exports', 'project.db']));
  });

  it.each(['a/b', '..', '.hidden', 'what?', 'nul', 'dot.', 'x'.repeat(250), 'tab\there'])(
    'are not made under the name %j',
    async (name) => {
      const { api } = startTestCore().as('ann');
      await expect(api.projects.create({ name })).rejects.toMatchObject({ code: 'invalid-input' });
      expect(await api.projects.current({})).toBeNull();
    },
  );

  it('are not made over one another', async () => {
    const { api } = await withProject();
    await expect(api.projects.create({ name: 'Demo' })).rejects.toMatchObject({ code: 'conflict' });
    expect(await api.projects.current({})).toMatchObject({ name: 'Demo' });
  });

  it('are not made in a folder that holds something of another person, which stays', async () => {
    const test = startTestCore();
    const folder = path.join(test.dataDir, 'Demo.shotluck');
    mkdirSync(folder);
    writeFileSync(path.join(folder, '.lock-of-my-diary'), 'mine');
    await expect(test.core.services.projects.createIn(test.dataDir, 'Demo')).rejects.toMatchObject({ code: 'conflict' });
    expect(readFileSync(path.join(folder, '.lock-of-my-diary'), 'utf8')).toBe('mine');
  });

  it('leave nothing behind when they cannot be put in their place, and nothing of others is removed', async () => {
    const test = startTestCore();
    symlinkSync(path.join(test.dataDir, 'nowhere'), path.join(test.dataDir, 'Demo.shotluck'));
    await expect(test.core.services.projects.createIn(test.dataDir, 'Demo')).rejects.toMatchObject({ code: 'conflict' });
    expect(readdirSync(test.dataDir).filter((name) => name.startsWith('Demo.shotluck'))).toEqual(['Demo.shotluck']);
  });

  it('are made once when two processes make the same at the same time', async () => {
    const place = temporaryFolder();
    const makers = await Promise.all(Array.from({ length: 4 }, () => madeByAProcess(place)));
    expect(makers.filter((said) => said === 'made')).toHaveLength(1);
    expect(makers.filter((said) => said === 'conflict')).toHaveLength(3);
    expect(readdirSync(place)).toEqual(['Demo.shotluck']);
    expect(readdirSync(path.join(place, 'Demo.shotluck'))).toContain('project.db');
  });

  it('are the same one by another path', async () => {
    const { core, info } = await withProject();
    const link = path.join(temporaryFolder(), 'Link.shotluck');
    symlinkSync(info.displayPath, link);
    expect(await core.services.projects.openFolder(link)).toMatchObject({ ref: info.ref, readOnly: null });
  });

  it('are not made where nothing can be written', async () => {
    const { core, dataDir } = startTestCore();
    const file = path.join(dataDir, 'a-file');
    writeFileSync(file, '');
    await expect(core.services.projects.createIn(path.join(file, 'inside'), 'Demo')).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('cannot write'),
    });
  });

  it('lie where a person chose a folder, and are opened by choosing theirs', async () => {
    const { api, core } = await withProject();
    const place = temporaryFolder();
    const { grantId: locationGrantId } = await core.files.grantPath(place);
    const made = await api.projects.create({ name: 'Elsewhere', locationGrantId });
    expect(made.displayPath).toBe(path.join(place, 'Elsewhere.shotluck'));
    await api.projects.close({});
    const { grantId } = await core.files.grantPath(path.join(made.displayPath, 'project.db'));
    expect(await api.projects.open({ grantId })).toEqual(made);
  });

  it('are remembered, newest first, and forgotten on request', async () => {
    const { api, clock, info } = await withProject('First');
    clock.advance(1_000);
    const second = await api.projects.create({ name: 'Second' });
    expect((await api.projects.recent({})).map(({ name, isMissing }) => [name, isMissing])).toEqual([
      ['Second', false],
      ['First', false],
    ]);
    expect(await api.projects.open({ ref: info.ref })).toMatchObject({ name: 'First' });
    renameSync(second.displayPath, `${second.displayPath}-moved`);
    expect((await api.projects.recent({})).map(({ name, isMissing }) => [name, isMissing])).toEqual([
      ['First', false],
      ['Second', true],
    ]);
    await expect(api.projects.open({ ref: second.ref })).rejects.toMatchObject({ code: 'not-found' });
    expect(await api.projects.current({})).toMatchObject({ name: 'First' });
    await api.projects.forget({ ref: second.ref });
    expect(await api.projects.recent({})).toHaveLength(1);
  });

  it('answer nothing while none is open', async () => {
    const { api } = startTestCore().as('ann');
    expect(await api.projects.current({})).toBeNull();
    await expect(api.videos.list({})).rejects.toMatchObject({ code: 'no-project' });
    await expect(api.history.undo({})).rejects.toMatchObject({ code: 'no-project' });
  });

  it('can be changed in one studio at a time; a second one reads', async () => {
    const { api, info, core, ...test } = await withProject();
    await addMeasuredVideo({ ...test, core });
    const other = startTestCore();
    const reader = other.as('ben').api;
    expect(await other.core.services.projects.openFolder(info.displayPath)).toMatchObject({ name: 'Demo', readOnly: 'other-studio' });
    const [video] = (await reader.videos.list({})).videos;
    expect(video).toMatchObject({ name: 'holiday.mp4' });
    await expect(reader.videos.remove({ videoIds: video === undefined ? [] : [video.id] })).rejects.toMatchObject({
      code: 'read-only',
      message: expect.stringContaining('Nothing was changed'),
    });
    expect((await api.videos.list({})).videos).toHaveLength(1);
    await core.services.projects.close();
    expect(await other.core.services.projects.openFolder(info.displayPath)).toMatchObject({ name: 'Demo', readOnly: null });
  });

  it('keep the open one open when another cannot be opened', async () => {
    const { api, core } = await withProject();
    const broken = path.join(temporaryFolder(), 'Broken.shotluck');
    const other = startTestCore();
    await other.core.services.projects.createIn(path.dirname(broken), 'Broken');
    await other.core.close();
    writeFileSync(path.join(broken, 'project.db'), 'no database at all, and long enough to have a header '.repeat(10));
    const before = createHash('sha256')
      .update(readFileSync(path.join(broken, 'project.db')))
      .digest('hex');

    await expect(core.services.projects.openFolder(broken)).rejects.toMatchObject({ code: 'damaged' });
    expect(await api.projects.current({})).toMatchObject({ name: 'Demo' });
    expect(
      createHash('sha256')
        .update(readFileSync(path.join(broken, 'project.db')))
        .digest('hex'),
    ).toBe(before);
  });

  it('are reopened at start, unless they cannot be', async () => {
    const first = await withProject();
    await first.core.close();
    const second = startTestCore({ dataDir: first.dataDir });
    expect(await second.core.services.projects.reopenLast()).toMatchObject({ name: 'Demo' });
    await second.core.close();

    writeFileSync(path.join(first.info.displayPath, 'project.db'), 'spoilt '.repeat(100));
    const third = startTestCore({ dataDir: first.dataDir });
    expect(await third.core.services.projects.reopenLast()).toBeNull();
    expect(noticesOf(third)).toMatchObject([{ level: 'warning', title: '"Demo" was not opened' }]);
  });

  it('carry no traces of removed videos once history has forgotten them', async () => {
    const test = await withProject();
    const videoId = await addMeasuredVideo(test);
    test.core.services.videos.remove([videoId], 'ann');
    const { projects } = test.core.services;
    const reopened = async () => {
      await projects.close();
      await projects.openFolder(test.info.displayPath);
      return projects.access.session().db;
    };
    const count = 'SELECT count(*) AS count FROM video_files';
    expect((await reopened()).prepare(count).get()).toEqual({ count: 1 });
    projects.access.session().db.exec('DELETE FROM history');
    expect((await reopened()).prepare(count).get()).toEqual({ count: 0 });
  });
});

describe('small files of the studio', () => {
  it('that are damaged are set aside with a notice, and work goes on', async () => {
    const dataDir = temporaryFolder();
    writeFileSync(path.join(dataDir, 'settings.json'), '{"theme": "pink"');
    writeFileSync(path.join(dataDir, 'recent-projects.json'), '[{"folder": 7}]');
    const test = startTestCore({ dataDir });
    expect(await test.as('ann').api.projects.recent({})).toEqual([]);
    expect((await test.as('ann').api.settings.get({})).theme).toBe('system');
    expect(
      readdirSync(dataDir)
        .filter((name) => name.includes('.damaged-'))
        .map((name) => name.split('.')[0]),
    ).toEqual(['recent-projects', 'settings']);
    expect(existsSync(path.join(dataDir, 'settings.json'))).toBe(false);
  });

  it('report their damage to the first client that comes', async () => {
    const dataDir = temporaryFolder();
    writeFileSync(path.join(dataDir, 'settings.json'), 'oops');
    const test = startTestCore({ dataDir });
    const notice = new Promise((resolve) => test.as('ann').on('notice', resolve));
    expect(await notice).toMatchObject({ level: 'warning', title: words('base.settingsDamaged') });
  });

  it('keep settings across restarts and refuse what does not fit', async () => {
    const first = startTestCore();
    const { api } = first.as('ann');
    await api.settings.personalise({ theme: 'dark', userName: 'Ann' });
    await expect(api.settings.update({ framesPerShot: 99 })).rejects.toMatchObject({ code: 'invalid-input' });
    const second = startTestCore({ dataDir: first.dataDir });
    expect(await second.as('ben').api.settings.get({})).toMatchObject({ theme: 'dark', userName: 'Ann', framesPerShot: 4 });
  });

  it('take defaults for settings that an older studio did not know', async () => {
    const dataDir = temporaryFolder();
    writeFileSync(path.join(dataDir, 'settings.json'), '{"theme": "dark"}');
    expect(await startTestCore({ dataDir }).as('ann').api.settings.get({})).toMatchObject({ theme: 'dark', keymap: 'studio' });
  });
});
