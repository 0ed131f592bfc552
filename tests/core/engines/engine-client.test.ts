import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openRemoteCaptioner } from '#core/engines/captioners/remote-captioner.ts';
import { openRemoteTransNet } from '#core/engines/detectors/remote-transnet.ts';
import { createEngineClient, type EngineClient } from '#core/engines/engine-client.ts';
import type { Captioner, CaptionRequest } from '#core/engines/captioner.ts';
import type { EngineWorkerHandle } from '#core/engines/engine-worker-handle.ts';
import type { TransNetSpec, WorkerRequest } from '#core/engines/worker-contract.ts';
import { spawnEngineWorkerProcess } from '#core/engines/worker-process.ts';
import type { Logger } from '#core/base/host.ts';
import { blackPicture, landscape, modelsDir, nanoSpec, requestFor, workerFile } from './support/nano.ts';

const silent: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const stubbornWorker = new URL('./support/stubborn-worker.ts', import.meta.url);
const obedientWorker = new URL('./support/obedient-worker.ts', import.meta.url);

const clients: EngineClient[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

interface Spawned {
  readonly client: EngineClient;
  readonly handles: EngineWorkerHandle[];
  /** What was sent to the workers, in order. */
  readonly sent: WorkerRequest[];
}

/** A client whose workers are watched; `spawn` makes the n-th. */
function createWatchedClient(
  spawn: (index: number) => EngineWorkerHandle = () => spawnEngineWorkerProcess(workerFile),
  options = {},
): Spawned {
  const handles: EngineWorkerHandle[] = [];
  const sent: WorkerRequest[] = [];
  const client = createEngineClient(
    () => {
      const handle = spawn(handles.length);
      handles.push(handle);
      const send = (request: WorkerRequest): void => {
        sent.push(request);
        handle.wire.send(request);
      };
      return { ...handle, wire: { ...handle.wire, send } };
    },
    { logger: silent, ...options },
  );
  return { client, handles, sent };
}

/** The same, closed after the test. */
function watchedClient(...how: Parameters<typeof createWatchedClient>): Spawned {
  const spawned = createWatchedClient(...how);
  clients.push(spawned.client);
  return spawned;
}

/** The first workers misbehave, those after them do what they are told. That real ones follow each other well: at "a worker that dies". */
const badBeginning =
  (bad = 1) =>
  (index: number) =>
    spawnEngineWorkerProcess(index < bad ? stubbornWorker : obedientWorker);

function caption(
  captioner: Captioner,
  request: CaptionRequest,
  signal = new AbortController().signal,
  onText: (text: string) => void = () => undefined,
) {
  return captioner.caption(request, { signal, onText });
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no error',
    (error: { code: string }) => error.code,
  );
}

describe('captions from the engine worker', () => {
  const { client, handles, sent } = createWatchedClient();
  let captioner: Captioner;
  const countSent = (type: WorkerRequest['type']) => sent.filter((request) => request.type === type).length;

  beforeAll(async () => {
    captioner = await openRemoteCaptioner(client, nanoSpec);
  });
  afterAll(() => client.close());

  it('come as growing text, then as a result', async () => {
    const texts: string[] = [];
    const result = await caption(captioner, requestFor([landscape(0), landscape(5)]), undefined, (text) => texts.push(text));
    expect(texts.length).toBeGreaterThan(3);
    texts.reduce((before, text) => {
      expect(text.startsWith(before) && text.length > before.length).toBe(true);
      return text;
    });
    expect(texts.at(-1)).toBe(result.text);
    expect(result).toMatchObject({ device: 'cpu', modelSha256: nanoSpec.sha256 });
    expect(result.renderedPrompt).toContain('<image>×98\n');
  });

  it('leave the pictures to the caller', async () => {
    const shared = new Uint8Array(blackPicture.data.length * 2).fill(255);
    shared.set(blackPicture.data);
    // Part of a bigger buffer, as a frame reader hands them out.
    const picture = { ...blackPicture, data: shared.subarray(0, blackPicture.data.length) };
    expect((await caption(captioner, requestFor([picture]))).text).toBe('A black screen.');
    expect(picture.data).toHaveLength(blackPicture.data.length);
    expect(shared.at(-1)).toBe(255);
  });

  it('wait for each other', async () => {
    const order: string[] = [];
    await Promise.all(['one', 'two', 'three'].map((name) => caption(captioner, requestFor([blackPicture])).then(() => order.push(name))));
    expect(order).toEqual(['one', 'two', 'three']);
  });

  it('end within a second when cancelled; the worker keeps its model', async () => {
    const abort = new AbortController();
    let cancelledMs = 0;
    const running = caption(captioner, requestFor(Array.from({ length: 8 }, (_, index) => landscape(index))), abort.signal, () => {
      if (abort.signal.aborted) return;
      cancelledMs = performance.now();
      abort.abort();
    });
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(performance.now() - cancelledMs).toBeLessThan(1000);
    expect((await caption(captioner, requestFor([blackPicture]))).text).toBe('A black screen.');
    expect(handles).toHaveLength(1);
    expect(countSent('open')).toBe(1);
  });

  it('leave the queue at once when cancelled, without disturbing what runs', async () => {
    const before = countSent('call');
    const abort = new AbortController();
    const first = caption(captioner, requestFor([landscape(0)]));
    const waiting = caption(captioner, requestFor([blackPicture]), abort.signal);
    abort.abort();
    expect(await codeOf(waiting)).toBe('cancelled');
    expect((await first).text).not.toBe('');
    expect(countSent('call')).toBe(before + 1);
    expect(await codeOf(caption(captioner, requestFor([blackPicture]), AbortSignal.abort()))).toBe('cancelled');
  });

  it('name what is wrong with a folder', async () => {
    await expect(openRemoteCaptioner(client, { ...nanoSpec, folder: '/nowhere' })).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringContaining('config.json'),
    });
    expect((await caption(captioner, requestFor([blackPicture]))).text).toBe('A black screen.');
  });
});

describe('a worker that does not respond', () => {
  it('is ended within a second of cancelling, and another starts for the next call', async () => {
    const { client, handles } = watchedClient(badBeginning());
    const captioner = await openRemoteCaptioner(client, { ...nanoSpec, modelId: 'blocks' });
    const abort = new AbortController();
    const running = caption(captioner, requestFor([blackPicture]), abort.signal);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const cancelledMs = performance.now();
    abort.abort();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(performance.now() - cancelledMs).toBeLessThan(1200);
    expect((await caption(captioner, requestFor([blackPicture]))).text).toBe('A black screen.');
    expect(handles).toHaveLength(2);
  });
});

describe('a worker that dies', () => {
  const deaths: readonly [mood: string, reason: RegExp, output: RegExp][] = [
    ['throws', /ended with code 1\)/u, /worker fell over/u],
    ['exits', /ended with code 7\)/u, /^$/u],
    ['crashes', /ended by SIGABRT\)/u, /^/u],
    ['is killed', /ended by SIGKILL\)/u, /^$/u],
  ];

  it.each(deaths)('because it %s is replaced, and its caption is written by the next one', async (mood, _reason, output) => {
    const { client, handles } = watchedClient(badBeginning());
    const captioner = await openRemoteCaptioner(client, { ...nanoSpec, modelId: mood });
    expect((await caption(captioner, requestFor([blackPicture]))).text).toBe('A black screen.');
    expect(handles[0]?.failure()?.output).toMatch(output);
    expect(handles).toHaveLength(2);
  });

  it.each(deaths.filter(([mood]) => mood === 'throws' || mood === 'is killed'))(
    'twice at the same caption, because it %s, is reported; the next caption is written',
    async (mood, reason) => {
      const { client, handles } = watchedClient(badBeginning(2));
      const captioner = await openRemoteCaptioner(client, { ...nanoSpec, modelId: mood });
      await expect(caption(captioner, requestFor([blackPicture]))).rejects.toMatchObject({
        name: 'EngineDiedError',
        code: 'model-broken',
        message: expect.stringMatching(reason),
      });
      expect((await caption(captioner, requestFor([blackPicture]))).text).toBe('A black screen.');
      expect(handles).toHaveLength(3);
    },
  );

  it('between two captions is replaced unseen, and in the middle of one by another that writes it again from its beginning', async () => {
    const { client, handles } = watchedClient();
    const captioner = await openRemoteCaptioner(client, nanoSpec);
    await caption(captioner, requestFor([blackPicture]));
    await handles[0]?.terminate();
    expect((await caption(captioner, requestFor([blackPicture]))).text).toBe('A black screen.');
    expect(handles).toHaveLength(2);
    const texts: string[] = [];
    const result = await caption(captioner, requestFor([landscape(0), landscape(5)]), undefined, (text) => {
      if (texts.push(text) === 3) void handles[1]?.terminate();
    });
    const again = texts.findIndex((text, index) => index > 0 && text.length <= (texts[index - 1]?.length ?? 0));
    expect(again).toBeGreaterThanOrEqual(3);
    expect(texts[again]).toBe(texts[0]);
    expect(texts.at(-1)).toBe(result.text);
    expect(handles).toHaveLength(3);
  });
});

describe('loaded models', () => {
  it('are shared, stay between jobs, and the one used longest ago makes room', async () => {
    const { client, sent } = watchedClient(undefined, { maxLoadedModels: 2 });
    const spec = (modelId: string) => ({ ...nanoSpec, modelId });
    const names = () => sent.map((request) => (request.type === 'call' ? request.name : request.type));
    const a = await openRemoteCaptioner(client, spec('a'));
    await a.dispose();
    const again = await openRemoteCaptioner(client, spec('a'));
    const b = await openRemoteCaptioner(client, spec('b'));
    expect(names()).toEqual(['open', 'open']); // a was there already
    await caption(again, requestFor([blackPicture]));
    await openRemoteCaptioner(client, spec('c'));
    // b was used longest ago: it went, and comes back when it is asked.
    await caption(again, requestFor([blackPicture]));
    expect(names()).toEqual(['open', 'open', 'caption', 'close', 'open', 'caption']);
    expect((await caption(b, requestFor([blackPicture]))).text).toBe('A black screen.');
    expect(names().slice(6)).toEqual(['close', 'open', 'caption']);
  });
});

describe('TransNet V2 in the engine worker', () => {
  const modelPath = path.join(modelsDir, 'transnet-v2', 'transnet-v2.onnx');
  const spec: TransNetSpec = { modelId: 'transnet-v2', modelPath, threads: 1, device: 'cpu' };
  const windowBytes = 100 * 27 * 48 * 3;
  const { signal } = new AbortController();
  const { client, handles } = createWatchedClient();
  afterAll(() => client.close());

  it('scores a window and shares the worker with a captioner', async () => {
    const scorer = await openRemoteTransNet(client, spec);
    // Fifty black frames, then fifty white ones; part of a bigger buffer.
    const frames = new Uint8Array(windowBytes + 1).fill(255, 1 + windowBytes / 2).subarray(1);
    const { cut, transition } = await scorer.scoreWindow(frames, { signal });
    expect([cut.length, transition.length, scorer.device]).toEqual([100, 100, 'cpu']);
    expect(cut.indexOf(Math.max(...cut))).toBe(49);
    const captioner = await openRemoteCaptioner(client, nanoSpec);
    expect((await caption(captioner, requestFor([blackPicture]))).text).toBe('A black screen.');
    expect((await scorer.scoreWindow(new Uint8Array(windowBytes), { signal })).cut).toHaveLength(100);
    expect(handles).toHaveLength(1);
  });

  it('names its file when that is missing', async () => {
    await expect(openRemoteTransNet(client, { ...spec, modelPath: '/nowhere/transnet-v2.onnx' })).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringContaining('/nowhere/transnet-v2.onnx'),
    });
  });

  it('stops within a second when cancelled, however long the window', async () => {
    const scorer = await openRemoteTransNet(client, spec);
    const controller = new AbortController();
    const scores = scorer.scoreWindow(new Uint8Array(10 * windowBytes), { signal: controller.signal });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const cancelledMs = performance.now();
    controller.abort();
    await expect(scores).rejects.toMatchObject({ code: 'cancelled' });
    expect(performance.now() - cancelledMs).toBeLessThan(1200);
  });
});

it('a worker whose core is gone ends by itself', async () => {
  const worker = fork(fileURLToPath(workerFile), [], { serialization: 'advanced', execArgv: [] });
  worker.disconnect();
  expect(await once(worker, 'exit')).toEqual([0, null]);
});

describe('the client', () => {
  it('reports which execution providers work, and that the CPU does, and runs on it with a note where the wished one does not', async () => {
    const { client } = watchedClient();
    const reports = await client.providers();
    expect(reports.find((report) => report.name === 'cpu')).toEqual({ name: 'cpu', isBundled: true, works: true, problem: null });
    expect(reports.every((report) => report.works === (report.problem === null))).toBe(true);
    const captioner = await openRemoteCaptioner(client, { ...nanoSpec, device: 'coreml' });
    const { device, notes } = await caption(captioner, requestFor([blackPicture]));
    expect([device, notes]).toEqual(
      process.platform === 'darwin' ? ['coreml', []] : ['cpu', [expect.stringContaining('coreml was requested')]],
    );
  });

  it('starts no worker before it is needed, and none after it was closed', async () => {
    const { client, handles } = watchedClient(badBeginning());
    expect(handles).toHaveLength(0);
    const captioner = await openRemoteCaptioner(client, { ...nanoSpec, modelId: 'blocks' });
    const running = codeOf(caption(captioner, requestFor([blackPicture])));
    await new Promise((resolve) => setImmediate(resolve));
    await client.close();
    expect(await running).toBe('cancelled');
    expect(await codeOf(caption(captioner, requestFor([blackPicture])))).toBe('disconnected');
    expect(handles).toHaveLength(1);
  });
});
