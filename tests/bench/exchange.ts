import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { writeExchangeSet } from './support/exchange-set.ts';
import { machine } from './support/rounds.ts';
import { measuredCommand, type MeasuredCommand } from './support/measured-command.ts';

/**
 * `npm run bench:exchange [-- --videos 2000,20000]`: import of a generated Shot2Story file by the command line into a new project, and its export
 * again, beside what `JSON.parse` of the whole text takes on the same machine in the same run. 134,000 videos are the whole of Shot2Story.
 */
const { values } = parseArgs({ options: { videos: { type: 'string', default: '2000,20000' } } });
const print = (line = ''): boolean => process.stdout.write(`${line}\n`);
const seconds = (ms: number): string => (ms / 1000).toFixed(1).padStart(7);
const megabytes = (bytes: number): string =>
  Math.round(bytes / 1e6)
    .toString()
    .padStart(5);

if (process.platform !== 'linux') throw new Error('Processor time of other processes is read from /proc: this command needs Linux.');
print(`Machine: ${machine()}.`);
print();
print('| videos |   file | command |   wall s |    CPU s | peak MB | times JSON.parse | project.db / file |');
print('| ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: |');
for (const count of values.videos.split(',').map(Number)) await measure(count);

async function measure(videos: number): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'shotluck-exchange-'));
  try {
    const [file, project, out] = ['set.json', 'Set.shotluck', 'out.json'].map((name) => path.join(folder, name)) as [
      string,
      string,
      string,
    ];
    await writeExchangeSet(file, videos);
    const { size } = await stat(file);
    const parseMs = await parsedWhole(file);
    const imported = await measuredCommand(['import-dataset', file, '--project', project], folder);
    const database = await stat(path.join(project, 'project.db'));
    const row = (command: string, { wallMs, cpuMs, peakBytes }: MeasuredCommand, more: string): void =>
      void print(
        `| ${videos} | ${megabytes(size)} MB | ${command} | ${seconds(wallMs)} | ${seconds(cpuMs)} | ${megabytes(peakBytes)} | ${(cpuMs / parseMs).toFixed(0)} | ${more} |`,
      );
    row('import', imported, (database.size / size).toFixed(1));
    row('export', await measuredCommand(['export', '-p', project, '-f', 'shot2story', '-w', out, '-o', 'texts=all'], folder), '');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The quickest of three: what a program that holds everything in memory needs at least. */
async function parsedWhole(file: string): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round < 3; round++) {
    const text = await readFile(file, 'utf8');
    const startedMs = performance.now();
    JSON.parse(text);
    rounds.push(performance.now() - startedMs);
  }
  return Math.min(...rounds);
}
