import { createEngineClient, type EngineClient } from '#core/engines/engine-client.ts';
import { spawnEngineWorkerProcess } from '#core/engines/worker-process.ts';

const WORKER = new URL('../../../src-main/engine-worker/worker.ts', import.meta.url);

/** Runs `work` with an engine worker of its own, ended afterwards. */
export async function withEngineClient<T>(work: (client: EngineClient) => Promise<T>): Promise<T> {
  const quiet = (): void => undefined;
  const complain = (_details: object, message: string): boolean => process.stderr.write(`${message}\n`);
  const client = createEngineClient(() => spawnEngineWorkerProcess(WORKER), {
    logger: { debug: quiet, info: quiet, warn: complain, error: complain },
  });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}
