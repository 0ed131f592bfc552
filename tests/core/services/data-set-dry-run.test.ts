import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { words } from '#shared/words/words.ts';
import { startTestCore } from '../../helpers/test-core.ts';
import { dataSetProject } from '../../helpers/data-set-project.ts';

const record = (number: number, changes: object = {}) => ({
  video: `walk-${number}.mp4`,
  video_names: [`walk-${number}_0_24.mp4`],
  captions: [`Caption ${number}.`],
  whole_caption: 'A walk.',
  ...changes,
});
const setOf = (...records: readonly unknown[]) => ({ format: 'shot2story', content: JSON.stringify(records) });

describe('before an import', () => {
  it('it says what would come in: videos that are found, missing, or there already, and what would be refused and why', async () => {
    const { importSet, preview, makeVideos, content } = await dataSetProject();
    await makeVideos({ 'media/walk-2.mp4': 25, 'media/deep/walk-3.mp4': 25 });
    await importSet(setOf(record(1)));
    const before = content();
    const set = setOf(record(1), record(2), record(3), record(4, { captions: [] }), 'not a record');
    expect(await preview({ ...set, media: 'media' })).toEqual({
      records: 5,
      videos: 3,
      shots: 3,
      texts: 6,
      missingFiles: 1,
      missing: ['walk-1.mp4'],
      gaveWay: 0,
      givingWay: [],
      alreadyThere: 1,
      known: ['walk-1.mp4'],
      refusedRecords: 2,
      refused: [
        { where: 'record 4, walk-4.mp4', reason: 'captions has 0 entries, video_names 1' },
        { where: 'record 5', reason: expect.stringContaining('not an object') },
      ],
      notes: [],
      problem: null,
      licenceNote: expect.stringContaining('CC BY-NC-SA 4.0'),
    });
    expect(content()).toEqual(before);
  });

  it('a file that is broken shows what lies before that place, and what is wrong', async () => {
    const { preview, content } = await dataSetProject();
    const whole = JSON.stringify([record(1), record(2), record(3)]);
    const seen = await preview({ format: 'shot2story', content: whole.slice(0, whole.indexOf('walk-3')) });
    expect(seen).toMatchObject({ records: 2, videos: 2, problem: { key: 'exchange.setBroken' } });
    expect(content()).toEqual([]);
  });

  it('what an import brings is what was said of it', async () => {
    const { preview, importSet, makeVideos, result } = await dataSetProject();
    await makeVideos({ 'media/walk-1.mp4': 25 });
    const set = { ...setOf(record(1), record(2), record(3, { video: 7 })), media: 'media' };
    const { known, givingWay, alreadyThere, problem, ...said } = await preview(set);
    const { stamp, ...brought } = result(await importSet(set));
    expect(brought).toEqual(said);
    expect(stamp).toMatch(/bytes/u);
    expect([said.missing, known, givingWay, alreadyThere, problem]).toEqual([['walk-2.mp4'], [], [], 0, null]);
  });
});

describe('an import of all or nothing', () => {
  it('brings everything where every record can be used', async () => {
    const { importSet, result, videos } = await dataSetProject();
    const job = await importSet({ ...setOf(record(1), record(2)), isAllOrNothing: true });
    expect([job.state, result(job).videos, videos.list().length]).toEqual(['done', 2, 2]);
  });

  it('brings nothing where one cannot, and says which, where and why', async () => {
    const { importSet, content, core } = await dataSetProject();
    const job = await importSet({ ...setOf(record(1), record(2, { captions: [] }), record(3)), isAllOrNothing: true });
    expect(job.state).toBe('failed');
    expect(job.error?.message).toBe(
      'One record cannot be used (record 2, walk-2.mp4: captions has 0 entries, video_names 1), so nothing was imported.',
    );
    expect(job.result).toMatchObject({ records: 3, videos: 0, refusedRecords: 1, refused: [{ where: 'record 2, walk-2.mp4' }] });
    expect(content()).toEqual([]);
    expect(core.services.history.list(10)).toEqual([]);
  });

  it('brings nothing where one is no JSON, and says where that is', async () => {
    const { importSet, content } = await dataSetProject();
    const text = JSON.stringify([record(1), record(2), record(3)]).replace('Caption 2.', 'Caption\n2.');
    const job = await importSet({ format: 'shot2story', content: text, isAllOrNothing: true });
    expect([job.state, job.error?.message]).toEqual([
      'failed',
      expect.stringMatching(
        /^One record cannot be used \(record 2, walk-2\.mp4: it is not valid JSON: Bad control character .*, line 1, column \d+ of the file\)/u,
      ),
    ]);
    expect(content()).toEqual([]);
  });

  it('brings nothing of a file that is broken', async () => {
    const { importSet, content } = await dataSetProject();
    const job = await importSet({ format: 'shot2story', content: JSON.stringify([record(1)]).slice(0, -1), isAllOrNothing: true });
    expect([job.state, job.error?.message]).toEqual([
      'failed',
      expect.stringMatching(/ends after record 1, without the bracket that closes it\. Nothing was changed\.$/u),
    ]);
    expect(content()).toEqual([]);
  });

  it('takes back what it brought when the file changes in between, and the same import brings all of the mended file', async () => {
    const { importSet, content, at, core, jobs } = await dataSetProject();
    const longText = 'word '.repeat(2_000);
    const set = Array.from({ length: 200 }, (_, index) => record(index + 1, { whole_caption: longText }));
    let wasThere = 0;
    const stopWatching = core.events.on('changed', ({ table }) => {
      if (table !== 'videos' || wasThere > 0) return;
      wasThere = core.services.videos.list().length;
      const other = set.map((one, index) => (index === 199 ? record(200, { captions: [] }) : one));
      writeFileSync(at('set.json'), JSON.stringify(other));
    });
    const job = await importSet({ ...setOf(...set), isAllOrNothing: true });
    stopWatching();
    expect(wasThere).toBeGreaterThan(0);
    expect([job.state, job.error?.message]).toEqual(['failed', 'The file changed while it was being read. Nothing was changed.']);
    expect(content()).toEqual([]);
    expect(core.services.history.redo('ann')).toBeNull();
    writeFileSync(at('set.json'), JSON.stringify(set));
    jobs.retry([job.id]);
    await jobs.idle();
    expect(content()).toHaveLength(200);
    expect(core.services.history.undo('ann')?.label).toEqual(words('edits.importDataset'));
    expect(content()).toEqual([]);
  });

  it('that is cancelled leaves nothing', async () => {
    const { importSet, content, core, jobs } = await dataSetProject();
    const set = Array.from({ length: 400 }, (_, index) => record(index + 1, { whole_caption: 'word '.repeat(2_000) }));
    const stopWatching = core.events.on('changed', ({ table }) => {
      if (table === 'videos') void jobs.cancel([jobs.list().at(-1)?.id ?? never()]);
    });
    const job = await importSet({ ...setOf(...set), isAllOrNothing: true });
    stopWatching();
    expect(job).toMatchObject({ state: 'cancelled', result: { videos: 0 } });
    expect(content()).toEqual([]);
  });
});

describe('an import of all or nothing that the end of the studio interrupts', () => {
  const long = Array.from({ length: 400 }, (_, index) => record(index + 1, { whole_caption: 'word '.repeat(2_000) }));

  /** Closes the studio once a part is in the project, and opens the project in another one after `between`. */
  async function interrupted(between: (file: string) => void) {
    const first = await dataSetProject();
    const closed = new Promise<void>((resolve) => {
      const stopWatching = first.core.events.on('changed', ({ table }) => {
        if (table !== 'videos') return;
        stopWatching();
        void first.core.close().then(resolve);
      });
    });
    void first.importSet({ ...setOf(...long), isAllOrNothing: true }).catch(() => undefined);
    await closed;
    between(first.at('set.json'));
    const { core } = startTestCore({ dataDir: first.dataDir });
    const { projects, jobs, videos } = core.services;
    await projects.openFolder(first.at('Demo.shotluck'));
    const before = videos.list().length;
    await jobs.idle();
    return { before, after: videos.list().length, job: jobs.list()[0] };
  }

  it('goes on at its next start', async () => {
    const { before, after, job } = await interrupted(() => undefined);
    expect([before > 0 && before < 400, after, job?.state]).toEqual([true, 400, 'done']);
  });

  it('takes back what it had brought if the file is another one by then', async () => {
    const { before, after, job } = await interrupted((file) => writeFileSync(file, JSON.stringify(long.slice(1))));
    expect([before > 0, after, job?.state]).toEqual([true, 0, 'failed']);
    expect(job?.error?.message).toContain('The file changed while it was being read');
  });
});

function never(): never {
  throw new Error('a job expected');
}
