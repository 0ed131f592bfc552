import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEndpointClient, type EndpointClient } from '#core/engines/endpoints/endpoint-client.ts';
import { createEndpointCaptioner, createEndpointWriter } from '#core/engines/endpoints/endpoint-writer.ts';
import { testEndpoint } from '#core/engines/endpoints/test-endpoint.ts';
import { ContextExceededError } from '#core/engines/writer.ts';
import type { GenerationOptions } from '#core/engines/captioner.ts';
import type { Picture } from '#core/media/pictures.ts';
import { defaultEndpoint, type Endpoint } from '#shared/domain/endpoint.ts';
import { painted } from '../core/engines/support/nano.ts';
import { makeGoldenVideo } from '../helpers/golden-videos.ts';
import { addVideo, openDemoProject, startStudioCore } from '../helpers/studio-core.ts';
import { temporaryFolder } from '../helpers/test-core.ts';
import { hasLlamaCpp, type LlamaServer, pytorchAnswers, startLlamaServer } from './support/llama-server.ts';
import { saying } from '../helpers/saying.ts';

const KEY = 'sk-llama-1234567890';
const MODEL = 'tiny';
const never = new AbortController().signal;
const quietly = { signal: never, onText: () => undefined };

/** Greedy, as PyTorch's answers were made. */
function greedy(maxNewTokens: number): GenerationOptions {
  return { maxNewTokens, temperature: 0, topP: 1, seed: 0 };
}

function endpointAt({ url }: LlamaServer, changes: Partial<Endpoint> = {}): Endpoint {
  return { ...defaultEndpoint, id: 'box', title: 'Box', baseUrl: url, model: MODEL, contextTokens: 2048, ...changes };
}

function plain(colour: readonly [number, number, number]): Picture {
  return painted(0, () => colour, { width: 64, height: 36 });
}

/** Said where the tests are skipped. */
const how = hasLlamaCpp ? '' : ' (got by: npm test -- --only servers)';

describe.skipIf(!hasLlamaCpp)(`a llama.cpp server${how}`, () => {
  let server: LlamaServer;
  let endpoint: Endpoint;
  let client: EndpointClient;
  beforeAll(async () => {
    server = await startLlamaServer({ key: KEY, seesPictures: true });
    endpoint = endpointAt(server);
    client = createEndpointClient(endpoint, KEY);
  });
  afterAll(() => server.close());

  it('lists its model with its context', async () => {
    expect(await client.models(never)).toEqual([{ id: MODEL, contextTokens: 2048 }]);
  });

  it('refuses a wrong key in words that do not reveal it', async () => {
    const wrong = createEndpointClient(endpoint, 'sk-wrong', { maxRetries: 0 });
    const chat = wrong.chat({ parts: [{ type: 'text', text: 'Say hello.' }], generation: greedy(4) }, quietly);
    await expect(chat).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringMatching(/key/iu) });
    await expect(chat).rejects.not.toMatchObject({ message: expect.stringContaining('sk-wrong') });
    await expect(createEndpointClient(endpoint, null, { maxRetries: 0 }).models(never)).rejects.toMatchObject({
      message: expect.stringMatching(/key/iu),
    });
  });

  it.each(pytorchAnswers())(
    'streams the tokens that PyTorch writes after "$prompt", with confidence',
    async ({ prompt, text, tokenCount }) => {
      const texts: string[] = [];
      const answer = await client.chat(
        { parts: [{ type: 'text', text: prompt }], generation: greedy(tokenCount) },
        { signal: never, onText: (soFar) => texts.push(soFar) },
      );
      expect(answer).toMatchObject({ text, tokenCount, model: MODEL });
      expect(answer.meanLogProb).toBeLessThan(0);
      // A quick server's words are shown a few at a time.
      expect(texts.length).toBeGreaterThan(1);
      expect(texts.at(-1)).toBe(text);
    },
  );

  it('answers several requests side by side', async () => {
    const answers = pytorchAnswers();
    const writer = createEndpointWriter(endpoint, client);
    const results = await Promise.all(
      [...answers, ...answers].map(({ prompt, tokenCount }) =>
        writer.write({ parts: [{ type: 'text', text: prompt }], generation: greedy(tokenCount) }, quietly),
      ),
    );
    expect(results.map(({ text }) => text)).toEqual([...answers, ...answers].map(({ text }) => text));
  });

  it('is left alone at once when a request is cancelled', async () => {
    const abort = new AbortController();
    const running = client.chat(
      { parts: [{ type: 'text', text: 'Say what happens.' }], generation: { ...greedy(1900), temperature: 1 } },
      { signal: abort.signal, onText: () => abort.abort() },
    );
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    const cancelledMs = performance.now();
    await expect.poll(() => busySlots(server), { timeout: 2000, interval: 20 }).toBe(0);
    expect(performance.now() - cancelledMs).toBeLessThan(1000);
  });

  it('sees pictures', async () => {
    const captioner = createEndpointCaptioner(endpoint, client);
    const caption = (picture: Picture) =>
      captioner.caption({ pictures: [picture, picture], prompt: 'Say what happens.', generation: greedy(12) }, quietly);
    const [red, blue, redAgain] = [await caption(plain([220, 0, 0])), await caption(plain([0, 0, 220])), await caption(plain([220, 0, 0]))];
    expect(red).toMatchObject({ model: MODEL, device: endpoint.title, renderedPrompt: '<image>×2\nSay what happens.' });
    expect(red.text).not.toBe('');
    expect(blue.text).not.toBe(red.text);
    expect(redAgain.text).toBe(red.text);
  });

  it('says in its own words that a prompt is too long', async () => {
    const long = client.chat({ parts: [{ type: 'text', text: 'x'.repeat(3000) }], generation: greedy(4) }, quietly);
    await expect(long).rejects.toBeInstanceOf(ContextExceededError);
    await expect(long).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringMatching(/context/iu) });
  });

  it('is found out by the test of an endpoint', async () => {
    expect(await testEndpoint(client, endpoint, never)).toMatchObject({
      models: [MODEL],
      contextTokens: 2048,
      reads: 'pictures',
      problem: null,
    });
    expect(await testEndpoint(client, { ...endpoint, model: 'other' }, never)).toMatchObject({
      reads: 'nothing',
      problem: saying('does not offer "other"'),
    });
  });

  it('captions the shots of a video, by frames or as videos, and summarises it', async () => {
    const dataDir = temporaryFolder();
    const video = await makeGoldenVideo('hard-cuts', dataDir);
    const core = startStudioCore(dataDir);
    const { endpoints, jobs, settings, shots, texts } = core.services;
    await openDemoProject(core, dataDir);
    await endpoints.save(endpoint, KEY);
    settings.update({
      captionerId: 'endpoint:box',
      summariserId: 'sum-text:endpoint:box',
      promptTemplate: 'Shot {index}',
      summaryPromptTemplate: 'Describe it.',
      framesPerShot: 1,
      maxNewTokens: 12,
      summaryMaxTokens: 48,
      detectorId: 'adaptive',
    });
    const videoId = await addVideo(core, video.path);
    jobs.enqueueNeeded([videoId], 'ann', { steps: new Set(['detect', 'caption', 'summarise']) });
    await jobs.idle();
    expect(jobs.list().map(({ kind, state, error }) => [kind, state, error])).not.toContainEqual([
      expect.anything(),
      'failed',
      expect.anything(),
    ]);
    const captions = shots.list(videoId).map((shot) => texts.currentOf({ videoId, shotId: shot.id, kind: 'visual' }));
    expect(captions).toHaveLength(12);
    for (const caption of captions)
      expect(caption?.provenance).toMatchObject({
        engine: 'endpoint:box',
        model: MODEL,
        prompt: expect.stringMatching(/^<image>×1\nShot \d+$/u),
      });
    const summary = texts.currentOf({ videoId, shotId: null, kind: 'summary' });
    expect(summary?.provenance).toMatchObject({
      engine: 'sum-text:endpoint:box',
      model: MODEL,
      prompt: expect.stringContaining(`Seen: ${captions[0]?.text.replaceAll(/\s+/gu, ' ') ?? ''}`),
    });

    await endpoints.save({ ...endpoint, sendVideo: 'video_url' }, undefined);
    const [first, second] = shots.list(videoId);
    if (first === undefined || second === undefined) throw new Error('two shots expected');
    jobs.enqueue([{ kind: 'caption', videoId, targets: { shotIds: [first.id, second.id] } }], false, 'ann');
    await jobs.idle();
    const [ofFirst, ofSecond] = [first, second].map((shot) => texts.revisions({ videoId, shotId: shot.id, kind: 'visual' }).revisions[0]);
    expect(ofFirst?.provenance).toMatchObject({
      model: MODEL,
      prompt: '<video>\nShot 1',
      options: { notes: expect.arrayContaining([expect.stringContaining('as a video')]) },
    });
    expect(ofFirst?.text).not.toBe(ofSecond?.text);
  });
});

describe.skipIf(!hasLlamaCpp)(`a llama.cpp server without a picture encoder${how}`, () => {
  it('reads text alone, which the test of an endpoint finds out', async () => {
    const server = await startLlamaServer();
    try {
      const endpoint = endpointAt(server);
      const client = createEndpointClient(endpoint, null);
      expect(await testEndpoint(client, endpoint, never)).toMatchObject({
        reads: 'text',
        problem: saying('cannot read images'),
      });
      const captioner = createEndpointCaptioner(endpoint, client);
      const startedMs = performance.now();
      await expect(
        captioner.caption({ pictures: [plain([9, 9, 9])], prompt: 'Say.', generation: greedy(4) }, quietly),
      ).rejects.toMatchObject({ code: 'unsupported' });
      // Asking again would not help, and is not done.
      expect(performance.now() - startedMs).toBeLessThan(1000);
    } finally {
      await server.close();
    }
  });
});

async function busySlots({ url }: LlamaServer): Promise<number> {
  const answer = await fetch(new URL('/slots', url), { headers: { authorization: `Bearer ${KEY}` } });
  return ((await answer.json()) as { is_processing: boolean }[]).filter((slot) => slot.is_processing).length;
}
