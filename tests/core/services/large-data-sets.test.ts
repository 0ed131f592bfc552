import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { plain } from '#shared/words/words.ts';
import { timeTurns } from '../../helpers/longest-turn.ts';
import { addMeasuredVideo, startTestCore, temporaryFolder, type TestCore } from '../../helpers/test-core.ts';

const record = (index: number, words: number) => ({
  video: `v${index}.mp4`,
  video_names: [`v${index}_0_9.mp4`, `v${index}_10_19.mp4`],
  captions: ['A dog '.repeat(words), 'It barks.'],
  ASR: ['hello', ''],
  whole_caption: 'Dogs. '.repeat(words),
});

async function importSet(test: TestCore, records: readonly unknown[]): Promise<void> {
  await test.core.services.projects.createIn(test.dataDir, 'Demo');
  await enqueueImport(test, records);
  await test.core.services.jobs.idle();
}

async function enqueueImport(test: TestCore, records: readonly unknown[]): Promise<void> {
  const file = path.join(test.dataDir, 'set.json');
  writeFileSync(file, JSON.stringify(records));
  const { grantId } = await test.core.files.grantPath(file);
  test.core.services.jobs.enqueue([{ kind: 'import-dataset', formatId: 'shot2story', grantId, options: {} }], false, 'ann');
}

it.skipIf(process.platform === 'win32')('a data set goes in and out while pictures of other videos are drawn', async () => {
  const ffmpegPath = path.join(temporaryFolder(), 'ffmpeg');
  writeFileSync(ffmpegPath, '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 });
  const test = startTestCore({ config: { ffmpegPath } });
  const { projects, jobs } = test.core.services;
  await projects.createIn(test.dataDir, 'Demo');
  jobs.enqueueArtwork([await addMeasuredVideo(test)], 'ann');
  const states = (): string[] => jobs.list().map(({ kind, state }) => `${kind} ${state}`);
  await vi.waitFor(() => expect(states()).toContain('thumbnails running'));
  await enqueueImport(test, [record(0, 3)]);
  jobs.enqueue([{ kind: 'export', formatId: 'shot2story', options: { texts: 'all' } }], false, 'ann');
  await vi.waitFor(() => expect(states()).toEqual(expect.arrayContaining(['import-dataset done', 'export done'])), 10_000);
  expect(states()).toContain('thumbnails running');
});

it('while a large data set is imported, everybody else has a turn again and again', { timeout: 60_000 }, async () => {
  const test = startTestCore();
  const { allMs, longestMs } = await timeTurns(
    importSet(
      test,
      Array.from({ length: 2_000 }, (_, index) => record(index, 100)),
    ),
  );
  expect(test.core.services.videos.list()).toHaveLength(2_000);
  expect(longestMs).toBeLessThan(allMs / 4);
});

it('an export of very many videos has each once, in the order of the project, long ones too', { timeout: 60_000 }, async () => {
  const test = startTestCore();
  await importSet(
    test,
    Array.from({ length: 200 }, (_, index) => record(index, index % 40 === 7 ? 20_000 : 2)),
  );
  const { exports } = test.core.services;
  const out = path.join(test.dataDir, 'out');
  await exports.write(
    { formatId: 'shot2story', options: { texts: 'all' } },
    { folder: out, manifestName: 'manifest.json' },
    { signal: new AbortController().signal, onProgress: () => undefined },
  );
  const written = JSON.parse(await readFile(path.join(out, 'shot2story.json'), 'utf8')) as readonly unknown[];
  expect(written).toEqual(JSON.parse(await readFile(path.join(test.dataDir, 'set.json'), 'utf8')));
});

it('an export that writes clips for long has what people write meanwhile about the videos that follow', async () => {
  const test = startTestCore();
  await importSet(test, [record(0, 1), record(1, 1)]);
  const { documents, videos, history } = test.core.services;
  const ids = videos.list().map(({ id }) => id);
  const summaries: (string | undefined)[] = [];
  for await (const document of documents.source(ids)()) {
    summaries.push(document.texts.find(({ kind }) => kind === 'summary')?.text);
    history.record({ actor: 'ann', label: plain('Write'), videoId: ids[1] ?? null }, (db) =>
      db.prepare("UPDATE revisions SET text = 'Cats.' WHERE video_id = ? AND kind = 'summary'").run(ids[1]),
    );
    await wait(600);
  }
  expect(summaries).toEqual(['Dogs. ', 'Cats.']);
});
