/** Run as a process of its own and killed by a test: starts a program that would go on for minutes, and prints its number. */
import { spawn } from 'node:child_process';
import { createLeash } from '#core/system/leash.ts';

const leash = createLeash();
leash.prepare();
const program = spawn(process.execPath, ['-e', 'setTimeout(() => undefined, 300_000)'], { stdio: 'ignore' });
leash.hold(program);
process.stdout.write(`${program.pid}\n`);
