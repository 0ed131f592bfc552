import { changedRecords } from '#core/project/history/changed-records.ts';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Events } from '#shared/contract/events.ts';
import { seenText } from '#shared/domain/text.ts';
import { inEnglish, plain, words } from '#shared/words/words.ts';
import { addMeasuredVideo, startTestCore, startWithVideo } from '../../helpers/test-core.ts';

describe('undo and redo', () => {
  it('takes steps back and does them again, in order', async () => {
    const { as, videoId } = await startWithVideo();
    const { api } = as('ann');
    const [whole] = await api.shots.list({ videoId });
    const split = await api.shots.split({ videoId, frame: 40 });
    expect(await api.shots.split({ videoId, frame: 70 })).toHaveLength(2);
    const splitTwice = await api.shots.list({ videoId });
    expect(splitTwice).toHaveLength(3);

    expect(await api.history.undo({})).toMatchObject({ label: words('edits.splitShot'), state: 'undone' });
    expect(await api.shots.list({ videoId })).toEqual(split);
    await api.history.undo({});
    expect(await api.shots.list({ videoId })).toEqual([whole]);

    expect(await api.history.redo({})).toMatchObject({ label: words('edits.splitShot'), state: 'applied' });
    expect(await api.shots.list({ videoId })).toEqual(split);
    await api.history.redo({});
    expect(await api.shots.list({ videoId })).toEqual(splitTwice);
    expect(await api.history.redo({})).toBeNull();
  });

  it('survives a restart of the core', async () => {
    const first = startTestCore();
    await first.core.services.projects.createIn(first.dataDir, 'Demo');
    const videoId = await addMeasuredVideo(first);
    const [whole] = await first.as('ann').api.shots.list({ videoId });
    const split = await first.as('ann').api.shots.split({ videoId, frame: 40 });
    await first.core.close();

    const second = startTestCore({ dataDir: first.dataDir });
    await second.core.services.projects.openFolder(path.join(first.dataDir, 'Demo.shotluck'));
    const { api } = second.as('ann');
    await api.history.undo({});
    expect(await api.shots.list({ videoId })).toEqual([whole]);
    await api.history.redo({});
    expect(await api.shots.list({ videoId })).toEqual(split);
  });

  it('stays to each person however many steps another one does, also after a restart', async () => {
    const first = await startWithVideo();
    const { videoId } = first;
    const { api: ann } = first.as('ann');
    const { api: eve } = first.as('eve');
    const [whole] = await ann.shots.list({ videoId });
    await ann.shots.split({ videoId, frame: 40 });
    first.core.services.history.record({ actor: 'eve', label: plain('Again and again'), videoId }, (db) => {
      const step = db.prepare(
        `INSERT INTO history (id, actor, label, video_id, change_count, created_at_ms) VALUES (?, 'eve', '{"key":"plain","values":{"text":"x"}}', ?, 0, 0)`,
      );
      for (let count = 0; count < 5_100; count++) step.run(crypto.randomUUID(), videoId);
    });
    await eve.texts.edit({ videoId, shotId: null, kind: 'summary', text: 'A dog.' });
    await first.core.close();

    const second = startTestCore({ dataDir: first.dataDir });
    await second.core.services.projects.openFolder(path.join(first.dataDir, 'Demo.shotluck'));
    const { db } = second.core.services.projects.access.session();
    expect(db.prepare('SELECT count(*) AS steps FROM history WHERE actor = ?').get('eve')).toEqual({ steps: 5_000 });
    await second.as('ann').api.history.undo({});
    expect(await second.as('ann').api.shots.list({ videoId })).toEqual([whole]);
  });

  it('is each person’s own', async () => {
    const { as, videoId } = await startWithVideo();
    await as('ann').api.shots.split({ videoId, frame: 40 });
    await as('ben').api.shots.split({ videoId, frame: 70 });
    await as('ann').api.texts.edit({ videoId, shotId: null, kind: 'summary', text: 'A day at the sea.' });

    expect(await as('ben').api.history.next({})).toMatchObject({ undo: { actor: 'ben' }, redo: null });
    await as('ben').api.history.undo({});
    const shots = await as('ben').api.shots.list({ videoId });
    expect(shots.map((shot) => shot.startFrame)).toEqual([0, 40]);
    expect(await as('ben').api.history.undo({})).toBeNull();
  });

  it('refuses with a conflict when someone else changed the same record since, and is not stuck behind it', async () => {
    const { as, videoId } = await startWithVideo();
    const ann = as('ann').api;
    await ann.videos.setSplit({ videoIds: [videoId], split: 'val' });
    const [, second] = await ann.shots.split({ videoId, frame: 40 });
    if (second === undefined) throw new Error('no second shot');
    const byBen = await as('ben').api.shots.moveBoundary({ videoId, shotId: second.id, frame: 45 });

    await expect(ann.history.undo({})).rejects.toMatchObject({ code: 'conflict' });
    expect(await ann.shots.list({ videoId })).toEqual(byBen);
    expect(await ann.history.undo({})).toMatchObject({ label: words('edits.setSplit', { split: 'val' }) });
    expect((await ann.videos.list({})).videos).toMatchObject([{ split: null, shotCount: 2 }]);
  });

  it('gives back what someone else wrote in between, although one went on with an own earlier step', async () => {
    const { as, core, videoId } = await startWithVideo();
    const [ann, ben] = [as('ann').api, as('ben').api];
    const segments = [{ startUs: 0, endUs: 1_000_000, text: 'Original words', origin: 'import' as const }];
    core.services.transcripts.replace(videoId, segments, { actor: 'ann', label: plain('Import') });
    const [segment] = await ann.transcripts.get({ videoId });
    if (segment === undefined) throw new Error('speech expected');
    const text = async (): Promise<string | undefined> => (await ann.transcripts.get({ videoId }))[0]?.text;
    const edit = (api: typeof ann, words_: string) => api.transcripts.edit({ videoId, segmentId: segment.id, text: words_ });
    await edit(ann, 'Ann’s words');
    await edit(ben, 'Ben’s words');
    await edit(ann, 'Ann’s other words');
    await ann.history.undo({});
    expect(await text()).toBe('Ben’s words');
    await expect(ann.history.undo({})).rejects.toMatchObject({ code: 'conflict' });
    expect(await text()).toBe('Ben’s words');
    await ben.history.undo({});
    expect(await text()).toBe('Ann’s words');
  });

  it('gives back each correction of a piece of speech, also where one followed right after the other', async () => {
    const { as, core, videoId } = await startWithVideo();
    const { api } = as('ann');
    const segments = [{ startUs: 0, endUs: 1_000_000, text: 'Helo', origin: 'import' as const }];
    core.services.transcripts.replace(videoId, segments, { actor: 'ann', label: plain('Import') });
    const [segment] = await api.transcripts.get({ videoId });
    if (segment === undefined) throw new Error('speech expected');
    await api.transcripts.edit({ videoId, segmentId: segment.id, text: 'Hello, it is nice to see you here' });
    await api.transcripts.edit({ videoId, segmentId: segment.id, text: 'x' });
    await api.history.undo({});
    expect(await api.transcripts.get({ videoId })).toMatchObject([{ text: 'Hello, it is nice to see you here' }]);
    await api.history.undo({});
    expect(await api.transcripts.get({ videoId })).toMatchObject([{ text: 'Helo' }]);
  });

  it('leaves no hole where somebody merged shots between two moves of a cut by one gesture', async () => {
    const { as, videoId } = await startWithVideo();
    const [ann, ben] = [as('ann').api, as('ben').api];
    await ann.shots.split({ videoId, frame: 40 });
    await ann.shots.split({ videoId, frame: 70 });
    const [, second, third] = await ann.shots.list({ videoId });
    if (second === undefined || third === undefined) throw new Error('three shots expected');
    await ann.shots.moveBoundary({ videoId, shotId: second.id, frame: 45, gesture: 'g1' });
    await ben.shots.merge({ videoId, shotIds: [second.id, third.id] });
    const merged = await ann.shots.list({ videoId });
    await ann.shots.moveBoundary({ videoId, shotId: second.id, frame: 50, gesture: 'g1' });
    await ann.history.undo({});
    expect(await ann.shots.list({ videoId })).toEqual(merged);
    await ann.shots.split({ videoId, frame: 80 });
    expect(await ann.shots.list({ videoId })).toHaveLength(3);
  });

  it('does not take back the adding of a video in which someone else has worked', async () => {
    const { as, videoId } = await startWithVideo();
    await as('ben').api.texts.edit({ videoId, shotId: null, kind: 'summary', text: 'A day at the sea.' });
    await expect(as('ann').api.history.undo({})).rejects.toMatchObject({ code: 'conflict' });
    expect(await as('ben').api.texts.current({ videoId })).toMatchObject([{ text: 'A day at the sea.' }]);
    expect((await as('ben').api.videos.list({})).videos).toMatchObject([{ shotCount: 1, hasSummary: true }]);
  });

  it('forgets what was undone when a new step is taken', async () => {
    const { as, videoId } = await startWithVideo();
    const { api } = as('ann');
    await api.shots.split({ videoId, frame: 40 });
    await api.history.undo({});
    await api.shots.split({ videoId, frame: 60 });
    expect(await api.history.redo({})).toBeNull();
    expect((await api.shots.list({ videoId })).map((shot) => shot.startFrame)).toEqual([0, 60]);
  });

  it('keeps what was undone when only a job writes', async () => {
    const { as, core, videoId } = await startWithVideo();
    const { api } = as('ann');
    await api.shots.split({ videoId, frame: 40 });
    await api.history.undo({});
    core.services.transcripts.replace(videoId, [{ startUs: 0, endUs: 1, text: 'Hello', origin: 'import' }], {
      actor: 'ann',
      label: plain('Import speech'),
      isBackground: true,
    });
    expect(await api.history.next({})).toMatchObject({
      undo: { label: plain('Import speech') },
      redo: { label: words('edits.splitShot') },
    });
    await api.history.redo({});
    expect(await api.shots.list({ videoId })).toHaveLength(2);
  });

  it('lists the newest step first, with who and how much', async () => {
    const { as, videoId } = await startWithVideo();
    await as('ann').api.shots.split({ videoId, frame: 40 });
    await as('ben').api.texts.edit({ videoId, shotId: null, kind: 'summary', text: 'A day at the sea.' });
    const entries = await as('ann').api.history.list({});
    expect(entries.map(({ actor, label, changeCount }) => ({ actor, label, changeCount }))).toEqual([
      { actor: 'ben', label: words('edits.editSummary'), changeCount: 1 },
      { actor: 'ann', label: words('edits.splitShot'), changeCount: 2 },
      { actor: 'ann', label: words('edits.addVideos', { count: 1 }), changeCount: 2 },
    ]);
  });
});

describe('a step', () => {
  it('announces each table that it touched once', async () => {
    const { as, core, videoId } = await startWithVideo();
    const received: Events['changed'][] = [];
    core.events.on('changed', (payload) => received.push(payload));
    const changed = await as('ann').api.shots.split({ videoId, frame: 40 });
    expect(received).toEqual([
      { table: 'shots', videoId, shots: { changed, gone: [] } },
      { table: 'history', videoId: null },
    ]);
  });

  it('comes with the records that it changed, also when it is taken back; many are to be asked for anew', async () => {
    const { as, core, videoId } = await startWithVideo();
    const { api } = as('ann');
    const [whole] = await api.shots.list({ videoId });
    const [left, right] = await api.shots.split({ videoId, frame: 40 });
    if (left === undefined || right === undefined) throw new Error('not two shots');
    await api.texts.edit({ videoId, shotId: right.id, kind: 'visual', text: 'A dog.' });
    const received: Events['changed'][] = [];
    core.events.on('changed', (payload) => received.push(payload));
    await api.shots.moveBoundary({ videoId, shotId: right.id, frame: 45 });
    expect(received).toMatchObject([
      { table: 'shots', shots: { changed: [{ endFrame: 45 }, { startFrame: 45 }] } },
      { table: 'revisions', texts: { changed: [{ text: 'A dog.', staleReason: words('stale.startMoved') }], gone: [] } },
      { table: 'history' },
    ]);
    for (let step = 0; step < 2; step++) await api.history.undo({});
    received.length = 0;
    await api.history.undo({});
    expect(received[0]).toEqual({ table: 'shots', videoId, shots: { changed: [whole], gone: [left.id] } });
    const many = Array.from({ length: 201 }, (_, index) => ({ table: 'shots' as const, id: `s${index}`, before: {}, after: null }));
    expect(changedRecords('shots', many)).toEqual({});
    expect(changedRecords('shots', many.slice(1)).shots?.gone).toHaveLength(200);
  });

  it('cannot be bypassed: a write outside of history fails and changes nothing', async () => {
    const { core, videoId } = await startWithVideo();
    const { db } = core.services.projects.access.session();
    expect(() => db.prepare('UPDATE shots SET locked = 1').run()).toThrow(/outside of history/);
    expect(core.services.shots.list(videoId)).toMatchObject([{ locked: false }]);
  });

  it('leaves everything as it was when it fails half way', async () => {
    const { core, videoId } = await startWithVideo();
    const { history } = core.services;
    const step = { actor: 'ann', label: plain('Half a step'), videoId };
    expect(() =>
      history.record(step, (db) => {
        db.prepare('UPDATE shots SET locked = 1').run();
        throw new Error('the other half failed');
      }),
    ).toThrow('the other half failed');
    expect(core.services.shots.list(videoId)).toMatchObject([{ locked: false }]);
    expect(history.list(10).map((entry) => inEnglish(entry.label))).not.toContain('Half a step');
  });
});

describe('steps that are stored together', () => {
  it('are announced once they are stored, and each is taken back by itself', async () => {
    const { core, videoId } = await startWithVideo();
    const { history, shots } = core.services;
    const told: string[] = [];
    core.events.on('changed', ({ table }) => told.push(table));
    history.recordTogether(() => {
      shots.split(videoId, { frame: 40 }, 'ann');
      shots.split(videoId, { frame: 70 }, 'ann');
      expect(told).toEqual([]);
    });
    expect(told.filter((table) => table === 'history')).toHaveLength(2);
    expect(shots.list(videoId)).toHaveLength(3);
    history.undo('ann');
    expect(shots.list(videoId)).toHaveLength(2);
  });

  it('are all gone, and nobody hears of them, where one of them fails', async () => {
    const { core, videoId } = await startWithVideo();
    const { history, shots } = core.services;
    const told: string[] = [];
    core.events.on('changed', ({ table }) => told.push(table));
    expect(() =>
      history.recordTogether(() => {
        shots.split(videoId, { frame: 40 }, 'ann');
        throw new Error('the disk is full');
      }),
    ).toThrow('the disk is full');
    expect(told).toEqual([]);
    expect(shots.list(videoId)).toHaveLength(1);
    expect(history.list(10).map(({ label }) => label.key)).not.toContain('edits.splitShot');
  });
});

describe('a text that is typed for minutes', () => {
  const key = { shotId: null, kind: 'summary' as const };

  /** Every write of a text from now on. */
  function countWrites({ core }: Awaited<ReturnType<typeof startWithVideo>>): () => number {
    const { db } = core.services.projects.access.session();
    db.exec(
      'CREATE TEMP TABLE writes (n); CREATE TEMP TRIGGER writing AFTER UPDATE ON main.revisions BEGIN INSERT INTO writes VALUES (1); END',
    );
    return () => db.prepare<[], { count: number }>('SELECT count(*) AS count FROM writes').get()?.count ?? 0;
  }

  it('is one change, which undo and redo apply at once', async () => {
    const test = await startWithVideo();
    const { api } = test.as('ann');
    const { videoId } = test;
    await test.as('ben').api.texts.edit({ videoId, ...key, text: 'Before.' });
    let seen = seenText((await api.texts.current({ videoId }))[0]);
    for (let letters = 1; letters <= 50; letters++)
      seen = seenText(await api.texts.edit({ videoId, ...key, text: 'x'.repeat(letters), seen }));
    // The text of before gave its place to the one that was typed.
    expect((await api.history.list({}))[0]).toMatchObject({ label: words('edits.editSummary'), changeCount: 2 });
    const writes = countWrites(test);
    await api.history.undo({});
    expect(await api.texts.current({ videoId })).toMatchObject([{ text: 'Before.' }]);
    await api.history.redo({});
    expect(await api.texts.current({ videoId })).toMatchObject([{ text: 'x'.repeat(50) }]);
    expect(writes()).toBe(2);
  });

  it('is taken back at once also where an older studio kept each letter, and becomes one change as it goes on', async () => {
    const test = await startWithVideo();
    const { api } = test.as('ann');
    const { videoId } = test;
    const { db } = test.core.services.projects.access.session();
    await test.as('ben').api.texts.edit({ videoId, ...key, text: 'Before.' });
    const typed = await api.texts.edit({ videoId, ...key, text: 'x' });
    const states = ['x', ...Array.from({ length: 49 }, (_, index) => `x${index}`), 'x'];
    const insert = db.prepare(
      `INSERT INTO history_changes SELECT history_sequence, ?, table_name, record_id, json_set(after, '$.text', ?), json_set(after, '$.text', ?)
       FROM history_changes WHERE record_id = ? AND before IS NULL`,
    );
    for (const [index, text] of states.slice(1).entries()) insert.run(index + 2, states[index], text, typed.id);
    db.prepare('UPDATE history SET change_count = 52 WHERE sequence = (SELECT max(sequence) FROM history)').run();
    const writes = countWrites(test);
    await api.history.undo({});
    expect(await api.texts.current({ videoId })).toMatchObject([{ text: 'Before.' }]);
    await api.history.redo({});
    expect(await api.texts.current({ videoId })).toMatchObject([{ text: 'x' }]);
    expect(writes()).toBe(2);
    await api.texts.edit({ videoId, ...key, text: 'xy', seen: seenText(typed) });
    expect((await api.history.list({}))[0]).toMatchObject({ changeCount: 2 });
    await api.history.undo({});
    expect(await api.texts.current({ videoId })).toMatchObject([{ text: 'Before.' }]);
  });
});

describe('a step whose units join', () => {
  it('is taken back and done again whichever record gave its place to another last', async () => {
    const { core, as, videoId } = await startWithVideo();
    const { history } = core.services;
    const { api } = as('ann');
    const step = { actor: 'ann', label: plain('Several units'), videoId, group: { key: 'job:1', joins: 'always' } } as const;
    const [shot] = await api.shots.split({ videoId, frame: 40 });
    if (shot === undefined) throw new Error('not split');
    const first = await api.texts.edit({ videoId, shotId: shot.id, kind: 'visual', text: 'A dog.' });
    const second = await api.texts.edit({ videoId, shotId: null, kind: 'summary', text: 'A day.' });
    const write = (sql: string, ...values: string[]): void => history.record(step, (db) => void db.prepare(sql).run(...values));
    write(`UPDATE revisions SET text = 'A cat.' WHERE id = ?`, first.id);
    write('UPDATE revisions SET is_current = 0 WHERE id = ?', second.id);
    write(`UPDATE revisions SET kind = 'summary', shot_id = NULL WHERE id = ?`, first.id);
    const after = await api.texts.current({ videoId });
    expect(after).toMatchObject([{ kind: 'summary', text: 'A cat.' }]);
    for (let round = 0; round < 2; round++) {
      expect(await api.history.undo({})).toMatchObject({ label: plain('Several units'), changeCount: 2 });
      expect(await api.texts.current({ videoId })).toMatchObject([{ text: 'A dog.' }, { text: 'A day.' }]);
      await api.history.redo({});
      expect(await api.texts.current({ videoId })).toEqual(after);
    }
  });
});
