import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { tryHostileDataSets } from './support/hostile-data-sets.ts';
import { tryHostileMedia } from './support/hostile-media.ts';
import { tryHostileModelFolders } from './support/hostile-model-folders.ts';
import { type HostileReport, isClean, type TryHostile } from './support/hostile-report.ts';
import { machine } from './support/rounds.ts';

/**
 * `npm run bench:hostile [-- --kinds media --media 300 --seed 1]`: input that somebody made to do harm, or that harm was done to. Ends with 1 when
 * anything hung, would have ended the studio, failed without a name, or opened a file that nobody chose.
 */
interface Kind {
  readonly count: number;
  readonly run: TryHostile;
}

const KINDS: Readonly<Record<string, Kind>> = {
  media: { count: 300, run: tryHostileMedia },
  'data-sets': { count: 146, run: tryHostileDataSets },
  'model-folders': { count: 75, run: tryHostileModelFolders },
};

const counts = Object.fromEntries(
  Object.entries(KINDS).map(([name, { count }]) => [name, { type: 'string' as const, default: String(count) }]),
);
const { values } = parseArgs({
  options: { kinds: { type: 'string', default: Object.keys(KINDS).join(',') }, seed: { type: 'string', default: '1' }, ...counts },
});
const print = (line = ''): boolean => process.stdout.write(`${line}\n`);

async function tryKind(name: string): Promise<HostileReport> {
  const kind = KINDS[name];
  if (kind === undefined) throw new Error(`There is no kind ${name}: ${Object.keys(KINDS).join(', ')}`);
  const folder = await mkdtemp(path.join(tmpdir(), `shotluck-hostile-${name}-`));
  try {
    return await kind.run({ folder, count: Number(new Map<string, unknown>(Object.entries(values)).get(name)), seed: Number(values.seed) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const reports: HostileReport[] = [];
for (const name of values.kinds.split(',')) reports.push(await tryKind(name));
print(`| kind | cases | hangs | crashes | unnamed errors | files opened outside |`);
print('| --- | --- | --- | --- | --- | --- |');
for (const { kind, cases, hangs, crashes, unnamedErrors, openedOutside } of reports)
  print(`| ${kind} | ${cases} | ${hangs} | ${crashes} | ${unnamedErrors} | ${openedOutside} |`);
for (const { kind, examples } of reports) for (const example of examples.slice(0, 20)) print(`${kind}: ${example}`);
print(`Machine: ${machine()}. Seed ${values.seed}.`);
process.exitCode = reports.every(isClean) ? 0 : 1;
