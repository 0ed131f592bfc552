import { describe, expect, test } from 'vitest';
import { JobId, VideoId } from '#shared/domain/ids.ts';
import { JobState, type Job } from '#shared/domain/job.ts';
import { inEnglish, plain, words } from '#shared/words/words.ts';
import { errorCodeOf } from '../../../../src-renderer/api/describe-error.ts';
import { activeJobByVideo, groupJobs, jobGroupNames, summariseQueue } from '../../../../src-renderer/api/job-groups.ts';
import { offeredFiles, outcomeOf } from '../../../../src-renderer/api/job-result.ts';
import { clipsStep } from '#shared/steps/clips.ts';

function jobOf(id: string, overrides: Partial<Omit<Job, 'kind' | 'result'>>): Job {
  return {
    id: JobId.parse(id),
    kind: 'detect',
    title: plain(id),
    actor: 'me',
    videoId: null,
    state: 'queued',
    afterJobId: null,
    fraction: 0,
    stage: null,
    etaMs: null,
    attempts: 1,
    error: null,
    result: null,
    createdAtMs: 0,
    startedAtMs: null,
    finishedAtMs: null,
    ...overrides,
  };
}

const titles = (jobs: readonly Job[]): string[] => jobs.map(({ title }) => inEnglish(title));

describe('the queue', () => {
  test('every job stands in exactly one group', () => {
    const jobs = JobState.options.map((state) => jobOf(state, { state }));
    const groups = groupJobs(jobs);
    expect(jobGroupNames.flatMap((name) => titles(groups[name])).toSorted()).toEqual(JobState.options.toSorted());
    expect(titles(groups.waiting)).toEqual(['queued', 'paused']);
  });

  test('waiting jobs stand in the order in which they will run, whatever the clock said when they were made; finished ones newest first', () => {
    const groups = groupJobs([
      jobOf('first', { createdAtMs: 2 }),
      jobOf('second-after-a-clock-set-back', { createdAtMs: 1 }),
      jobOf('old', { state: 'done', finishedAtMs: 10 }),
      jobOf('new', { state: 'done', finishedAtMs: 20 }),
    ]);
    expect(titles(groups.waiting)).toEqual(['first', 'second-after-a-clock-set-back']);
    expect(titles(groups.done)).toEqual(['new', 'old']);
  });

  test('what a failed job kept from starting is shown beside it, not as failures of its own', () => {
    const blocked = { state: 'failed', error: { code: 'blocked', message: 'Not started' } } as const;
    const measure = jobOf('measure', { state: 'failed', error: { code: 'media-corrupt', message: 'Text, not a video' } });
    const detect = jobOf('detect', { ...blocked, afterJobId: measure.id });
    const caption = jobOf('caption', { ...blocked, afterJobId: detect.id });
    const orphan = jobOf('orphan', { ...blocked, afterJobId: JobId.parse('cleared-away') });
    const groups = groupJobs([measure, detect, caption, orphan]);
    expect(titles(groups.failed)).toEqual(['measure', 'orphan']);
    expect([...groups.blockedBy]).toEqual([['measure', 2]]);
  });

  test('its progress is the mean over what runs and waits; paused jobs wait for a person', () => {
    const summary = summariseQueue([
      jobOf('a', { state: 'running', fraction: 0.5 }),
      jobOf('b', { state: 'queued' }),
      jobOf('c', { state: 'paused', fraction: 0.9 }),
      jobOf('d', { state: 'failed', fraction: 0.9 }),
      jobOf('after-d', { state: 'failed', error: { code: 'blocked', message: 'Not started, because d failed.' } }),
    ]);
    expect(summary).toMatchObject({ activeCount: 2, pausedCount: 1, failedCount: 1, fraction: 0.25, running: { title: plain('a') } });
    expect(summariseQueue([])).toMatchObject({ activeCount: 0, fraction: 0, running: null });
  });

  test('a video shows the job that runs, else the first that waits', () => {
    const videoId = VideoId.parse('v1');
    const byVideo = activeJobByVideo([
      jobOf('waits', { videoId }),
      jobOf('runs', { videoId, state: 'running' }),
      jobOf('waits-too', { videoId }),
      jobOf('done', { videoId: VideoId.parse('v2'), state: 'done' }),
    ]);
    expect([...byVideo].map(([id, job]) => [id, inEnglish(job.title)])).toEqual([['v1', 'runs']]);
  });
});

describe('what a job leaves behind', () => {
  test('an export: its files, counts and what was left out', () => {
    const kind = 'export';
    const result = { folder: '/x/llava-1', files: ['llava.json', 'manifest.json'], archive: null, counts: { rows: 12 }, leftOutCount: 3 };
    expect(outcomeOf({ kind, result })).toEqual({
      folder: '/x/llava-1',
      files: ['llava.json', 'manifest.json'],
      archive: null,
      counts: { rows: 12 },
      problems: [],
      leftOutCount: 3,
    });
  });

  test('clips: how many, each that failed, and an archive for browsers', () => {
    const result = {
      folder: '/x/clips',
      archive: 'clips.zip',
      written: 4,
      kept: 2,
      problems: [{ where: 'a_0_9.mp4', code: 'disk-full' as const, reason: words('media.diskFull') }],
      notes: [],
    };
    const outcome = outcomeOf({ kind: 'clips', result });
    expect(outcome.counts).toEqual({ written: 4, kept: 2 });
    expect(outcome.problems.map(inEnglish)).toEqual([expect.stringMatching(/^a_0_9\.mp4: The disk is full/u)]);
    expect(offeredFiles(outcome, false)).toEqual(['clips.zip']);
    expect(offeredFiles(outcome, true)).toEqual([]);
  });

  test('clips of an earlier version, whose reasons are texts: the same', () => {
    const stored = { folder: '/x', written: 0, kept: 0, problems: [{ where: 'a.mp4', code: 'disk-full', reason: 'It was full.' }] };
    const result = clipsStep.result.parse(stored);
    expect(outcomeOf({ kind: 'clips', result }).problems.map(inEnglish)).toEqual(['a.mp4: It was full.']);
  });

  test('an export in folders: what lies at its top where the folder can be opened, else all as one', () => {
    const result = { folder: '/x/trl-1', files: ['README.md'], archive: 'trl-1.zip', counts: {}, leftOutCount: 0 };
    const outcome = outcomeOf({ kind: 'export', result });
    expect(offeredFiles(outcome, false)).toEqual(['trl-1.zip']);
    expect(offeredFiles(outcome, true)).toEqual(['README.md']);
  });

  test('an imported data set: counts, what was refused, which files are missing, and notes', () => {
    const refused = { refusedRecords: 1, refused: [{ where: 'record 3', reason: 'it has no shots' }] };
    const result = {
      records: 3,
      videos: 2,
      shots: 9,
      texts: 11,
      gaveWay: 2,
      missingFiles: 12,
      missing: Array.from({ length: 12 }, (_, index) => `walk-${index + 1}.mp4`),
      ...refused,
      notes: ['b.mp4: five arrays of unequal length'],
      licenceNote: 'CC',
      stamp: null,
    };
    const { counts, problems } = outcomeOf({ kind: 'import-dataset', result });
    expect(counts).toEqual({ records: 3, videos: 2, shots: 9, texts: 11, gaveWay: 2, missingFiles: 12, refusedRecords: 1 });
    expect(problems.map(inEnglish)).toEqual([
      'record 3: it has no shots',
      expect.stringMatching(/^Videos without their file: walk-1\.mp4, .*, walk-10\.mp4 and 2 more$/u),
      'b.mp4: five arrays of unequal length',
    ]);
  });

  test('a measured video: its frames, and no count of microseconds', () => {
    expect(outcomeOf({ kind: 'import', result: { frameCount: 100, durationUs: 4_000_000 } }).counts).toEqual({ frameCount: 100 });
  });

  test('nothing: nothing', () => {
    const nothing = { files: [], archive: null, folder: null, counts: {}, problems: [], leftOutCount: 0 };
    expect(outcomeOf({ kind: 'import', result: null })).toEqual(nothing);
    expect(outcomeOf({ kind: 'unreadable', result: null })).toEqual(nothing);
  });
});

test('an error code that was stored by another version is shown as an unexpected error', () => {
  expect(errorCodeOf('model-missing')).toBe('model-missing');
  expect(errorCodeOf('blocked')).toBe('internal');
});
