import { describe, expect, it } from 'vitest';
import { mediaUrls } from '#shared/contract/media-urls.ts';
import type { JobId } from '#shared/domain/ids.ts';
import type { JobRequest } from '#shared/steps/from-steps.ts';
import { logIn } from '../helpers/raw-requests.ts';
import { serveCore } from '../helpers/served-core.ts';
import { startWithVideo, temporaryFolder } from '../helpers/test-core.ts';

const ZIP = { kind: 'archive', isZip: true, withVideos: false } as const;
const TEXTS = { kind: 'export', formatId: 'llava', options: { texts: 'all' } } as const;

/** A served project; `status`: how a GET of what a job wrote is answered to whoever has the cookie. */
async function serveProject() {
  const { core, videoId } = await startWithVideo();
  const { jobs, texts } = core.services;
  texts.edit({ videoId, shotId: null, kind: 'summary' }, 'A day at the sea.', 'ann');
  const served = await serveCore(core);
  const annotator = await logIn(served.annotatorUrl);
  const status = async (cookie: string, jobId: JobId, file: string, method = 'GET'): Promise<number> =>
    (await fetch(new URL(mediaUrls.exportFile(jobId, file), served.url), { method, headers: { cookie } })).status;
  async function runJob(request: JobRequest) {
    const [jobId] = jobs.enqueue([request], false, 'ann');
    if (jobId === undefined) throw new Error('not queued');
    await jobs.idle();
    const job = jobs.get(jobId);
    if ((job.kind !== 'archive' && job.kind !== 'export') || job.result === null) throw new Error(`not written: ${job.error?.code}`);
    return { jobId, files: job.result.files, folder: job.result.folder };
  }
  return { core, jobs, owner: served.cookie, annotator, status, runJob };
}

describe('what a job wrote', () => {
  it('is for those who may ask for such a job: a copy of the whole project for owners, an export for everybody', async () => {
    const { jobs, owner, annotator, status, runJob } = await serveProject();
    const copy = await runJob({ ...ZIP });
    const [zip = ''] = copy.files;
    const texts = await runJob({ ...TEXTS });
    const [list = ''] = texts.files;
    for (const clear of [() => undefined, jobs.clearFinished]) {
      clear();
      expect([await status(owner, copy.jobId, zip), await status(annotator, copy.jobId, zip)]).toEqual([200, 403]);
      expect([await status(owner, copy.jobId, zip, 'HEAD'), await status(annotator, copy.jobId, zip, 'HEAD')]).toEqual([200, 403]);
      expect([await status(owner, texts.jobId, list), await status(annotator, texts.jobId, list)]).toEqual([200, 200]);
    }
  });

  it('goes to no browser where somebody at this machine had it written into a folder of their own', async () => {
    const { core, owner, annotator, status, runJob } = await serveProject();
    const { grantId: folderGrantId } = await core.files.grantPath(temporaryFolder());
    for (const request of [
      { ...ZIP, folderGrantId },
      { ...TEXTS, folderGrantId },
    ]) {
      const { jobId, files } = await runJob(request);
      const [file = ''] = files;
      expect([await status(owner, jobId, file), await status(annotator, jobId, file)]).toEqual([404, 404]);
      expect(await core.resolveMedia(mediaUrls.exportFile(jobId, file))).not.toBeNull();
    }
  });
});
