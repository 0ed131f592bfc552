import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import type { WritableDb } from '#core/base/db/database.ts';
import { startTestCore } from '../../helpers/test-core.ts';

const SHOTS = 600;

const record = {
  video: 'video.mp4',
  video_names: Array.from({ length: SHOTS }, (_, index) => `video_${index * 10}_${index * 10 + 9}.mp4`),
  captions: Array.from({ length: SHOTS }, (_, index) => (index === 0 ? '' : `Dog number ${index}.`)),
  audio_captions: Array.from({ length: SHOTS }, (_, index) => `Bark ${index}.`),
  ASR: Array.from({ length: SHOTS }, (_, index) => `Woof ${index}.`),
  whole_caption: 'Dogs.',
};

async function videoOfRecord() {
  const test = startTestCore();
  const { projects, jobs, shots, texts, history, search, videos } = test.core.services;
  await projects.createIn(test.dataDir, 'Demo');
  const file = path.join(test.dataDir, 'set.json');
  writeFileSync(file, JSON.stringify([record]));
  const { grantId } = await test.core.files.grantPath(file);
  const { db } = projects.access.session();
  const written = countWrites(db);
  jobs.enqueue([{ kind: 'import-dataset', formatId: 'shot2story', grantId, options: {} }], false, 'ann');
  await jobs.idle();
  const videoId = videos.list()[0]?.id;
  if (videoId === undefined) throw new Error('a video expected');
  const tables = (): unknown => [
    videos.list(),
    ...['shots', 'revisions', 'transcript_segments'].map((table) => db.prepare(`SELECT * FROM ${table} ORDER BY id`).all()),
  ];
  /** Throws where the index of texts does not say what the texts say. */
  const checkSearch = (): void => void db.prepare(`INSERT INTO text_search (text_search, rank) VALUES ('integrity-check', 1)`).run();
  return { db, shots, texts, history, search, videoId, written, tables, checkSearch };
}

/** How many statements were run that write, one for a row or for many. */
function countWrites(db: WritableDb): () => number {
  let count = 0;
  const seen = new WeakSet<object>();
  const prepare = db.prepare.bind(db);
  vi.spyOn(db, 'prepare').mockImplementation(((sql: string) => {
    const statement = prepare(sql);
    if (seen.has(statement)) return statement;
    seen.add(statement);
    const run = statement.run.bind(statement);
    statement.run = (...values) => {
      count++;
      return run(...values);
    };
    return statement;
  }) as typeof db.prepare);
  return () => {
    const before = count;
    count = 0;
    return before;
  };
}

it('a video of very many shots is written, changed and put back by few statements, and everything is as it was', async () => {
  const { shots, texts, history, search, videoId, written, tables, checkSearch } = await videoOfRecord();
  const counts = { import: written() };
  const imported = tables();
  const all = shots.list(videoId).map(({ id }) => id);
  shots.merge(videoId, all, 'ann');
  Object.assign(counts, { merge: written() });
  const merged = tables();
  expect(shots.list(videoId)).toHaveLength(1);
  expect(texts.current(videoId).map(({ text }) => text)).toEqual(['Dog number 1.', 'Bark 0.', 'Dogs.']);
  checkSearch();
  history.undo('ann');
  Object.assign(counts, { undo: written() });
  expect(tables()).toEqual(imported);
  checkSearch();
  expect(search.text('dog', 1_000).hits).toHaveLength(SHOTS);
  history.redo('ann');
  expect(tables()).toEqual(merged);
  checkSearch();
  history.undo('ann');
  written();
  const ids = texts.current(videoId).map(({ id }) => id);
  texts.setStatus(ids, 'accepted', 'ann');
  Object.assign(counts, { accept: written() });
  history.undo('ann');
  expect(tables()).toEqual(imported);
  written();
  history.undo('ann');
  Object.assign(counts, { undoImport: written() });
  expect(search.text('dog', 1_000).hits).toEqual([]);
  checkSearch();
  history.redo('ann');
  Object.assign(counts, { redoImport: written() });
  expect(tables()).toEqual(imported);
  checkSearch();
  expect(Math.max(...Object.values(counts)), JSON.stringify(counts)).toBeLessThan(SHOTS / 3);
});
