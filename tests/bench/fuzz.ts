import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { fuzzBytes } from '../helpers/fuzz/fuzz-bytes.ts';
import { allPaths, fuzzContract } from '../helpers/fuzz/fuzz-contract.ts';
import { fuzzParsers } from '../helpers/fuzz/fuzz-parsers.ts';
import { openFuzzStudio } from '../helpers/fuzz/fuzz-studio.ts';

/**
 * `npm run bench:fuzz -- --parsers [--inputs 100000 --seed 1]`: feeds damaged data sets, cut lists and subtitles to every parser. Ends with 1 when one of them threw what is no named refusal, did not
 * end, or gave what no video has.
 *
 * `npm run bench:fuzz [-- --calls 100000 --seed 1 --clients 4 --in-flight 4 --requests 5000 --frames 5000]`: calls every procedure of the
 * contract with good, odd and broken inputs over real WebSockets against the server of `serve`, then sends malformed requests and frames. Ends with 1 when the core went down, kept silent, failed unexpectedly, gave an
 * answer that its own schema refuses, or named a path.
 */
const { values } = parseArgs({
  options: {
    parsers: { type: 'boolean', default: false },
    inputs: { type: 'string', default: '100000' },
    calls: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    clients: { type: 'string', default: '4' },
    'in-flight': { type: 'string', default: '4' },
    requests: { type: 'string', default: '5000' },
    frames: { type: 'string', default: '5000' },
  },
});
const MEGABYTE = 1024 * 1024;
const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const rssMb = (): number => Math.round(process.memoryUsage.rss() / MEGABYTE);

if (values.parsers) {
  await runParsers();
  process.exit();
}

async function runParsers(): Promise<void> {
  const startedMs = performance.now();
  const onInput = (done: number): void => void (done % 20_000 === 0 && process.stderr.write(`${done} inputs\n`));
  const report = await fuzzParsers({ inputs: Number(values.inputs), seed: Number(values.seed), limitMs: 5_000, onInput });
  print(
    `${report.inputs} inputs in ${((performance.now() - startedMs) / 1000).toFixed(0)} s (seed ${values.seed}), the slowest ${report.slowestMs.toFixed(0)} ms, Node ${process.versions.node}`,
  );
  for (const [name, { used, empty, refused, fault }] of Object.entries(report.outcomes))
    print(`  ${name}: ${used} read, ${empty} with nothing to use, ${refused} refused, ${fault} faults`);
  print(`  faults: ${report.faults.length}`);
  for (const fault of report.faults.slice(0, 50)) print(`    ${fault}`);
  process.exitCode = report.faults.length === 0 ? 0 : 1;
}

const studio = await openFuzzStudio();
const startedMs = performance.now();
const rss: number[] = [];
const report = await fuzzContract(studio, {
  calls: Number(values.calls),
  seed: Number(values.seed),
  clients: Number(values.clients),
  inFlight: Number(values['in-flight']),
  onRound(made) {
    rss.push(rssMb());
    if (made % 10_000 === 0) process.stderr.write(`${made} calls, ${rssMb()} MB\n`);
  },
});
const seconds = (performance.now() - startedMs) / 1000;
const bytes = await fuzzBytes(studio, { requests: Number(values.requests), frames: Number(values.frames), seed: Number(values.seed) });
await studio.close();
const faults = [...report.faults, ...bytes.faults];

print(
  `${report.calls} calls in ${seconds.toFixed(0)} s (seed ${values.seed}) on ${cpus()[0]?.model ?? 'an unknown processor'}, Node ${process.versions.node}`,
);
for (const [outcome, count] of Object.entries(report.outcomes).sort(([, a], [, b]) => b - a)) print(`  ${outcome}: ${count}`);
const never = allPaths().filter((path) => report.carriedOut[path] === undefined);
print(
  `  procedures carried out: ${allPaths().length - never.length} of ${allPaths().length}${never.length === 0 ? '' : ` (never: ${never.join(', ')})`}`,
);
print(
  `  memory of studio and clients in one process: ${rss[Math.floor(rss.length / 2)] ?? 0} MB half-way, ${rss.at(-1) ?? 0} MB at the end, ${Math.max(...rss)} MB at most`,
);
print(`  and ${bytes.requests} raw requests and ${bytes.frames} raw frames of malformed bytes`);
print(`  faults: ${faults.length}`);
for (const fault of faults.slice(0, 50)) print(`    ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;
