import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { childEnvironment } from '#core/base/child-environment.ts';
import { openRemoteCaptioner } from '#core/engines/captioners/remote-captioner.ts';
import { createEngineClient, type EngineClient } from '#core/engines/engine-client.ts';
import { spawnEngineWorkerProcess } from '#core/engines/worker-process.ts';
import { openRemoteWriter } from '#core/engines/writers/remote-writer.ts';
import type { EngineWorkerHandle } from '#core/engines/engine-worker-handle.ts';
import { createRecordingLogger } from '../../helpers/recording-logger.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';
import { blackPicture, nanoFolder, nanoSpec, requestFor, workerFile } from './support/nano.ts';
import { onnxWithOutsideWeights } from './support/tiny-onnx.ts';

const repository = path.resolve(import.meta.dirname, '../../..');
const quietly = { signal: new AbortController().signal, onText: () => undefined };

function clientOf(
  spawnWorker: (index: number) => EngineWorkerHandle,
  options: { openLimitMs?: number } = {},
): { client: EngineClient; count: () => number } {
  let count = 0;
  const client = createEngineClient(() => spawnWorker(count++), { logger: createRecordingLogger(), ...options });
  onTestFinished(() => client.close());
  return { client, count: () => count };
}

describe.skipIf(process.platform === 'win32')('a worker in the middle of a long run', () => {
  async function busyCore(): Promise<{ core: ChildProcess; workerPid: number }> {
    const core = spawn(process.execPath, [path.join(import.meta.dirname, 'support/busy-core.ts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void core.kill('SIGKILL'));
    await once(core.stdout ?? core, 'data');
    const [workerPid] = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
      .split('\n')
      .map((line) => line.trim().split(/\s+/u).map(Number))
      .flatMap(([pid, parent]) => (pid !== undefined && parent === core.pid ? [pid] : []));
    if (workerPid === undefined) throw new Error('the core has a worker');
    return { core, workerPid };
  }

  /** Milliseconds until there is no such process, or only its remains. */
  async function endOf(pid: number): Promise<number> {
    const startedMs = performance.now();
    while (isRunning(pid) && performance.now() - startedMs < 20_000) await new Promise((resolve) => setTimeout(resolve, 50));
    return performance.now() - startedMs;
  }

  function isRunning(pid: number): boolean {
    try {
      return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('Z');
    } catch {
      return false;
    }
  }

  it.each(['SIGKILL', 'SIGTERM'] as const)('ends within two seconds of its core, which is ended by %s', async (signal) => {
    const { core, workerPid } = await busyCore();
    core.kill(signal);
    expect(await endOf(workerPid)).toBeLessThan(2000);
  });
});

describe('a model whose folder holds', () => {
  /** A copy of the small text model with another chat template. */
  function writerWith(template: string): string {
    const folder = path.join(temporaryFolder(), 'writer');
    cpSync(path.join(repository, 'tests/fixtures/models/writers/llama'), folder, { recursive: true });
    const file = path.join(folder, 'tokenizer_config.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), chat_template: template }));
    return folder;
  }
  const spec = (folder: string) => ({ modelId: 'writer', folder, sha256: 'a'.repeat(64), threads: 1, device: 'cpu' as const });
  const generation = { maxNewTokens: 2, temperature: 0, topP: 1, seed: 0 };
  const request = (text: string) => ({ parts: [{ type: 'text' as const, text }], generation });

  // Both come to an end, only later than they may.
  it('a chat template that takes too long is named, and its process is ended', async () => {
    const slow = "{% for i in range(2000) %}{% for j in range(2000) %}{% endfor %}{% endfor %}{{ messages[0]['content'] }}";
    const { client, count } = clientOf(() => spawnEngineWorkerProcess(workerFile, 300));
    const writer = await openRemoteWriter(client, spec(writerWith(slow)));
    await expect(writer.write(request('Hello.'), quietly)).rejects.toMatchObject({
      code: 'model-broken',
      message: expect.stringContaining('the chat template did not finish'),
    });
    // It would take as long again.
    expect(count()).toBe(1);
  });

  it('a tokenizer that takes too long is named, and another model works after it', async () => {
    const { client } = clientOf(() => spawnEngineWorkerProcess(workerFile, 300));
    const writer = await openRemoteWriter(client, spec(writerWith("{{ messages[0]['content'] }}")));
    const counting = writer.countTokens?.('A long text without an end. '.repeat(400_000));
    await expect(counting).rejects.toMatchObject({
      code: 'model-broken',
      message: expect.stringContaining('tokenizer.json: the tokenizer did not finish'),
    });
    const captioner = await openRemoteCaptioner(client, nanoSpec);
    expect((await captioner.caption(requestFor([blackPicture]), quietly)).text).toBe('A black screen.');
  });

  it('networks that do not load in time is named, and its process is ended', async () => {
    const { client } = clientOf(() => spawnEngineWorkerProcess(workerFile), { openLimitMs: 1 });
    await expect(openRemoteCaptioner(client, nanoSpec)).rejects.toMatchObject({
      code: 'model-broken',
      message: expect.stringContaining('"shotluck-nano" cannot be used: it was not loaded within'),
    });
  });

  it.each([
    ['beside the folder', '../weights.bin', false],
    ['at an absolute address', '/weights.bin', false],
    ['beside the folder, for a branch of the network', '../weights.bin', true],
  ])('a network whose weights lie %s is refused by name', async (_where, location, isNested) => {
    const folder = path.join(temporaryFolder(), 'captioner');
    cpSync(nanoFolder, folder, { recursive: true });
    writeFileSync(path.join(folder, '../weights.bin'), Buffer.alloc(16));
    writeFileSync(path.join(folder, 'onnx/vision_encoder_quantized.onnx'), onnxWithOutsideWeights(location, isNested));
    const { client } = clientOf(() => spawnEngineWorkerProcess(workerFile));
    await expect(openRemoteCaptioner(client, { ...nanoSpec, folder })).rejects.toMatchObject({ code: 'model-broken' });
  });
});

describe('the surroundings of a worker', () => {
  it('are what it needs to run, without the keys and tokens of others', () => {
    const surroundings = {
      PATH: '/bin',
      Path: 'C:\\',
      HOME: '/home/ann',
      LC_ALL: 'de_DE.UTF-8',
      CUDA_VISIBLE_DEVICES: '0',
      SHOTLUCK_ENDPOINT_KEY: 'secret',
      HF_TOKEN: 'secret',
      NODE_OPTIONS: '--inspect',
      SESSION: 'secret',
    };
    expect(childEnvironment({ ELECTRON_RUN_AS_NODE: '1' }, surroundings)).toEqual({
      PATH: '/bin',
      Path: 'C:\\',
      HOME: '/home/ann',
      LC_ALL: 'de_DE.UTF-8',
      CUDA_VISIBLE_DEVICES: '0',
      ELECTRON_RUN_AS_NODE: '1',
    });
  });
});
