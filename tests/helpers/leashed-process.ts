/** Run as a process of its own and killed by a test: starts a program that would go on for minutes, and prints its number. `unregistered`: as if it was
 * killed before it could notify the leash. */
import { spawn } from 'node:child_process';
import { childEnvironment } from '#core/base/child-environment.ts';
import { createLeash } from '#core/base/leash.ts';

const leash = createLeash();
leash.prepare();
const program = spawn(process.execPath, ['-e', 'setTimeout(() => undefined, 300_000)'], {
  stdio: 'ignore',
  env: childEnvironment(leash.mark),
});
if (process.argv[2] !== 'unregistered') leash.hold(program);
process.stdout.write(`${program.pid}\n`);
