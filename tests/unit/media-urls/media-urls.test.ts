import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { parseMediaUrl } from '#core/app/media-urls/media-request.ts';
import { createStillCache } from '#core/app/media-urls/still-cache.ts';
import { mediaUrls } from '#shared/contract/media-urls.ts';
import { DetectionRunId, JobId, VideoId } from '#shared/domain/ids.ts';

const videoId = VideoId.parse('3f2b8c1e-0000-4000-8000-000000000001');
const runId = DetectionRunId.parse('run-1');
const jobId = JobId.parse('job-1');

describe('an address of a picture, video or curve', () => {
  it('is understood as the client wrote it', () => {
    expect(parseMediaUrl(mediaUrls.video(videoId))).toEqual({ kind: 'media', videoId });
    expect(parseMediaUrl(mediaUrls.frame(videoId, 12, 320))).toEqual({ kind: 'frame', videoId, frame: 12, width: 320 });
    expect(parseMediaUrl(mediaUrls.sprite(videoId, 3))).toEqual({ kind: 'sprite', videoId, sheet: 3 });
    expect(parseMediaUrl(mediaUrls.waveform(videoId))).toEqual({ kind: 'waveform', videoId });
    expect(parseMediaUrl(mediaUrls.curve(runId, 'transition'))).toEqual({ kind: 'curve', runId, head: 'transition' });
    expect(parseMediaUrl(mediaUrls.frameTimes(videoId))).toEqual({ kind: 'frame-times', videoId });
    expect(parseMediaUrl(mediaUrls.exportFile(jobId, 'Möwen & Meer 1.json'))).toEqual({
      kind: 'export',
      jobId,
      file: 'Möwen & Meer 1.json',
    });
  });

  it.each([
    '/media/../../etc/passwd',
    '/media/%2e%2e%2fetc%2fpasswd',
    '/media/%E0%A4%A',
    '/media',
    '/media/',
    `/media/${videoId}/extra`,
    `/frame/${videoId}/-1?w=320`,
    `/frame/${videoId}/1.5?w=320`,
    `/frame/${videoId}/1?w=1e9`,
    `/frame/${videoId}/1?w=99999`,
    `/curve/${runId}/other`,
    '/etc/passwd',
    '',
    '//elsewhere.example/media/x',
  ])('is nothing when it is %j', (url) => {
    expect(parseMediaUrl(url)).toBeNull();
  });

  it('never carries a path in the place of an id, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('media', 'frame', 'sprite', 'waveform', 'curve', 'frame-times'),
        fc.string(),
        fc.string(),
        (kind, first, second) => {
          const request = parseMediaUrl(`/${kind}/${first}/${second}`);
          const id = request === null || request.kind === 'export' ? '' : 'runId' in request ? request.runId : request.videoId;
          expect(id).not.toMatch(/[^A-Za-z0-9_-]/);
        },
      ),
    );
  });
});

describe('the cache of stills', () => {
  it('makes each once, also for those who ask while it is being made', async () => {
    const cache = createStillCache({ parallel: 2 });
    let made = 0;
    const make = async (): Promise<Buffer> => {
      made++;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return Buffer.from('jpeg');
    };
    await Promise.all([cache.get('a', make), cache.get('a', make)]);
    await cache.get('a', make);
    expect(made).toBe(1);
  });

  it('makes no more than so many at a time, and all of them', async () => {
    const cache = createStillCache({ parallel: 2 });
    let now = 0;
    let most = 0;
    const make = async (): Promise<Buffer> => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 2));
      now--;
      return Buffer.from('jpeg');
    };
    const stills = await Promise.all(Array.from({ length: 9 }, (_, index) => cache.get(`still ${index}`, make)));
    expect(stills).toHaveLength(9);
    expect(most).toBe(2);
  });

  /** Makes a still only when it is asked to, and notes what it was asked for. */
  function patientMaker() {
    const begun: string[] = [];
    const ended: string[] = [];
    const finish = new Map<string, () => void>();
    const make = (name: string) => (unwanted: AbortSignal) =>
      new Promise<Buffer>((resolve, reject) => {
        begun.push(name);
        finish.set(name, () => resolve(Buffer.from(name)));
        unwanted.addEventListener('abort', () => {
          ended.push(name);
          reject(new Error('ended'));
        });
      });
    return { begun, ended, make, finish: (name: string) => finish.get(name)?.() };
  }

  it('never makes one that was given up while it waited: those behind it come sooner', async () => {
    const cache = createStillCache({ parallel: 1 });
    const { begun, make, finish } = patientMaker();
    const [passed, stopped] = [new AbortController(), new AbortController()];
    const first = cache.get('first', make('first'));
    const given = Array.from({ length: 100 }, (_, index) => cache.get(`passed ${index}`, make(`passed ${index}`), passed.signal));
    const last = cache.get('last', make('last'), stopped.signal);
    passed.abort();
    for (const still of given) await expect(still).rejects.toMatchObject({ code: 'cancelled' });
    finish('first');
    await first;
    await vi.waitFor(() => expect(begun).toEqual(['first', 'last']), 10_000);
    finish('last');
    expect(await last).toEqual(Buffer.from('last'));
  });

  it('ends the making of one that everybody has given up, and of none that somebody still waits for', async () => {
    const cache = createStillCache({ parallel: 1 });
    const { begun, ended, make, finish } = patientMaker();
    const [one, two] = [new AbortController(), new AbortController()];
    const stills = [cache.get('a', make('a'), one.signal), cache.get('a', make('a'), two.signal)];
    one.abort();
    await expect(stills[0]).rejects.toMatchObject({ code: 'cancelled' });
    expect(ended).toEqual([]);
    two.abort();
    await expect(stills[1]).rejects.toMatchObject({ code: 'cancelled' });
    expect(ended).toEqual(['a']);

    const again = cache.get('a', make('a'));
    await vi.waitFor(() => expect(begun).toEqual(['a', 'a']), 10_000);
    finish('a');
    expect(await again).toEqual(Buffer.from('a'));
  });

  it('refuses what is asked for beyond some pages full, and keeps its promise to the rest', async () => {
    const cache = createStillCache({ parallel: 1 });
    const stills = Array.from({ length: 2000 }, (_, index) => cache.get(`still ${index}`, async () => Buffer.from('jpeg')));
    const outcomes = await Promise.allSettled(stills);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.length).toBeGreaterThan(1000);
    expect(outcomes.slice(0, 500).every(({ status }) => status === 'fulfilled')).toBe(true);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'busy' });
  });

  it('tries again after a failure', async () => {
    const cache = createStillCache({ parallel: 1 });
    await expect(cache.get('a', () => Promise.reject(new Error('no frame')))).rejects.toThrow('no frame');
    expect(await cache.get('a', async () => Buffer.from('jpeg'))).toEqual(Buffer.from('jpeg'));
  });

  it('forgets the oldest before it grows too big', async () => {
    const cache = createStillCache({ parallel: 1 });
    let made = 0;
    const make = async (): Promise<Buffer> => {
      made++;
      return Buffer.alloc(10 * 1024 * 1024);
    };
    for (const key of ['a', 'b', 'c', 'a', 'd']) await cache.get(key, make);
    expect(made).toBe(4);
    await cache.get('a', make);
    expect(made).toBe(4);
    await cache.get('b', make);
    expect(made).toBe(5);
  });
});
