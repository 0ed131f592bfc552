import { appendFileSync, copyFileSync, existsSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { VideoId } from '#shared/domain/ids.ts';
import type { JobRequest } from '#shared/steps/from-steps.ts';
import { isFinished } from '#shared/domain/job.ts';
import { noAutomaticSteps } from '../../helpers/no-automatic-steps.ts';
import { type AnnotatorCounts, createAnnotator } from './crash-annotator.ts';
import { createRandom } from './chance.ts';
import { type CoreChild, startCoreChild } from './core-child.ts';
import { descendantsOf, type SeenProcess, stillRunning } from './process-tree.ts';

/** What is ended in a round. `main`: the process of the window, after which nobody is at the core's other end. `close`: in order. */
export type Victim = 'core' | 'worker' | 'ffmpeg' | 'main' | 'close';
const VICTIMS: readonly Victim[] = [
  'core',
  'worker',
  'core',
  'ffmpeg',
  'core',
  'main',
  'core',
  'worker',
  'core',
  'ffmpeg',
  'core',
  'close',
];

/** What dies with the core must be gone within this time. */
const ORPHAN_MS = 3_000;
const MAX_CUTS = 60;

export interface CrashOptions {
  readonly rounds: number;
  readonly videoPath: string;
  readonly dataDir: string;
  /** Every so many rounds the disk of `dataDir` is filled up meanwhile; null for a disk that is shared with others. */
  readonly fillEvery: number | null;
  readonly seed: number;
  readonly fromSource?: boolean;
  /** Whether jobs run models too; else ffmpeg alone. */
  readonly withModels: boolean;
  log(line: string): void;
}

export interface CrashCounts extends AnnotatorCounts {
  readonly rounds: number;
  readonly victims: Record<Victim, number>;
  /** Rounds in which the disk was full for a while. */
  readonly fullDisks: number;
  readonly orphans: number;
  readonly leftovers: number;
  /** The core ended although it was not it that was killed. */
  readonly fallen: number;
  readonly problems: readonly string[];
}

/** Kills parts of the studio under a scripted annotator and running jobs, and looks after each restart what was lost or left. */
export async function runCrashRounds(options: CrashOptions): Promise<CrashCounts> {
  const random = createRandom(options.seed);
  const victims: Record<Victim, number> = { core: 0, worker: 0, ffmpeg: 0, main: 0, close: 0 };
  const problems: string[] = [];
  let [fullDisks, orphans, leftovers, fallen] = [0, 0, 0, 0];
  const { workedOn, computed } = await prepare(options);
  const annotator = createAnnotator(workedOn);

  for (let round = 1; round <= options.rounds; round++) {
    const core = await startCoreChild(options.dataDir, options);
    const note = (what: string): void => void problems.push(`round ${round}: ${what}`);
    for (const lost of await annotator.look(core)) note(`lost ${lost}`);
    const left = leftoversIn(options.dataDir, core.pid);
    leftovers += left.length;
    for (const file of left) note(`left ${file}`);
    await queueJobs(core, computed, options.withModels);

    let isOver = false;
    const working = annotator.work(core, () => isOver, MAX_CUTS);
    const filler = options.fillEvery !== null && round % options.fillEvery === 0 ? fillDisk(options.dataDir) : null;
    if (filler !== null) fullDisks++;
    await pause(100 + random() * 500);
    const wanted = VICTIMS[round % VICTIMS.length] ?? 'core';
    victims[wanted]++;
    if (wanted === 'worker' || wanted === 'ffmpeg') {
      killChild(core, wanted);
      await pause(100 + random() * 200);
      if (!core.isRunning()) {
        fallen++;
        note(`the core ended with its ${wanted}`);
      }
    }
    const family = descendantsOf(core.pid);
    end(core, wanted);
    await core.ended;
    isOver = true;
    await working;
    if (filler !== null) rmSync(filler, { force: true });
    const orphaned = await orphansOf(family);
    orphans += orphaned.length;
    for (const { commandLine } of orphaned) note(`orphan ${commandLine}`);
    if (round % 25 === 0) options.log(`${round} rounds, ${annotator.counts.acknowledged} edits acknowledged, ${problems.length} problems`);
  }
  const last = await startCoreChild(options.dataDir, options);
  for (const lost of await annotator.look(last)) problems.push(`at the end: lost ${lost}`);
  last.shutDown();
  await last.ended;
  return { ...annotator.counts, rounds: options.rounds, victims, fullDisks, orphans, leftovers, fallen, problems };
}

/** A project with two copies of the video: one that the annotator works on, one for the jobs. */
async function prepare({ dataDir, videoPath, ...options }: CrashOptions): Promise<{ workedOn: VideoId; computed: VideoId }> {
  const videos = ['worked-on.mp4', 'computed.mp4'].map((name) => path.join(dataDir, name));
  for (const [index, video] of videos.entries()) {
    copyFileSync(videoPath, video);
    // An empty box at its end makes each a video of its own for the studio.
    for (let box = 0; box <= index; box++) appendFileSync(video, Buffer.from('00000008' + Buffer.from('free').toString('hex'), 'hex'));
  }
  const core = await startCoreChild(dataDir, options);
  await core.api.settings.update({ automaticSteps: noAutomaticSteps });
  await core.api.projects.create({ name: 'Crash' });
  const grantIds = await Promise.all(videos.map((video) => core.grant(video)));
  const { added } = await core.api.videos.add({ grantIds });
  const [workedOn, computed] = added;
  if (workedOn === undefined || computed === undefined) throw new Error('the videos were not added');
  while ((await core.api.jobs.list({})).some((job) => !isFinished(job.state))) await pause(50);
  core.shutDown();
  await core.ended;
  return { workedOn, computed };
}

/** Keeps inference and ffmpeg busy; what is queued already goes on by itself. */
async function queueJobs(core: CoreChild, videoId: VideoId, withModels: boolean): Promise<void> {
  const jobs = await core.api.jobs.list({});
  if (jobs.filter((job) => !isFinished(job.state)).length > 3) return;
  await core.api.jobs.clearFinished({});
  const models: JobRequest[] = [
    { kind: 'detect', videoId, detectorId: 'transnet-v2' },
    { kind: 'caption', videoId, targets: { which: 'all' } },
  ];
  await core.api.jobs.enqueue({
    requests: [
      ...(withModels ? models : []),
      { kind: 'detect', videoId, detectorId: 'adaptive' },
      { kind: 'clips', videoIds: [videoId], mode: 'exact' },
      { kind: 'export', formatId: 'llava', options: {} },
    ],
  });
}

function killChild(core: CoreChild, which: 'worker' | 'ffmpeg'): void {
  const isWanted = ({ commandLine }: SeenProcess): boolean =>
    which === 'ffmpeg' ? /^\S*ffmpeg /.test(commandLine) : /engine-worker|worker\.ts/.test(commandLine);
  for (const { pid } of descendantsOf(core.pid).filter(isWanted)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      // It may have ended by itself just now.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}

function end(core: CoreChild, victim: Victim): void {
  if (!core.isRunning()) return;
  if (victim === 'main') core.abandon();
  else if (victim === 'close') core.shutDown();
  else core.kill();
}

export async function orphansOf(family: readonly SeenProcess[]): Promise<SeenProcess[]> {
  const untilMs = performance.now() + ORPHAN_MS;
  let running = stillRunning(family);
  while (running.length > 0 && performance.now() < untilMs) {
    await pause(50);
    running = stillRunning(running);
  }
  return running;
}

/** Half-written files of nobody: those of the core that runs now are being written. */
export function leftoversIn(dataDir: string, pid: number): string[] {
  const names = readdirSync(dataDir, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /\.(?:part|tmp)(?:$|[-/])/.test(name) && !name.includes(`.${pid}-`));
}

/** Takes all the room there is. */
function fillDisk(folder: string): string {
  const file = path.join(folder, 'filler');
  const { bavail, bsize } = statfsSync(folder);
  try {
    writeFileSync(file, Buffer.alloc(Number(bavail) * bsize));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC') || !existsSync(file)) throw error;
  }
  return file;
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
