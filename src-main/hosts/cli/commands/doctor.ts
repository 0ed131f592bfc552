import { Command } from 'commander';
import { startCore } from '../project-session.ts';
import { printLine } from '../terminal.ts';

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Check what the studio needs: ffmpeg and its features, models and their hashes, execution providers.')
    .option('--json', 'print one JSON object')
    .action(doctor);
}

async function doctor(options: { readonly json?: true }): Promise<void> {
  const core = startCore();
  try {
    const checks = await core.services.doctor.examine();
    if (options.json === true) console.log(JSON.stringify(checks, null, 2));
    else
      for (const { name, state, detail } of checks) {
        const mark = { ok: '✓', note: '·', problem: '✗' }[state];
        printLine(`${mark} ${name}: ${detail}`);
      }
    process.exitCode = checks.some((check) => check.state === 'problem') ? 1 : 0;
  } finally {
    await core.close();
  }
}
