import { mkdirSync, writeFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { FormatOptions } from '#shared/domain/format-options.ts';
import type { ImportPreview } from '#shared/contract/import-preview.ts';
import type { Job } from '#shared/domain/job.ts';
import type { z } from 'zod';
import { resultOf } from './job-result.ts';
import { runFfmpeg } from './run-ffmpeg.ts';
import { startTestCore } from './test-core.ts';

export interface DataSetChoice {
  readonly format: string;
  /** Content of the file; its name where it lies there already. */
  readonly content: string | Uint8Array;
  readonly name?: string;
  readonly options?: z.input<typeof FormatOptions>;
  readonly media?: string;
  readonly isAllOrNothing?: boolean;
}

type Places = Pick<DataSetChoice, 'options' | 'media' | 'isAllOrNothing'>;

/** A project with nothing in it, and ways to import data sets into it and to look at what came. */
export async function dataSetProject(name = 'Demo') {
  const test = startTestCore();
  const { projects, jobs, videos, shots, texts, transcripts, exports } = test.core.services;
  await projects.createIn(test.dataDir, name);
  const at = (place: string): string => path.join(test.dataDir, place);

  async function importSet({ format, content, name: file = 'set.json', ...choice }: DataSetChoice): Promise<Job> {
    writeFileSync(at(file), content);
    return importThere(format, file, choice);
  }

  /** What lies at this place already. */
  const importFolder = (format: string, place: string, media?: string, options: DataSetChoice['options'] = {}): Promise<Job> =>
    importThere(format, place, { options, ...(media !== undefined && { media }) });

  async function importThere(format: string, place: string, { isAllOrNothing, ...choice }: Places): Promise<Job> {
    const ask = await asked(format, place, choice);
    jobs.enqueue([{ kind: 'import-dataset', ...ask, ...(isAllOrNothing !== undefined && { isAllOrNothing }) }], false, 'ann');
    await jobs.idle();
    const job = jobs.list().findLast(({ kind }) => kind === 'import-dataset');
    if (job === undefined) throw new Error('a job expected');
    return job;
  }

  async function asked(formatId: string, place: string, { media, options = {} }: Places) {
    const { grantId } = await test.core.files.grantPath(at(place));
    const mediaGrant = media === undefined ? {} : { mediaGrantId: (await test.core.files.grantPath(at(media))).grantId };
    return { formatId, grantId, options, ...mediaGrant };
  }

  /** What an import would bring. */
  async function preview({ format, content, name: file = 'set.json', ...choice }: DataSetChoice): Promise<ImportPreview> {
    writeFileSync(at(file), content);
    return test.as('ann').api.transfer.importPreview(await asked(format, file, choice));
  }

  /** Videos of 25 frames a second at these places. */
  async function makeVideos(frames: Readonly<Record<string, number>>): Promise<void> {
    for (const [index, [place, count]] of Object.entries(frames).entries()) {
      mkdirSync(path.dirname(at(place)), { recursive: true });
      const grey = (0x20 + index * 0x18).toString(16).repeat(3);
      const look = `color=s=64x48:r=25:c=0x${grey}`;
      await runFfmpeg(['-f', 'lavfi', '-i', look, '-frames:v', String(count), '-pix_fmt', 'yuv420p', at(place)]);
    }
  }

  async function exported(formatId: string, file: string, options: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const folder = at(`out ${formatId}`);
    const target = { folder, manifestName: 'manifest.json' };
    await exports.write({ formatId, options: { texts: 'all', ...options } }, target, {
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    return readFileSync(path.join(folder, file), 'utf8');
  }

  /** Each video with its shots, `[first frame, last frame, caption]`, and its summary. */
  const content = () =>
    videos.list().map((video) => {
      const all = texts.current(video.id);
      const textOf = (shotId: string | null, kind: string): string =>
        all.find((text) => text.shotId === shotId && text.kind === kind)?.text ?? '';
      return {
        name: video.name,
        state: video.state,
        shots: shots.list(video.id).map(({ id, startFrame, endFrame }) => [startFrame, endFrame - 1, textOf(id, 'visual')]),
        speech: transcripts.get(video.id).map(({ text }) => text),
        summary: textOf(null, 'summary'),
      };
    });

  return {
    ...test,
    at,
    jobs,
    videos,
    importSet,
    importFolder,
    preview,
    makeVideos,
    exported,
    content,
    result: (job: Job) => resultOf(job, 'import-dataset'),
  };
}
