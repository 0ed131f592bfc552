/**
 * Run as a process of its own and killed by a test: opens the project named on the command line and edits without end, printing
 * each step once it was acknowledged.
 */
import { createCore } from '#core/app/create-core.ts';
import { systemClock } from '#core/base/host.ts';
import { createSessionSecrets } from '#core/base/secrets/secrets.ts';
import { createRecordingLogger } from './recording-logger.ts';
import { testConfig } from './test-config.ts';

const [dataDir = '', folder = '', videoId = ''] = process.argv.slice(2);
const core = createCore(testConfig(dataDir), {
  logger: createRecordingLogger(),
  clock: systemClock,
  secrets: createSessionSecrets(),
  spawnEngineWorker: () => {
    throw new Error('no engine here');
  },
});
await core.services.projects.openFolder(folder);
const context = { actor: 'ann', signal: new AbortController().signal };
for (let frame = 1; frame < 100; frame++) {
  await core.dispatcher.run('shots.split', { videoId, frame }, context);
  process.stdout.write(`split ${frame}\n`);
  await core.dispatcher.run('texts.edit', { videoId, shotId: null, kind: 'summary', text: `Version ${frame}` }, context);
  process.stdout.write(`text ${frame}\n`);
}
