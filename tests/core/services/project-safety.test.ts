import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { resultOf } from '../../helpers/job-result.ts';
import { addMeasuredVideo, startTestCore, temporaryFolder } from '../../helpers/test-core.ts';
import { noticesOf } from '../../helpers/notices.ts';
import { writerOf } from '../../helpers/leftover-names.ts';

const editingProcess = path.resolve(import.meta.dirname, '../../helpers/editing-process.ts');

/** An open project with one measured video, and the person who works on it. */
async function openProject() {
  const test = startTestCore();
  const { api } = test.as('ann');
  const info = await api.projects.create({ name: 'Demo' });
  return { ...test, api, info, folder: info.displayPath, videoId: await addMeasuredVideo(test) };
}

/** Another studio, in a process of its own, that edits the project until it is killed; resolves once an edit was acknowledged. */
async function editElsewhere(dataDir: string, folder: string, videoId: string) {
  const editor = spawn(process.execPath, [editingProcess, dataDir, folder, videoId], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void editor.kill('SIGKILL'));
  const acknowledged: string[] = [];
  const lines = createInterface({ input: editor.stdout });
  lines.on('line', (line) => acknowledged.push(line));
  await once(lines, 'line');
  return {
    acknowledged,
    async kill(): Promise<void> {
      const ended = once(editor, 'exit');
      editor.kill('SIGKILL');
      await ended;
    },
  };
}

/** Overwrites the middle of a file, as a failing disk does. */
function spoilMiddle(file: string): void {
  const handle = openSync(file, 'r+');
  const { size } = statSync(file);
  for (let offset = 4_096; offset < size; offset += 4_096) writeSync(handle, Buffer.alloc(600, 0xaa), 0, 600, offset);
  closeSync(handle);
}

describe('a project that another studio has open', () => {
  it('is only read, also when its lock file was deleted', async () => {
    const first = await openProject();
    await first.core.close();
    const editor = await editElsewhere(first.dataDir, first.folder, first.videoId);
    rmSync(path.join(first.folder, '.lock'));
    const second = startTestCore();
    expect(await second.core.services.projects.openFolder(first.folder)).toMatchObject({ readOnly: 'other-studio' });
    const { api } = second.as('ben');
    expect(await api.shots.list({ videoId: first.videoId })).not.toHaveLength(0);
    await expect(api.texts.edit({ videoId: first.videoId, shotId: null, kind: 'summary', text: 'Mine' })).rejects.toMatchObject({
      code: 'read-only',
    });
    await second.core.services.projects.close();

    // Neither file is needed: without both, nobody gets in.
    rmSync(path.join(first.folder, '.lock'));
    rmSync(path.join(first.folder, '.state.json'), { force: true });
    expect(await second.core.services.projects.openFolder(first.folder)).toMatchObject({ readOnly: 'other-studio' });

    await editor.kill();
    expect(await second.core.services.projects.openFolder(first.folder)).toMatchObject({ readOnly: null });
  });

  it('can be changed again once it was closed there, although others still read it', async () => {
    const first = await openProject();
    const reader = startTestCore();
    await reader.core.services.projects.openFolder(first.folder);
    await first.core.services.projects.close();
    rmSync(path.join(first.folder, '.lock'));
    expect(await first.core.services.projects.openFolder(first.folder)).toMatchObject({ readOnly: null });
    expect((await reader.as('ben').api.videos.list({})).videos).toHaveLength(1);
  });
});

describe('a project that cannot be changed', () => {
  it('of a newer studio is shown as far as it is known, and stays as it is', async () => {
    const test = await openProject();
    await test.api.projects.close({});
    const file = path.join(test.folder, 'project.db');
    const db = new Database(file);
    db.pragma('user_version = 9999');
    db.close();
    const before = readFileSync(file);
    expect(await test.core.services.projects.openFolder(test.folder)).toMatchObject({ readOnly: 'newer', videoCount: 1 });
    await expect(test.api.videos.remove({ videoIds: [test.videoId] })).rejects.toMatchObject({ code: 'read-only' });
    await test.api.projects.close({});
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('can still be exported, elsewhere', async () => {
    const test = await openProject();
    const { ref } = test.info;
    await test.api.projects.close({});
    await test.api.projects.open({ ref, readOnly: true });
    const [jobId] = await test.api.jobs.enqueue({ requests: [{ kind: 'export', formatId: 'shot2story', options: {} }] });
    await test.core.services.jobs.idle();
    const [job] = await test.api.jobs.list({});
    expect(job).toMatchObject({ id: jobId, state: 'done' });
    expect(resultOf(job, 'export').folder).toContain(path.join(test.dataDir, 'exports'));
    await expect(test.api.jobs.enqueue({ requests: [{ kind: 'detect', videoId: test.videoId }] })).rejects.toMatchObject({
      code: 'read-only',
    });
    await test.api.projects.close({});
    // Asked for plainly it is open for writing again, and the export has left nothing in its queue.
    expect(await test.api.projects.open({ ref })).toMatchObject({ readOnly: null });
    expect((await test.api.jobs.list({})).filter(({ kind }) => kind === 'export')).toEqual([]);
  });
});

describe('a project folder that is moved while it is open', () => {
  it('gets no second folder in its old place, and nothing more is acknowledged until it is opened again', async () => {
    const test = await openProject();
    const notices = noticesOf(test);
    await test.api.texts.edit({ videoId: test.videoId, shotId: null, kind: 'summary', text: 'Before the move' });
    const moved = path.join(test.dataDir, 'Elsewhere.shotluck');
    renameSync(test.folder, moved);
    let edits = 0;
    await expect
      .poll(() =>
        test.api.texts
          .edit({ videoId: test.videoId, shotId: null, kind: 'summary', text: `After the move ${++edits}` })
          .catch((error: unknown) => error),
      )
      .toMatchObject({ code: 'read-only' });
    expect(await test.api.projects.current({})).toMatchObject({ readOnly: 'moved' });
    expect(notices).toContainEqual(
      expect.objectContaining({ level: 'error', message: expect.stringContaining('Open it from its new location') }),
    );
    await test.api.projects.close({});
    expect(existsSync(test.folder)).toBe(false);

    await test.core.services.projects.openFolder(moved);
    const [summary] = await test.api.texts.current({ videoId: test.videoId });
    expect(summary?.text).toMatch(/^(Before|After) the move/);
  });
});

describe('work that has gone missing between two sessions', () => {
  it('is reported when the write-ahead log was left behind', async () => {
    const first = await openProject();
    await first.core.close();
    const editor = await editElsewhere(first.dataDir, first.folder, first.videoId);
    await expect.poll(() => editor.acknowledged.length).toBeGreaterThan(20);
    await editor.kill();
    rmSync(path.join(first.folder, 'project.db-wal'));
    const second = startTestCore({ dataDir: first.dataDir });
    const notices = noticesOf(second);
    await second.core.services.projects.openFolder(first.folder);
    expect(notices).toContainEqual(
      expect.objectContaining({
        level: 'error',
        title: 'The last work on "Demo" may be missing',
        message: expect.stringContaining('project.db-wal'),
      }),
    );
  });

  it('is reported when the write-ahead log was damaged', async () => {
    const first = await openProject();
    await first.core.close();
    const editor = await editElsewhere(first.dataDir, first.folder, first.videoId);
    await expect.poll(() => editor.acknowledged.length).toBeGreaterThan(20);
    await editor.kill();
    const handle = openSync(path.join(first.folder, 'project.db-wal'), 'r+');
    // The first page of the log: what is further behind may be of an earlier round, and worth nothing.
    writeSync(handle, Buffer.alloc(64, 0xaa), 0, 64, 200);
    closeSync(handle);
    const second = startTestCore({ dataDir: first.dataDir });
    const notices = noticesOf(second);
    expect(await second.core.services.projects.openFolder(first.folder)).toMatchObject({ readOnly: null });
    expect(notices).toContainEqual(
      expect.objectContaining({
        level: 'error',
        title: 'The last work on "Demo" may be missing',
        message: expect.stringMatching(/project\.db-wal.*damaged.*\d+ of the last changes/),
      }),
    );
  });

  it('is reported when an older file was put in its place', async () => {
    const test = await openProject();
    const notices = noticesOf(test);
    await test.api.projects.close({});
    const file = path.join(test.folder, 'project.db');
    copyFileSync(file, `${file}.old`);
    await test.api.projects.open({ ref: test.info.ref });
    for (const frame of [10, 20, 30]) await test.api.shots.split({ videoId: test.videoId, frame });
    await test.api.projects.close({});
    renameSync(`${file}.old`, file);
    await test.api.projects.open({ ref: test.info.ref });
    expect(notices).toContainEqual(
      expect.objectContaining({
        title: 'The last work on "Demo" may be missing',
        message: expect.stringContaining('At least 3 of the last edits'),
      }),
    );
  });

  it('is not reported after a crash that lost nothing', async () => {
    const first = await openProject();
    await first.core.close();
    const editor = await editElsewhere(first.dataDir, first.folder, first.videoId);
    await editor.kill();
    const second = startTestCore({ dataDir: first.dataDir });
    const notices = noticesOf(second);
    await second.core.services.projects.openFolder(first.folder);
    expect(notices).toEqual([]);
  });
});

describe('damage', () => {
  it.each([
    ['cut off', (file: string) => truncateSync(file, 8_192)],
    ['overwritten from its beginning on', (file: string) => writeFileSync(file, Buffer.alloc(4_096), { flag: 'r+' })],
  ])('to the file of an open project ends the acknowledging of edits: %s', async (_what, damage) => {
    const test = await openProject();
    await test.api.projects.close({});
    await test.api.projects.open({ ref: test.info.ref });
    const notices = noticesOf(test);
    damage(path.join(test.folder, 'project.db'));
    let acknowledged = 0;
    await expect
      .poll(async () => {
        try {
          await test.api.shots.split({ videoId: test.videoId, frame: ++acknowledged });
          return 'acknowledged';
        } catch (error) {
          return error;
        }
      })
      .toMatchObject({ code: expect.stringMatching(/read-only|damaged/) });
    expect(await test.api.projects.current({})).toMatchObject({ readOnly: 'damaged' });
    expect(notices).toContainEqual(expect.objectContaining({ level: 'error', message: expect.stringContaining('Restore a backup') }));
  });

  it('shows a project as broken at start, with a backup to restore; the damaged file is kept', async () => {
    const first = await openProject();
    await first.api.shots.split({ videoId: first.videoId, frame: 40 });
    await first.core.close();
    const file = path.join(first.folder, 'project.db');
    spoilMiddle(file);
    const damaged = readFileSync(file);

    const second = startTestCore({ dataDir: first.dataDir });
    const { api } = second.as('ann');
    expect(await second.core.services.projects.reopenLast()).toBeNull();
    const [broken] = await api.projects.recent({});
    expect(broken).toMatchObject({ name: 'Demo', isMissing: false, problem: { code: 'damaged' } });
    const { ref } = first.info;
    const [backup] = await api.projects.backups({ ref });
    expect(backup).toMatchObject({ kind: 'automatic', counts: { videos: 1, shots: 2, texts: 0 } });

    expect(await api.projects.restore({ ref, backupId: backup?.id ?? '' })).toMatchObject({ readOnly: null, shotCount: 2 });
    expect(await api.shots.list({ videoId: first.videoId })).toHaveLength(2);
    expect(await api.projects.recent({})).toMatchObject([{ problem: null }]);
    const [aside] = readdirSync(path.join(first.folder, 'backups')).filter((name) => name.startsWith('set-aside-'));
    expect(readFileSync(path.join(first.folder, 'backups', aside ?? '')).equals(damaged)).toBe(true);
  });

  it('to a backup is noticed before it takes the place of anything', async () => {
    const test = await openProject();
    await test.api.projects.backUp({});
    const [backup] = await test.api.projects.backups({ ref: test.info.ref });
    spoilMiddle(path.join(test.folder, 'backups', backup?.id ?? ''));
    await expect(test.api.projects.restore({ ref: test.info.ref, backupId: backup?.id ?? '' })).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('Nothing was changed'),
    });
    expect(await test.api.projects.current({})).toMatchObject({ name: 'Demo', videoCount: 1, readOnly: null });
  });

  it('to a row that everything is read from leaves the studio running, with the project as broken', async () => {
    const first = await openProject();
    await first.core.close();
    const db = new Database(path.join(first.folder, 'project.db'));
    db.exec(`UPDATE video_files SET probe = '{"width": '`);
    db.close();
    const second = startTestCore({ dataDir: first.dataDir });
    expect(await second.core.services.projects.reopenLast()).toBeNull();
    expect(await second.as('ann').api.projects.recent({})).toMatchObject([
      { name: 'Demo', problem: { code: 'internal', message: expect.stringContaining('restore a backup') } },
    ]);
    expect(await second.as('ann').api.projects.create({ name: 'Another' })).toMatchObject({ name: 'Another' });
  });
});

it('a project that is only read stays open when it cannot be opened for editing', async () => {
  const first = await openProject();
  await first.core.close();
  const second = startTestCore({ dataDir: first.dataDir });
  const { api } = second.as('ann');
  const { ref } = first.info;
  await api.projects.open({ ref, readOnly: true });
  const db = new Database(path.join(first.folder, 'project.db'));
  db.exec(`UPDATE video_files SET probe = '{"width": '`);
  db.close();
  await expect(api.projects.open({ ref })).rejects.toMatchObject({ code: 'internal' });
  expect(await api.projects.current({})).toMatchObject({ ref, readOnly: 'asked' });
  expect(await api.shots.list({ videoId: first.videoId })).toHaveLength(1);
});

describe('what a killed studio left half written', () => {
  it('is gone once the project is opened again; files of people stay', async () => {
    const test = await openProject();
    await test.api.projects.close({});
    const at = (...names: string[]): string => path.join(test.folder, ...names);
    const dead = 2 ** 22 + 7;
    // In a container, every studio has the number of the one before it.
    const ofOurNumber = at('exports', `rows.json.${writerOf(process.pid)}-5e6f7a8b.part`);
    const leftovers = [
      ofOurNumber,
      at('cache', 'waveform.bin.part'),
      at('exports', `rows.json.${writerOf(dead)}.part`),
      at('backups', `2026-01-01T00-00-00.000Z.db.${writerOf(dead)}.part-wal`),
      at(`.state.json.${writerOf(dead)}.part`),
    ];
    for (const file of [...leftovers, at('exports', 'my notes.2019.part')]) writeFileSync(file, 'half');
    await test.api.projects.open({ ref: test.info.ref });
    expect(leftovers.filter((file) => existsSync(file))).toEqual([]);
    expect(existsSync(at('exports', 'my notes.2019.part'))).toBe(true);
  });
});

describe('backups', () => {
  it('are whole while work goes on, and a copied project can be opened from one', async () => {
    const test = await openProject();
    const backingUp = test.api.projects.backUp({});
    for (let frame = 1; frame < 60; frame++) await test.api.shots.split({ videoId: test.videoId, frame });
    await backingUp;
    const [backup] = await test.api.projects.backups({ ref: test.info.ref });
    const copy = path.join(temporaryFolder(), 'Copy.shotluck');
    cpSync(path.join(test.folder, 'backups'), path.join(copy, 'backups'), { recursive: true });
    const other = startTestCore();
    expect(await other.core.services.projects.restoreIn(copy, backup?.id ?? '')).toMatchObject({ name: 'Copy', videoCount: 1 });
  });

  it('are kept when they were just made, also under a clock that was set back', async () => {
    const test = await openProject();
    for (const frame of [10, 20, 30, 40]) {
      test.clock.advance(60_000);
      await test.api.shots.split({ videoId: test.videoId, frame });
      await test.api.projects.backUp({});
    }
    test.clock.setWall(-200_000);
    await test.api.shots.split({ videoId: test.videoId, frame: 50 });
    const backups = await test.api.projects.backUp({});
    expect(backups.map(({ counts }) => counts?.shots)).toContain(6);
  });

  it('are made when a project closes after changes, and not without', async () => {
    const test = await openProject();
    await test.api.projects.close({});
    const reopened = await test.api.projects.open({ ref: test.info.ref });
    await test.api.projects.close({});
    expect(await test.api.projects.backups({ ref: reopened.ref })).toHaveLength(1);
  });

  it('are made once however many ask for the end, who all wait for it', async () => {
    const test = await openProject();
    await test.api.shots.split({ videoId: test.videoId, frame: 10 });
    const { projects } = test.core.services;
    await Promise.all([projects.close(), test.core.close(), test.core.close(), projects.close()]);
    const left = readdirSync(path.join(test.folder, 'backups'));
    expect(left).toEqual([expect.stringMatching(/^[\dTZ.-]+\.db$/u)]);
    expect(projects.current()).toBeNull();
  });

  it('that are too large to be counted while people wait are no broken ones', async () => {
    const test = await openProject();
    mkdirSync(path.join(test.folder, 'backups'));
    const [large, broken] = ['2026-01-02T00-00-00.000Z.db', '2026-01-01T00-00-00.000Z.db'];
    for (const [name, size] of [
      [large, 300 * 1024 ** 2],
      [broken, 10_000],
    ] as const) {
      const file = path.join(test.folder, 'backups', name);
      writeFileSync(file, '');
      truncateSync(file, size);
    }
    const listed = await test.api.projects.backups({ ref: test.info.ref });
    expect(listed.map(({ id, counts, isUnreadable }) => [id, counts, isUnreadable])).toEqual([
      [large, null, false],
      [broken, null, true],
    ]);
  });
});
