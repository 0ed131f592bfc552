import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { llavaExporter } from '#core/exchange/formats/exporters/llava.ts';
import { shot2storyExporter } from '#core/exchange/formats/exporters/shot2story.ts';
import { srtExporter } from '#core/exchange/formats/exporters/subtitles.ts';
import { ShotId, VideoId } from '#shared/domain/ids.ts';
import type { Job } from '#shared/domain/job.ts';
import { resultOf } from '../../helpers/job-result.ts';
import { runFfmpeg } from '../../helpers/run-ffmpeg.ts';
import { shotsFromCuts } from '#shared/domain/shot-edit.ts';
import { words, inEnglish } from '#shared/words/words.ts';
import { joinAs, startTestCore } from '../../helpers/test-core.ts';
import { saying } from '../../helpers/saying.ts';

/** A record of one shot; `changes` make it a bad one. */
function record(number: number, changes: Record<string, unknown> = {}) {
  return {
    video: `walk-${number}.mp4`,
    video_names: [`walk-${number}_0_24.mp4`],
    captions: [`Caption ${number}.`],
    whole_caption: 'A walk.',
    ...changes,
  };
}

const records = (count: number) => Array.from({ length: count }, (_, index) => record(index + 1));

/** A project with nothing in it, and a way to import a data set of a given content. */
async function emptyProject() {
  const test = startTestCore();
  await test.core.services.projects.createIn(test.dataDir, 'Demo');
  const { jobs, videos, history } = test.core.services;
  const names = () => videos.list().map((video) => video.name);
  const latest = (): Job => {
    const job = jobs.list().at(-1);
    if (job === undefined) throw new Error('a job expected');
    return job;
  };
  async function importFile(file: string, isReviewed?: boolean): Promise<Job> {
    const { grantId } = await test.core.files.grantPath(file);
    jobs.enqueue([{ kind: 'import-dataset', formatId: 'shot2story', grantId, options: {}, isReviewed }], false, 'ann');
    await jobs.idle();
    return latest();
  }
  const file = path.join(test.dataDir, 'set.json');
  const importText = (text: string | Buffer, isReviewed?: boolean) => {
    writeFileSync(file, text);
    return importFile(file, isReviewed);
  };
  /** With videos of one second, 25 frames, at these places in the folder of media. */
  async function importWithVideos(set: unknown, ...files: readonly string[]): Promise<Job> {
    const media = path.join(test.dataDir, 'media');
    for (const [index, name] of files.entries()) {
      mkdirSync(path.dirname(path.join(media, name)), { recursive: true });
      const look = `color=s=64x48:r=25:d=1:c=0x${String(index).padStart(6, '4')}`;
      await runFfmpeg(['-f', 'lavfi', '-i', look, '-pix_fmt', 'yuv420p', path.join(media, name)]);
    }
    writeFileSync(file, JSON.stringify(set));
    const [{ grantId }, { grantId: mediaGrantId }] = [await test.core.files.grantPath(file), await test.core.files.grantPath(media)];
    jobs.enqueue([{ kind: 'import-dataset', formatId: 'shot2story', grantId, mediaGrantId, options: {} }], false, 'ann');
    await jobs.idle();
    const done = jobs.list().find(({ kind }) => kind === 'import-dataset');
    if (done === undefined) throw new Error('a job expected');
    return done;
  }
  return { ...test, importWithVideos, jobs, videos, history, names, latest, importFile, importText, file };
}

describe('a data set with records that cannot be used', () => {
  it('brings texts and speech as long as they may be, and all of them can be edited', async () => {
    const { core, importText, names, videos } = await emptyProject();
    const [caption, said] = ['very long '.repeat(20_000), 'word '.repeat(39_999).trim()];
    await importText(JSON.stringify([record(1, { captions: [caption], ASR: [said] })]));
    expect(names()).toEqual(['walk-1.mp4']);
    const videoId = videos.list()[0]?.id ?? VideoId.parse('none');
    const ben = await joinAs(core, 'annotator', 'Ben');
    const [text] = await ben.api.texts.current({ videoId });
    const [segment] = await ben.api.transcripts.get({ videoId });
    if (text === undefined || segment === undefined) throw new Error('a caption and speech expected');
    const edited = `x${caption.slice(1)}`;
    await expect(ben.api.texts.edit({ videoId, shotId: text.shotId, kind: text.kind, text: edited })).resolves.toMatchObject({
      text: edited,
    });
    await expect(ben.api.transcripts.edit({ videoId, segmentId: segment.id, text: `${segment.text}!` })).resolves.toMatchObject([
      { text: `${said}!` },
    ]);
  });

  it('gives all the others, lists each bad one with its place, and is one undo step', async () => {
    const { importText, names, history } = await emptyProject();
    const set: unknown[] = records(6);
    set[1] = record(2, { captions: [] });
    set[3] = 'not a record';
    const job = await importText(JSON.stringify(set));
    expect(job).toMatchObject({
      state: 'done',
      result: {
        records: 6,
        videos: 4,
        refusedRecords: 2,
        refused: [
          { where: 'record 2, walk-2.mp4', reason: 'captions has 0 entries, video_names 1' },
          { where: 'record 4', reason: expect.stringContaining('not an object') },
        ],
      },
    });
    expect(names()).toEqual(['walk-1.mp4', 'walk-3.mp4', 'walk-5.mp4', 'walk-6.mp4']);
    expect(history.undo('ann')?.label).toEqual(words('edits.importDataset'));
    expect(names()).toEqual([]);
    expect(history.undo('ann')).toBeNull();
  });
});

it('a data set that is too long to be taken back in a moment is a few undo steps', async () => {
  const { importText, names, history } = await emptyProject();
  // Two of these fill a step.
  const summary = 'word '.repeat(38_000);
  const clips = Array.from({ length: 9 }, (_, index) => index);
  const long = (number: number) =>
    record(number, {
      whole_caption: summary,
      video_names: clips.map((clip) => `walk-${number}_${clip}_${clip}.mp4`),
      captions: clips.map(() => summary),
    });
  const job = await importText(JSON.stringify([1, 2, 3, 4, 5].map(long)));
  expect(job).toMatchObject({ state: 'done', result: { videos: 5 } });
  const left: string[][] = [];
  while (history.undo('ann') !== null) left.push(names());
  expect(left).toEqual([['walk-1.mp4', 'walk-2.mp4', 'walk-3.mp4', 'walk-4.mp4'], ['walk-1.mp4', 'walk-2.mp4'], []]);
});

describe('a data set that breaks off', () => {
  it.each([
    ['in the middle of a record', (whole: string) => whole.slice(0, whole.indexOf('walk-32')), 'ends in the middle'],
    [
      'with what is no list',
      (whole: string) => whole.replace('{"video":"walk-32.mp4"', '}{"video":"walk-32.mp4"'),
      'unexpected “}” between its records',
    ],
    ['after its last record', (whole: string) => whole.slice(0, whole.lastIndexOf(',{')), 'ends after record 71'],
  ])('%s keeps what came before and says so with counts; undo takes it back', async (_where, breakOff, reason) => {
    const { importText, names, history } = await emptyProject();
    const set = records(72);
    set[4] = record(5, { captions: 1 });
    const job = await importText(breakOff(JSON.stringify(set)));
    const kept = names().length;
    expect(kept).toBeGreaterThanOrEqual(30);
    expect(job.state).toBe('failed');
    expect(job.error).toMatchObject({ code: 'invalid-input', message: expect.stringContaining(reason) });
    expect(job.error?.message).toContain(`${kept + 1} records before that, ${kept} imported, 1 refused.`);
    expect(job.error?.message).toContain('What was imported is kept');
    expect(job.error?.message).not.toContain('Nothing was changed');
    expect(job.result).toMatchObject({ records: kept + 1, videos: kept, refusedRecords: 1, refused: [{ where: 'record 5, walk-5.mp4' }] });
    history.undo('ann');
    expect(names()).toEqual([]);
  });

  it.each([
    ['is no list', '{"video": "walk.mp4"}', 'does not start with a JSON array'],
    ['is empty', '', 'is empty'],
    ['is no text', Buffer.from([0x5b, 0xff, 0xfe, 0x00]), 'not UTF-8'],
    ['has no whole record', '[{"video": "wal', 'ends in the middle'],
  ])('before its first record, because it %s, says that nothing was changed, and so it is', async (_why, text, reason) => {
    const { importText, names, history } = await emptyProject();
    const { state, error } = await importText(text);
    expect(state).toBe('failed');
    expect(error).toMatchObject({ code: 'invalid-input', message: expect.stringContaining(reason) });
    expect(error?.message).toMatch(/Nothing was changed\.$/u);
    expect(names()).toEqual([]);
    expect(history.undo('ann')).toBeNull();
  });

  it('only in one record, of which a sign is none, keeps all the others', async () => {
    const { importText, names, jobs } = await emptyProject();
    const text = JSON.stringify(records(8)).replace('walk-3.mp4', 'walk\u0000-3.mp4');
    const job = await importText(text);
    expect([job.state, names()]).toEqual(['done', records(8).flatMap(({ video }) => (video === 'walk-3.mp4' ? [] : [video]))]);
    const column = text.indexOf('\u0000') + 1;
    expect(job.result).toMatchObject({
      records: 8,
      refused: [
        {
          where: 'record 3, walk\u0000-3.mp4',
          reason: `it is not valid JSON: Bad control character in string literal, line 1, column ${column.toLocaleString('en')} of the file`,
        },
      ],
    });
    expect(jobs.list()).toHaveLength(1);
  });

  it('only in one record, which is no UTF-8, keeps all the others', async () => {
    const { importText, names } = await emptyProject();
    const text = JSON.stringify(records(8)).replace('walk-3.mp4', 'café.mp4');
    const [before = '', behind = ''] = text.split('é');
    const job = await importText(Buffer.concat([Buffer.from(before), Buffer.from([0xe9]), Buffer.from(behind)]));
    expect([job.state, names()]).toEqual(['done', records(8).flatMap(({ video }) => (video === 'walk-3.mp4' ? [] : [video]))]);
    const column = (before.length + 1).toLocaleString('en');
    expect(job.result).toMatchObject({
      refused: [{ where: 'record 3, caf\uFFFD.mp4', reason: `it is not UTF-8: line 1, column ${column} of the file` }],
    });
  });

  it('goes on where it broke off once the file is mended, and begins anew after an undo', async () => {
    const { importText, names, jobs, latest, history, file } = await emptyProject();
    const whole = JSON.stringify(records(20));
    await importText(whole.slice(0, whole.indexOf('walk-11')));
    expect(names()).toHaveLength(10);
    writeFileSync(file, whole);
    jobs.retry([latest().id]);
    await jobs.idle();
    expect(names()).toEqual(records(20).map(({ video }) => video));
    expect(latest()).toMatchObject({ state: 'done', result: { records: 20, videos: 20, missingFiles: 20 } });

    history.undo('ann');
    await importText(whole.slice(0, whole.indexOf('walk-11')));
    history.undo('ann');
    writeFileSync(file, whole);
    jobs.retry([latest().id]);
    await jobs.idle();
    expect(names()).toHaveLength(20);
  });
});

describe('an import that ends early', () => {
  it('by cancelling keeps what was there and says how much', async () => {
    const { core, importText, jobs, names, latest, history } = await emptyProject();
    const stop = core.events.on('changed', ({ table }) => {
      if (table !== 'videos' || names().length < 5) return;
      stop();
      void jobs.cancel([latest().id]);
    });
    const job = await importText(JSON.stringify(records(2000)));
    expect(job.state).toBe('cancelled');
    const kept = names().length;
    expect(kept).toBeGreaterThanOrEqual(5);
    expect(kept).toBeLessThan(2000);
    expect(job.result).toMatchObject({ records: kept, videos: kept });
    history.undo('ann');
    expect(names()).toEqual([]);
  });

  it('because the project takes no more waits for room, keeps what was there, and goes on behind it', async () => {
    const { core, importText, names, jobs, latest } = await emptyProject();
    const { db } = core.services.projects.access.session();
    // As on a full disk, the database refuses to grow.
    const grow = (pages: number) => db.pragma(`max_page_count = ${pages}`);
    grow(Number(db.pragma('page_count', { simple: true })) + 60);
    const job = await importText(
      JSON.stringify(Array.from({ length: 40 }, (_, index) => record(index + 1, { captions: ['long '.repeat(2000)] }))),
    );
    expect(names().length).toBeGreaterThan(0);
    expect(names().length).toBeLessThan(40);
    expect(job).toMatchObject({ state: 'paused', error: { code: 'disk-full' } });

    grow(1_000_000);
    jobs.resume([job.id]);
    await jobs.idle();
    expect(names()).toHaveLength(40);
    expect(latest()).toMatchObject({ state: 'done', result: { records: 40, videos: 40 } });
  });
});

it('a data set that is a pipe is refused without waiting for it', async () => {
  const { importFile, dataDir } = await emptyProject();
  const pipe = path.join(dataDir, 'pipe.json');
  execFileSync('mkfifo', [pipe]);
  await expect(importFile(pipe)).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringContaining('“pipe.json” is a pipe, not a file.'),
  });
});

describe('an imported data set', () => {
  const set = JSON.stringify([
    record(1, {
      video_names: ['walk-1_0_24.mp4', 'walk-1_25_49.mp4'],
      captions: ['A man walks.', 'A dog runs.'],
      audio_captions: ['', 'It barks.'],
      ASR: ['hello', ''],
    }),
  ]);

  async function imported(isReviewed?: boolean) {
    const project = await emptyProject();
    await project.importText(set, isReviewed);
    const [video] = project.videos.list();
    if (video === undefined) throw new Error('a video expected');
    const { shots, texts, exports } = project.core.services;
    const exported = async (
      exporter: typeof shot2storyExporter | typeof llavaExporter | typeof srtExporter,
      options: Record<string, unknown> = {},
    ) => {
      const { counts, leftOut, draftCount } = await exports.preview({ formatId: exporter.id, options }, new AbortController().signal);
      return { counts, draftCount, reasons: leftOut.map(({ reason }) => inEnglish(reason)) };
    };
    return { ...project, video, shotList: shots.list(video.id), textList: texts.current(video.id), exported };
  }

  it('claims no review that nobody made: texts are drafts of the file, cuts are unconfirmed, and all wait for a look', async () => {
    const { video, shotList, textList } = await imported();
    expect(video).toMatchObject({ captionedCount: 2, acceptedCount: 0, flaggedCount: 2 });
    expect(shotList).toMatchObject([
      { origin: 'start', locked: false },
      { origin: 'import', locked: false, startFrame: 25 },
    ]);
    expect(textList).toHaveLength(4);
    for (const text of textList)
      expect(text).toMatchObject({
        status: 'draft',
        origin: 'import',
        actor: 'ann',
        importedFrom: { format: 'shot2story', file: 'set.json' },
      });
  });

  it('is accepted and confirmed where a person says that it was reviewed', async () => {
    const { video, shotList, textList } = await imported(true);
    expect(video).toMatchObject({ acceptedCount: 2, flaggedCount: 0 });
    expect(shotList.map(({ locked }) => locked)).toEqual([false, true]);
    expect(textList.map(({ status }) => status)).toEqual(['accepted', 'accepted', 'accepted', 'accepted']);
  });

  it('gives no rows to an export of what was accepted, in any format, and the preview says why', async () => {
    const { exported } = await imported();
    for (const [exporter, options] of [
      [llavaExporter, {}],
      [shot2storyExporter, {}],
      [srtExporter, { cues: 'captions' }],
    ] as const) {
      const { counts, draftCount, reasons } = await exported(exporter, options);
      expect(counts).toEqual({});
      expect(draftCount).toBeGreaterThanOrEqual(2);
      expect(reasons).toContain('visual caption not accepted yet (draft)');
    }
    expect((await exported(llavaExporter, { texts: 'all', requireClips: false })).counts).toEqual({ rows: 3 });
  });

  it('keeps its cuts when a detector runs: they stay as they are, unconfirmed, and new ones come between', async () => {
    const { shotList } = await imported();
    const cut = (frame: number) => ({ frame, kind: 'cut' as const, startFrame: frame, endFrame: frame, confidence: 0.9 });
    const after = shotsFromCuts({
      videoId: shotList[0]?.videoId ?? VideoId.parse('x'),
      frameCount: 50,
      cuts: [cut(10), cut(26)],
      existing: shotList,
      minDistanceFrames: 5,
      newId: () => ShotId.parse('new'),
    });
    expect(after.map(({ startFrame, origin, locked }) => [startFrame, origin, locked])).toEqual([
      [0, 'start', false],
      [10, 'detector', false],
      [25, 'import', false],
    ]);
  });

  it('says which records are of one video, and which videos the project had already', async () => {
    const { importText, names } = await emptyProject();
    await importText(JSON.stringify([record(1)]));
    const job = await importText(JSON.stringify([record(2), record(1), record(2)]));
    expect(names()).toEqual(['walk-1.mp4', 'walk-2.mp4', 'walk-1.mp4', 'walk-2.mp4']);
    expect(resultOf(job, 'import-dataset').notes).toEqual([
      'walk-2.mp4: record 3 is another record of this video (the first is record 1); each becomes a video of its own',
      'walk-1.mp4: the project already has a video with this name; record 2 becomes another one',
    ]);
  });
});

describe('a data set of which the media are there', () => {
  const twoShots = (name: string, cut: number) =>
    record(1, {
      video: `${name}.mp4`,
      video_names: [`${name}_0_${cut - 1}.mp4`, `${name}_${cut}_59.mp4`],
      captions: ['A man walks.', 'A dog runs.'],
      ASR: ['hello', 'bye'],
      whole_ASR: 'hello bye',
    });

  it('keeps shots that lie behind the end of the file, with their texts: the file is not used, and a note says which they are', async () => {
    const { importWithVideos, videos, core } = await emptyProject();
    const job = await importWithVideos([twoShots('walk-1', 40), twoShots('train/walk-2', 10)], 'walk-1.mp4', 'walk-2.mp4');
    expect(job).toMatchObject({ state: 'done', result: { videos: 2, shots: 4, texts: 6, missingFiles: 1 } });
    expect(resultOf(job, 'import-dataset').notes).toEqual([
      'walk-1.mp4: the file of this name has only 25 frames, and shot 2 (frames 40–59, “A dog runs.”, “bye”) begins after them. The record was imported with all its shots and texts, and without this file: relink the video to the right one',
      'train/walk-2.mp4: its shots end at frame 59, the file at frame 24; the last shot now ends there, and keeps its texts',
    ]);
    const [whole, cut] = videos.list();
    expect([whole?.state, cut?.state]).toEqual(['missing', 'ok']);
    expect(whole?.stateReason).toEqual(saying('it has 25 frames, and shots of the data set begin after them.'));
    const { exports } = core.services;
    const options = { texts: 'all' };
    const { sample } = await exports.preview({ formatId: 'shot2story', options }, new AbortController().signal);
    expect(sample).toContain('walk-1_40_59.mp4');
    // Nobody moved its cut: in the file that it came with, the shot goes on beyond the end of the video.
    expect(sample).toContain('"train/walk-2_10_59.mp4"');
    expect(sample.match(/A dog runs|hello bye|bye"\]/gu)).toHaveLength(6);
  });
});
