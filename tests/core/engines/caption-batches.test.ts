import { afterAll, describe, expect, it } from 'vitest';
import { CAPTIONER_FAMILIES } from '#engine-worker/captioner/captioner-families.ts';
import { openOnnxCaptioner, type OnnxCaptioner } from '#engine-worker/captioner/onnx-captioner.ts';
import { openRemoteCaptioner } from '#core/engines/captioners/remote-captioner.ts';
import { createEngineClient } from '#core/engines/engine-client.ts';
import type { CaptionRequest, CaptionResult } from '#core/engines/captioner.ts';
import { spawnEngineWorkerProcess } from '#core/engines/worker-process.ts';
import { createRecordingLogger } from '../../helpers/recording-logger.ts';
import { nanoSpec, workerFile } from './support/nano.ts';
import { referenceOf, tinyRequest, tinySpec } from './support/tiny-models.ts';

const batching = Object.values(CAPTIONER_FAMILIES)
  .filter((family) => family.canBatch)
  .flatMap((family) => family.modelTypes.map((type) => ({ type, most: Math.min(3, family.maxPictures) })));

async function alone(captioner: OnnxCaptioner, requests: readonly CaptionRequest[]): Promise<CaptionResult[]> {
  const results: CaptionResult[] = [];
  for (const request of requests)
    results.push(await captioner.caption(request, { signal: new AbortController().signal, onText: () => undefined }));
  return results;
}

/** The results of a batch, and for every request the texts that it reported meanwhile. */
async function together(
  captioner: OnnxCaptioner,
  requests: readonly CaptionRequest[],
): Promise<{ results: CaptionResult[]; updates: string[][] }> {
  const updates: string[][] = requests.map(() => []);
  const results = await captioner.captionMany(requests, {
    signal: new AbortController().signal,
    onText: (index, text) => updates[index]?.push(text),
  });
  return { results, updates };
}

function expectSame(batch: readonly CaptionResult[], single: readonly CaptionResult[]): void {
  expect(batch.map(({ text, tokenCount, renderedPrompt, notes }) => ({ text, tokenCount, renderedPrompt, notes }))).toEqual(
    single.map(({ text, tokenCount, renderedPrompt, notes }) => ({ text, tokenCount, renderedPrompt, notes })),
  );
  batch.forEach(({ meanLogProb }, index) => expect(meanLogProb).toBeCloseTo(single[index]?.meanLogProb ?? Number.NaN, 3));
}

describe.each(batching)('a batch of a model of type $type', ({ type, most }) => {
  it('gives every request the text that it has alone, whatever its length, pictures and options', async () => {
    const { captioner } = await openOnnxCaptioner(tinySpec(type));
    const reference = referenceOf(type);
    const requests: CaptionRequest[] = [
      tinyRequest(reference, 1),
      { ...tinyRequest(reference, most), prompt: 'What is seen here, and who does what to whom?' },
      { ...tinyRequest(reference, 1, { maxNewTokens: 3 }), prompt: 'Short.' },
      tinyRequest(reference, most, { temperature: 0.8, topP: 0.9, seed: 4 }),
    ];
    const { results, updates } = await together(captioner, requests);
    const single = await alone(captioner, requests);
    expectSame(results, single);
    expect(new Set(results.map(({ text }) => text)).size).toBe(4);
    // Half a character is not reported, and answers of random weights may end in one.
    results.forEach(({ text }, index) => expect(text.endsWith('\uFFFD') || updates[index]?.at(-1) === text).toBe(true));
    await captioner.dispose();
  });
});

describe('captions in flight', () => {
  const client = createEngineClient(() => spawnEngineWorkerProcess(workerFile), { logger: createRecordingLogger() });
  afterAll(() => client.close());

  it('are run as a batch in the engine worker; one that is cancelled leaves the others alone', async () => {
    const captioner = await openRemoteCaptioner(client, { ...tinySpec('llava'), batchSize: 4 });
    expect(captioner.parallel).toBe(8);
    const reference = referenceOf('llava');
    const abort = new AbortController();
    const signals = [new AbortController().signal, abort.signal, new AbortController().signal, new AbortController().signal];
    const captions = signals.map((signal, index) =>
      captioner.caption(tinyRequest(reference, 1 + (index % 3)), { signal, onText: () => (index === 1 ? abort.abort() : undefined) }),
    );
    const outcomes = await Promise.allSettled(captions);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: { code: 'cancelled' } });
    const { captioner: inProcess } = await openOnnxCaptioner(tinySpec('llava'));
    const [first] = await alone(inProcess, [tinyRequest(reference, 1)]);
    expect(outcomes[0]).toMatchObject({ value: { text: first?.text } });
    await inProcess.dispose();
  });

  it('run one by one where the family cannot be padded', async () => {
    expect((await openRemoteCaptioner(client, { ...tinySpec('lfm2_vl'), batchSize: 4 })).parallel).toBe(1);
  });

  it('run one by one with 8-bit weights, whose activations would share one scale', async () => {
    expect((await openRemoteCaptioner(client, { ...nanoSpec, batchSize: 4 })).parallel).toBe(1);
  });

  it('run one by one on the CPU', async () => {
    expect((await openRemoteCaptioner(client, tinySpec('llava'))).parallel).toBe(1);
  });
});
