import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { inspect } from 'node:util';
import { openRemoteCaptioner } from '#core/engines/captioners/remote-captioner.ts';
import { createEngineClient, type EngineClient } from '#core/engines/engine-client.ts';
import { createModelStore, type ModelStore, type ResolvedModel } from '#core/models/model-store.ts';
import { spawnEngineWorkerProcess } from '#core/engines/worker-process.ts';
import { openRemoteWriter } from '#core/engines/writers/remote-writer.ts';
import type { Logger } from '#core/base/host.ts';
import { AppError } from '#shared/contract/errors.ts';
import { watchPipe } from '../../helpers/watched-pipe.ts';
import { createDice, type HostileOptions, type HostileReport, type HostileTally, tallyHostile, within } from './hostile-report.ts';
import { type SpoiltModel, spoiltModels } from './spoilt-models.ts';
import { inEnglish } from '#shared/words/words.ts';

const repository = path.resolve(import.meta.dirname, '../../..');
const WORKER = new URL('../../../src-main/engine-worker/worker.ts', import.meta.url);
/** Models of a few thousand weights: each of these is far more than they need, also on a busy machine. */
const CASE_LIMIT_MS = 120_000;
const OPEN_LIMIT_MS = 60_000;
const PART_LIMIT_MS = 10_000;
const GOOD = 'good';
const silent: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

interface Bench {
  readonly store: ModelStore;
  readonly client: EngineClient;
  readonly models: string;
}

/** Model folders that are damaged, lie, or are none: each is listed beside a good one and, where the list takes it for usable, loaded and run. */
export function tryHostileModelFolders({ folder, count, seed }: HostileOptions): Promise<HostileReport> {
  return tallyHostile('model folders', async (tally) => {
    const models = path.join(folder, 'models');
    mkdirSync(models, { recursive: true });
    cpSync(path.join(repository, 'tests/fixtures/models/writers/qwen2'), path.join(models, GOOD), { recursive: true });
    // Networks name these, seen from their folder.
    const canaries = [path.join(models, 'canary.bin'), path.join(folder, 'canary.bin')].map(watchPipe);
    const openBench = (): Bench => ({
      models,
      store: createModelStore({ modelsDir: path.join(repository, 'models'), userModelsDir: models, logger: silent }),
      client: createEngineClient(() => spawnEngineWorkerProcess(WORKER, PART_LIMIT_MS), { logger: silent, openLimitMs: OPEN_LIMIT_MS }),
    });
    let bench = openBench();
    let cases = 0;
    for (const model of spoiltModels(count, createDice(seed))) {
      const name = `case-${cases++}`;
      model.write(path.join(models, name));
      const end = await within(CASE_LIMIT_MS, tryCase(bench, name, { model, tally }));
      if (canaries.some((canary) => canary.wasOpened)) tally.add('openedOutside', model.name);
      rmSync(path.join(models, name), { recursive: true, force: true });
      if (end !== 'late') continue;
      tally.add('hangs', model.name);
      await bench.client.close();
      bench = openBench();
    }
    await bench.client.close();
    for (const canary of canaries) canary.stop();
    const strangers = (await readdir(folder)).filter((name) => !['models', 'canary.bin'].includes(name));
    for (const stranger of strangers) tally.add('openedOutside', `${stranger} was written outside`);
    return cases;
  });
}

interface Case {
  readonly model: SpoiltModel;
  readonly tally: HostileTally;
}

async function tryCase({ store, client }: Bench, name: string, { model, tally }: Case): Promise<void> {
  try {
    const list = await store.list();
    const listed = list.find(({ id }) => id === `own:${name}`);
    const good = list.find(({ id }) => id === `own:${GOOD}`);
    if (good?.state !== 'installed') tally.add('crashes', `${model.name}: the good folder beside it is ${good?.state ?? 'not listed'}`);
    if (listed === undefined) return;
    if (listed.state !== 'installed') {
      if (listed.stateReason === null || listed.stateReason.key === 'models.notChecked')
        tally.add('unnamedErrors', `${model.name}: ${listed.stateReason === null ? 'no reason' : inEnglish(listed.stateReason)}`);
      return;
    }
    await runOnce(client, await store.resolve(listed.id));
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'internal')
      tally.add('unnamedErrors', `${model.name}: ${inspect(error).slice(0, 600)}`);
  }
}

const context = { signal: new AbortController().signal, onText: (): void => undefined };
const generation = { maxNewTokens: 4, temperature: 0, topP: 1, seed: 0 };
const PICTURE = { frame: 0, width: 32, height: 32, data: new Uint8Array(32 * 32 * 3).fill(128) };

/** A few words of whatever the model is for. */
async function runOnce(client: EngineClient, { id, role, folder, sha256, bytes }: ResolvedModel): Promise<void> {
  const spec = { modelId: id, folder, sha256, bytes, threads: 1, device: 'cpu' as const };
  if (role === 'writer') {
    const writer = await openRemoteWriter(client, spec);
    await writer.countTokens?.('Hello there.');
    await writer.write({ parts: [{ type: 'text', text: 'Say hello.' }], generation }, context);
  } else if (role === 'captioner') {
    const captioner = await openRemoteCaptioner(client, spec);
    await captioner.caption({ pictures: [PICTURE], prompt: 'Describe.', generation }, context);
  } else {
    const whisper = await client.open({ kind: 'whisper', spec });
    await whisper.call('transcribe', { samples: hum(), speech: [{ startS: 0, endS: 1 }], language: null });
  }
}

/** A second of a deep tone, 16 kHz. */
function hum(): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: 16_000 }, (_, index) => 0.3 * Math.sin((index * 2 * Math.PI * 140) / 16_000));
}
