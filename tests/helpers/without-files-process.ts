/** Run as a process of its own that may open few files: opens all of them, then starts programs, and reports how each ended. */
import { closeSync, openSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { createLeash } from '#core/base/leash.ts';
import { spawnEngineWorkerProcess } from '#core/engines/worker-process.ts';
import { runFluent } from '#core/media/fluent-run.ts';
import { readAll, startTool } from '#core/media/tool-process.ts';
import { AppError } from '#shared/contract/errors.ts';
import { plain } from '#shared/words/words.ts';

const [, , program = ''] = process.argv;
const { signal } = new AbortController();
const bounds = {
  limits: { workMs: 60_000, stallMs: 60_000, memoryBytes: 2 ** 40 },
  errorOf: () => new AppError('internal', plain('a limit')),
};
const leash = createLeash();
const opened: number[] = [];
try {
  for (;;) opened.push(openSync('/dev/null', 'r'));
} catch {
  // Now there is none left, which is what was wanted.
}
const fluent = await runFluent({
  ffmpegPath: program,
  input: { url: 'in.mp4', options: ['-f', 'mp4'] },
  outputs: [{ target: 'out.mp4', options: ['-f', 'mp4'] }],
  bounds,
  leash,
  signal,
});
const { exit } = await readAll(startTool({ path: program, args: [], signal, leash }));
const worker = await Promise.resolve()
  .then(() => spawnEngineWorkerProcess(pathToFileURL(program), 1_000, leash))
  .then(
    () => null,
    (error: unknown) => error,
  );
for (const file of opened) closeSync(file);
process.stdout.write(JSON.stringify([fluent.failure?.code, exit.failure?.code, worker instanceof AppError ? worker.code : String(worker)]));
process.exit(0);
