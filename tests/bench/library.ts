import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readUsage } from '#core/media/process-usage.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { type CoreChild, startCoreChild } from './support/core-child.ts';
import { writeExchangeSet } from './support/exchange-set.ts';
import { measuredCommand } from './support/measured-command.ts';
import { machine, median } from './support/rounds.ts';

/**
 * `npm run bench:library [-- --videos 20000,75000]`: a project of a generated data set, and how long the core takes to send the list of its videos, to send it again after
 * each change, and to search its texts. 75,000 videos have half a million texts. Messages are measured as JSON, as browsers receive them.
 */
const { values } = parseArgs({ options: { videos: { type: 'string', default: '20000,75000' } } });
const print = (line = ''): boolean => process.stdout.write(`${line}\n`);

const CHANGES = 20;
const ROUNDS = 5;
/** From the words of the data set: rare and common ones, beginnings, and several together. */
const QUERIES = [
  's',
  'th',
  'man',
  'the man',
  'a woman walks',
  'the woman sm',
  'turns slowly zebra',
  't w c b',
  'a the man woman child dog car street',
];

print(`Machine: ${machine()}.`);
for (const count of values.videos.split(',').map(Number)) await measure(count);

async function measure(videos: number): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'shotluck-library-'));
  const file = path.join(folder, 'set.json');
  const project = path.join(folder, 'Set.shotluck');
  try {
    await writeExchangeSet(file, videos);
    await measuredCommand(['import-dataset', file, '--project', project, '--reviewed'], folder);
    const core = await startCoreChild(path.join(folder, 'data'));
    try {
      await core.api.projects.open({ grantId: await core.grant(project) });
      print();
      print(`${videos} videos:`);
      print();
      await measureChanges(core, await measureList(core));
      await measureSearch(core);
    } finally {
      core.shutDown();
      await core.ended;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Of what was sent, how much there was and how long it took. */
interface Sent {
  readonly parts: readonly { readonly ms: number; readonly bytes: number }[];
  readonly videoIds: readonly VideoId[];
  readonly mark: string;
}

/** Asks as the page does, which knows the list as far as `mark`. */
async function follow(core: CoreChild, mark?: string): Promise<Sent> {
  const parts: { ms: number; bytes: number }[] = [];
  const videoIds: VideoId[] = [];
  for (let at = mark; ;) {
    const startedMs = performance.now();
    const part = await core.api.videos.list(at === undefined ? {} : { mark: at });
    parts.push({ ms: performance.now() - startedMs, bytes: JSON.stringify(part).length });
    videoIds.push(...part.videos.map(({ id }) => id));
    at = part.mark;
    if (!part.isMore) return { parts, videoIds, mark: at };
  }
}

async function cpuOf({ pid }: CoreChild): Promise<number> {
  return (await readUsage(pid))?.cpuMs ?? 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

async function measureList(core: CoreChild): Promise<Sent> {
  const cpuBeforeMs = await cpuOf(core);
  const sent = await follow(core);
  const cpuMs = (await cpuOf(core)) - cpuBeforeMs;
  const ms = sent.parts.map((part) => part.ms);
  const megabytes = sum(sent.parts.map((part) => part.bytes)) / 1e6;
  print(
    `- the list for the first time: ${megabytes.toFixed(1)} MB in ${ms.length} parts, the first after ${(ms[0] ?? 0).toFixed(0)} ms, all after ${sum(ms).toFixed(0)} ms, the longest ${Math.max(...ms).toFixed(0)} ms; ${cpuMs} ms of processor time`,
  );
  return sent;
}

async function measureChanges(core: CoreChild, { videoIds, mark }: Sent): Promise<void> {
  const [bytes, ms]: [number[], number[]] = [[], []];
  const cpuBeforeMs = await cpuOf(core);
  let at = mark;
  for (const videoId of videoIds.slice(0, CHANGES)) {
    await core.api.videos.setSplit({ videoIds: [videoId], split: 'val' });
    const sent = await follow(core, at);
    at = sent.mark;
    bytes.push(sum(sent.parts.map((part) => part.bytes)));
    ms.push(sum(sent.parts.map((part) => part.ms)));
  }
  const cpuMs = ((await cpuOf(core)) - cpuBeforeMs) / CHANGES;
  print(
    `- the list after each of ${CHANGES} changes: ${(sum(bytes) / CHANGES / 1e3).toFixed(1)} kB after ${median(ms).toFixed(1)} ms (median; longest ${Math.max(...ms).toFixed(1)}); ${cpuMs.toFixed(0)} ms of processor time with the change itself`,
  );
}

async function measureSearch(core: CoreChild): Promise<void> {
  print();
  print('| search | found | median ms | longest ms |');
  print('| --- | ---: | ---: | ---: |');
  for (const query of QUERIES) {
    const ms: number[] = [];
    let found = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const startedMs = performance.now();
      found = (await core.api.search.text({ query, limit: 200 })).foundCount;
      ms.push(performance.now() - startedMs);
    }
    print(`| ${query} | ${found} | ${median(ms).toFixed(1)} | ${Math.max(...ms).toFixed(1)} |`);
  }
}
