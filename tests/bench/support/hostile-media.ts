import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inspect } from 'node:util';
import { type Core, createCore } from '#core/app/create-core.ts';
import { systemClock } from '#core/base/host.ts';
import { createSessionSecrets } from '#core/base/secrets/secrets.ts';
import { AppError } from '#shared/contract/errors.ts';
import { mediaUrls } from '#shared/contract/media-urls.ts';
import type { JobRequest } from '#shared/steps/from-steps.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { DISGUISED_LISTS, makeReferenceMovie, writeList } from '../../helpers/disguised-lists.ts';
import { testConfig } from '../../helpers/test-config.ts';
import { watchPipe } from '../../helpers/watched-pipe.ts';
import { createDice, type HostileOptions, type HostileReport, type HostileTally, tallyHostile, within } from './hostile-report.ts';
import { makeIntactVideos, spoilVideo } from './hostile-videos.ts';

/** One case: everything that the studio does with one file. Far more than any of these tiny files needs, also on a busy machine. */
const CASE_LIMIT_MS = 120_000;

/** The command line's way of adding videos, with pictures, waveform and shots; models are not the matter here. */
const STEPS = new Set(['detect'] as const);

interface Case {
  readonly name: string;
  readonly file: string;
  /** True when another file was opened because of this one. */
  wasOutsideOpened?(): boolean;
  end?(): void;
}

/** Videos that are damaged, lie, or are none, each added, measured, drawn, cut into shots, shown, and cut into clips. */
export function tryHostileMedia({ folder, count, seed }: HostileOptions): Promise<HostileReport> {
  return tallyHostile('media', async (tally) => {
    const media = path.join(folder, 'media');
    await mkdir(media, { recursive: true });
    const logged: object[] = [];
    const onError = (details: object): void => void logged.push(details);
    let studio = await openStudio(path.join(folder, 'studio-0'), onError);
    let cases = 0;
    for await (const each of casesOf(media, count, seed)) {
      cases++;
      logged.length = 0;
      const end = await within(CASE_LIMIT_MS, tryCase(studio, each, { tally, logged }));
      if (each.wasOutsideOpened?.() === true) tally.add('openedOutside', each.name);
      each.end?.();
      if (end !== 'late') continue;
      tally.add('hangs', each.name);
      // What hangs is left behind; the rest goes on in a studio of its own.
      void studio.close().catch(() => undefined);
      studio = await openStudio(path.join(folder, `studio-${cases}`), onError);
    }
    await studio.close();
    const strangers = (await readdir(folder)).filter((name) => name !== 'media' && !name.startsWith('studio-'));
    for (const name of strangers) tally.add('openedOutside', `${name} was written outside`);
    return cases;
  });
}

async function openStudio(dataDir: string, onError: (details: object) => void): Promise<Core> {
  const quiet = (): void => undefined;
  const core = createCore(
    { ...testConfig(dataDir), ffmpegLanes: 2 },
    {
      logger: { debug: quiet, info: quiet, warn: quiet, error: onError },
      clock: systemClock,
      secrets: createSessionSecrets(),
      spawnEngineWorker: () => {
        throw new Error('no engine is started here');
      },
    },
  );
  await core.services.projects.createIn(dataDir, 'Hostile');
  core.services.settings.update({ detectorId: 'adaptive' });
  return core;
}

/** First what is no video at all, then ever new damages of whole ones. */
async function* casesOf(media: string, count: number, seed: number): AsyncGenerator<Case> {
  let given = 0;
  for await (const each of disguises(media)) {
    yield each;
    // Before the next one is made, whose pipe would be watched by nobody.
    if (++given === Math.ceil(count / 4)) break;
  }
  const dice = createDice(seed);
  const videos = await makeIntactVideos(path.join(media, 'whole'));
  for (let index = given; index < count; index++) {
    const { extension, bytes, how } = spoilVideo(videos, dice);
    const file = path.join(media, `case-${index}${extension}`);
    await writeFile(file, bytes);
    yield { name: `case ${index} of seed ${seed}: ${how}`, file };
    await rm(file, { force: true });
  }
}

/** Each names a pipe in its folder, which notices being opened. */
async function* disguises(media: string): AsyncGenerator<Case> {
  for (const list of DISGUISED_LISTS) {
    const folder = path.join(media, list.kind);
    await mkdir(folder);
    const { path: file, other } = await writeList(list, folder);
    yield watched(`list ${list.kind}`, file, other);
  }
  const folder = path.join(media, 'others');
  await mkdir(folder);
  yield watched('reference movie', await makeReferenceMovie(folder, path.join(folder, 'other.mov')), path.join(folder, 'other.mov'));
  const pipe = path.join(folder, 'pipe.mp4');
  yield watched('pipe', pipe, pipe);
  await mkdir(path.join(folder, 'folder.mp4'));
  yield { name: 'folder', file: path.join(folder, 'folder.mp4') };
  await symlink('/dev/zero', path.join(folder, 'device.mp4'));
  yield { name: 'device', file: path.join(folder, 'device.mp4') };
  await writeFile(path.join(folder, 'huge.y4m'), 'YUV4MPEG2 W60000 H60000 F25:1 C420jpeg\nFRAME\n'.padEnd(4000, 'x'));
  yield { name: 'huge pictures', file: path.join(folder, 'huge.y4m') };
  await writeFile(path.join(folder, 'empty.mp4'), '');
  yield { name: 'empty', file: path.join(folder, 'empty.mp4') };
}

function watched(name: string, file: string, other: string): Case {
  const pipe = watchPipe(other);
  return { name, file, wasOutsideOpened: () => pipe.wasOpened, end: () => pipe.stop() };
}

/** `logged`: what the studio says of errors that it did not expect. */
async function tryCase(
  core: Core,
  { name, file }: Case,
  { tally, logged }: { tally: HostileTally; logged: readonly object[] },
): Promise<void> {
  const { videos, jobs } = core.services;
  const complain = (error: { readonly code: string | null; readonly message: string }, at: string): void => {
    if (error.code === 'internal' || error.code === null) tally.add('unnamedErrors', `${name}, ${at}: ${error.message} ${inspect(logged)}`);
  };
  try {
    const { added } = await videos.addFiles([file], 'hostile');
    const [videoId] = added;
    // Refused with a reason, or known already.
    if (videoId === undefined) return;
    jobs.enqueueNeeded([videoId], 'hostile', { steps: STEPS, settings: core.services.settings.get() });
    await jobs.idle();
    await showStills(core, videoId, complain);
    const clips: JobRequest = { kind: 'clips', videoIds: [videoId], mode: 'exact' };
    if (videos.get(videoId).probe !== null) jobs.enqueue([clips, { ...clips, mode: 'copy' }], false, 'hostile');
    await jobs.idle();
    for (const job of jobs.list()) if (job.error !== null) complain(job.error, job.kind);
    jobs.clearFinished();
    videos.remove([videoId], 'hostile');
  } catch (error) {
    complain(namesOf(error), 'adding');
  }
}

async function showStills(
  core: Core,
  videoId: VideoId,
  complain: (error: { code: string | null; message: string }, at: string) => void,
): Promise<void> {
  const frameCount = core.services.videos.get(videoId).probe?.frameCount ?? 0;
  for (const frame of new Set([0, Math.floor(frameCount / 2), Math.max(0, frameCount - 1)]))
    await core.resolveMedia(mediaUrls.frame(videoId, frame, 320)).catch((error: unknown) => complain(namesOf(error), `still ${frame}`));
}

function namesOf(error: unknown): { code: string | null; message: string } {
  if (error instanceof AppError) return error;
  return { code: null, message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
