import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createCore } from '#core/app/create-core.ts';
import { systemClock } from '#core/base/host.ts';
import { createSessionSecrets } from '#core/base/secrets/secrets.ts';
import { type CrowdReport, percentile, runCrowd } from '../helpers/crowd.ts';
import { addCutVideo } from '../helpers/cut-video.ts';
import { createRecordingLogger } from '../helpers/recording-logger.ts';
import { testConfig } from '../helpers/test-config.ts';
import { machine } from './support/rounds.ts';

/**
 * `npm run bench:serve [-- --people 30 --seconds 60 --pause 1000]`: people who write at once on one `serve`, each over a WebSocket of their own:
 * how long an edit takes until it is acknowledged, and whether words get lost, stand under another name, or are taken back by somebody else.
 */
const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '30' },
    seconds: { type: 'string', default: '60' },
    pause: { type: 'string', default: '1000' },
  },
});
const [people, seconds, pauseMs] = [Number(values.people), Number(values.seconds), Number(values.pause)];
/** What a person does not notice. */
const AIM_MS = 100;
const print = (line = ''): boolean => process.stdout.write(`${line}\n`);

const dataDir = mkdtempSync(path.join(tmpdir(), 'shotluck-bench-serve-'));
const cli = path.resolve(import.meta.dirname, '../../src-main/hosts/cli/main.ts');

/** A project with a shot for each person. */
async function prepare() {
  const core = createCore(testConfig(dataDir), {
    logger: createRecordingLogger(),
    clock: systemClock,
    secrets: createSessionSecrets(),
    spawnEngineWorker: () => {
      throw new Error('nothing here needs an engine');
    },
  });
  const { displayPath } = await core.services.projects.createIn(dataDir, 'Crowd');
  const videoId = await addCutVideo(core, dataDir, people);
  await core.close();
  return { folder: displayPath, videoId };
}

async function measure(): Promise<CrowdReport> {
  const { folder, videoId } = await prepare();
  const server = spawn(process.execPath, [cli, 'serve', '--project', folder], {
    env: { ...process.env, SHOTLUCK_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    let printed = '';
    for await (const chunk of server.stdout) {
      printed += String(chunk);
      if (printed.includes('Ctrl+C')) break;
    }
    const [, annotatorUrl] = printed.match(/http:\S+/gu) ?? [];
    if (annotatorUrl === undefined) throw new Error(`the studio did not start: ${printed}`);
    return await runCrowd({ annotatorUrl, videoId, people, seconds, pauseMs });
  } finally {
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    await ended;
  }
}

try {
  print(`Machine: ${machine()}.`);
  const { acknowledgedMs, conflicts, lost, crossed, undone } = await measure();
  const [median, p95, worst] = [0.5, 0.95, 1].map((fraction) => percentile(acknowledgedMs, fraction).toFixed(0));
  print(
    `${people} people for ${seconds} s, each an edit about every ${pauseMs} ms, each page asking again what others changed: ${acknowledgedMs.length} edits acknowledged.`,
  );
  print(`Acknowledged after: median ${median} ms, p95 ${p95} ms (aim: at most ${AIM_MS} ms on a quiet machine), longest ${worst} ms.`);
  print(
    `Met somebody else's words and were notified: ${conflicts}. Lost: ${lost}. Under another name: ${crossed}. Took back their own step, and only that: ${undone} of ${people}.`,
  );
  if (lost > 0 || crossed > 0 || undone < people || percentile(acknowledgedMs, 0.95) > AIM_MS) process.exitCode = 1;
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
