import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inspect } from 'node:util';
import { type Core, createCore } from '#core/app/create-core.ts';
import { type Logger, systemClock } from '#core/base/host.ts';
import { createSessionSecrets } from '#core/base/secrets/secrets.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { plain } from '#shared/words/words.ts';
import { testConfig } from '../../helpers/test-config.ts';
import { watchPipe } from '../../helpers/watched-pipe.ts';
import { type HostileFile, hostileFiles } from './hostile-records.ts';
import { createDice, type HostileOptions, type HostileReport, type HostileTally, tallyHostile, within } from './hostile-report.ts';

/** Far more than any of these small files needs, also on a busy machine. */
const CASE_LIMIT_MS = 60_000;
const ACTOR = 'ann';

interface Studio {
  readonly core: Core;
  /** A video with one piece of speech. */
  readonly videoId: VideoId;
}

/** Data sets and subtitle files that are damaged, lie, or are none, each imported into a project; what the studio says of them must be true. */
export function tryHostileDataSets({ folder, count, seed }: HostileOptions): Promise<HostileReport> {
  return tallyHostile('data sets', async (tally) => {
    const input = path.join(folder, 'input');
    await mkdir(input, { recursive: true });
    // Records name these, seen from the folder of their videos and from the root of that.
    const canaries = [path.join(folder, 'canary.mp4'), path.join(input, 'canary.mp4')].map(watchPipe);
    let studio = await openStudio(path.join(folder, 'studio-0'));
    let cases = 0;
    for (const file of hostileFiles(count, createDice(seed))) {
      cases++;
      const end = await within(CASE_LIMIT_MS, tryCase(studio, input, { file, tally }));
      if (canaries.some((canary) => canary.wasOpened)) tally.add('openedOutside', file.name);
      if (end !== 'late') continue;
      tally.add('hangs', file.name);
      // What hangs is left behind; the rest goes on in a studio of its own.
      void studio.core.close().catch(() => undefined);
      studio = await openStudio(path.join(folder, `studio-${cases}`));
    }
    await studio.core.close();
    for (const canary of canaries) canary.stop();
    const strangers = (await readdir(folder)).filter((name) => !['input', 'canary.mp4'].includes(name) && !name.startsWith('studio-'));
    for (const name of strangers) tally.add('openedOutside', `${name} was written outside`);
    return cases;
  });
}

async function openStudio(dataDir: string): Promise<Studio> {
  const silent: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const spawnEngineWorker = (): never => {
    throw new Error('no engine is needed to import');
  };
  const core = createCore(testConfig(dataDir), { logger: silent, clock: systemClock, secrets: createSessionSecrets(), spawnEngineWorker });
  await mkdir(dataDir, { recursive: true });
  await core.services.projects.createIn(dataDir, 'Hostile');
  const file = path.join(dataDir, 'spoken.mp4');
  await writeFile(file, 'never looked into');
  const [videoId] = (await core.services.videos.addFiles([file], ACTOR)).added;
  if (videoId === undefined) throw new Error('a video expected');
  core.services.transcripts.replace(videoId, [{ startUs: 0, endUs: 1_000_000, text: 'Hello.', origin: 'import' }], {
    actor: ACTOR,
    label: plain('Speech'),
  });
  return { core, videoId };
}

interface Case {
  readonly file: HostileFile;
  readonly tally: HostileTally;
}

async function tryCase(studio: Studio, folder: string, { file, tally }: Case): Promise<void> {
  try {
    // In a folder of its own, so that names with `..` lead to the canary.
    const place = path.join(folder, file.fileName.replace('.', '-'));
    await mkdir(place, { recursive: true });
    const target = path.join(place, file.fileName);
    await writeFile(target, file.content);
    const problem = await (file.fileName.endsWith('.json') ? importRecords(studio, target, place) : importCues(studio, target));
    if (problem !== null) tally.add('crashes', `${file.name}: ${problem}`);
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'internal')
      tally.add('unnamedErrors', `${file.name}: ${inspect(error).slice(0, 500)}`);
  }
}

/** What was said and is not so; null when all is true. */
async function importRecords({ core }: Studio, file: string, mediaFolder: string): Promise<string | null> {
  const { jobs, videos, history } = core.services;
  const before = videos.list().length;
  const grant = async (of: string) => (await core.files.grantPath(of)).grantId;
  const [jobId] = jobs.enqueue(
    [{ kind: 'import-dataset', formatId: 'shot2story', grantId: await grant(file), mediaGrantId: await grant(mediaFolder), options: {} }],
    false,
    ACTOR,
  );
  await jobs.idle();
  if (jobId === undefined) throw new Error('a job expected');
  const job = jobs.get(jobId);
  const { state, error } = job;
  if (error?.code === 'internal') throw new AppError('internal', plain(error.message));
  const added = videos.list().length - before;
  const problem = untruth(
    { state, message: error?.message ?? '', imported: job.kind === 'import-dataset' ? job.result?.videos : null },
    added,
  );
  if (added > 0) history.undo(ACTOR);
  if (videos.list().length !== before) return `undo left ${videos.list().length - before} videos`;
  jobs.clearFinished();
  return problem;
}

function untruth(
  { state, message, imported }: { readonly state: string; readonly message: string; readonly imported: unknown },
  added: number,
): string | null {
  if (imported !== added) return `it says ${String(imported)} videos, and ${added} were added`;
  if (state !== 'failed') return null;
  if (message.includes('Nothing was changed') !== (added === 0)) return `${added} videos were added, and it says "${message}"`;
  return null;
}

async function importCues({ core, videoId }: Studio, file: string): Promise<string | null> {
  const { transcripts, history } = core.services;
  const before = transcripts.get(videoId).length;
  const { grantId } = await core.files.grantPath(file);
  const { signal } = new AbortController();
  const reading = core.services.imports.readSubtitles({ grantId, signal });
  const importing = reading.then((place) => place({ videoId, replaceEdited: true, actor: ACTOR }));
  const { segmentCount } = await importing.catch((error: unknown) => {
    if (transcripts.get(videoId).length !== before) throw new AppError('internal', plain('refused, and the transcript was changed'));
    throw error;
  });
  if (segmentCount === 0 || transcripts.get(videoId).length !== segmentCount)
    return `it says ${segmentCount} pieces of speech, and ${transcripts.get(videoId).length} are there`;
  history.undo(ACTOR);
  return transcripts.get(videoId).length === before ? null : 'undo did not bring the transcript back';
}
