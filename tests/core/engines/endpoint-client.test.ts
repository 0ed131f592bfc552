import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type ChatContext, createEndpointClient, type EndpointClient } from '#core/engines/endpoints/endpoint-client.ts';
import { createEndpointCaptioner, createEndpointWriter } from '#core/engines/endpoints/endpoint-writer.ts';
import { defaultEndpoint, type Endpoint } from '#shared/domain/endpoint.ts';
import { words } from '#shared/words/words.ts';
import { type ChatServer, type ChatServerOptions, WORD_LOG_PROB } from '../../helpers/chat-server.ts';
import { painted } from './support/nano.ts';
import { startChatServer } from '../../helpers/test-chat-server.ts';

const KEY = 'sk-very-secret-1234567890';
const generation = { maxNewTokens: 200, temperature: 0, topP: 1, seed: 7 };
const hello = { parts: [{ type: 'text', text: 'Say hello.' }], generation } as const;
const picture = (width = 64, height = 36) => painted(0, () => [10, 20, 30], { width, height });

function endpointAt(baseUrl: string, changes: Partial<Endpoint> = {}): Endpoint {
  return { ...defaultEndpoint, id: 'box', title: 'GPU box', baseUrl, model: 'test-vlm', ...changes };
}

function context(signal: AbortSignal = new AbortController().signal): ChatContext & { texts: string[] } {
  const texts: string[] = [];
  return { signal, texts, onText: (text) => texts.push(text) };
}

async function start(
  options: ChatServerOptions = {},
  changes: Partial<Endpoint> = {},
  key: string | null = null,
): Promise<{ server: ChatServer; endpoint: Endpoint; client: EndpointClient }> {
  const server = await startChatServer(options);
  const endpoint = endpointAt(server.url, changes);
  return { server, endpoint, client: createEndpointClient(endpoint, key, { dropWaitMs: 5 }) };
}

describe('an endpoint', () => {
  it('streams its answer word by word, with confidence and the name of the model that served it', async () => {
    const { client, server } = await start();
    const chatContext = context();
    const answer = await client.chat(hello, chatContext);
    expect(answer).toEqual({
      text: 'Saw 0 pictures () and 0 videos. Was asked: Say hello.',
      tokenCount: 12,
      meanLogProb: WORD_LOG_PROB,
      model: 'test-vlm@served',
      finishReason: 'stop',
      hasChunks: true,
    });
    expect(chatContext.texts[0]).toBe('Saw');
    expect(chatContext.texts.at(-1)).toBe(answer.text);
    for (const [index, text] of chatContext.texts.entries()) expect(text.startsWith(chatContext.texts[index - 1] ?? '')).toBe(true);
    expect(server.seen[0]?.body).toMatchObject({ max_tokens: 200, temperature: 0, top_p: 1, seed: 7, logprobs: true });
  });

  it('is sent nothing more once the network is switched off: no further request, and none again', async () => {
    const server = await startChatServer({
      answer: () => 'word '.repeat(200),
      wordMs: 5,
    });
    server.next({ kind: 'refuse', status: 503, message: 'busy' });
    let isOff = false;
    const client = createEndpointClient(endpointAt(server.url), null, {
      dropWaitMs: 5,
      problem: () => (isOff ? words('engines.offNetwork', { title: 'GPU box' }) : null),
    });
    const isSwitchedOff = { code: 'network', message: expect.stringContaining('stay off the network') };
    // While it is asked again for an answer that was refused for now.
    const again = client.chat(hello, context());
    await expect.poll(() => server.seen.length).toBe(1);
    isOff = true;
    await expect(again).rejects.toMatchObject(isSwitchedOff);
    await expect(client.chat(hello, context())).rejects.toMatchObject(isSwitchedOff);
    await expect(client.models(new AbortController().signal)).rejects.toMatchObject(isSwitchedOff);
    expect(server.seen).toHaveLength(1);
    // While an answer comes.
    isOff = false;
    const longAnswer = context();
    const coming = client.chat(hello, { ...longAnswer, onText: () => (isOff = true) });
    await expect(coming).rejects.toMatchObject(isSwitchedOff);
    expect(server.seen).toHaveLength(2);
  });

  it('is stopped once it says the same again and again, unless the guard is off', async () => {
    const { endpoint, client, server } = await start({
      answer: () => `It begins. ${'The dog runs through the grass. '.repeat(60)}`,
      wordMs: 1,
    });
    const writer = createEndpointWriter(endpoint, client);
    const write = (noRepeatNgramSize: number) =>
      writer.write(
        { parts: [{ type: 'text', text: 'Describe.' }], generation: { ...generation, maxNewTokens: 300, noRepeatNgramSize } },
        context(),
      );
    const stopped = await write(6);
    expect(stopped.text.length).toBeLessThan(120);
    expect(stopped).toMatchObject({
      text: expect.stringMatching(/^It begins\. The dog runs through the grass\./u),
      notes: ['Stopped where the model began to repeat itself.'],
    });
    await expect.poll(() => server.abandoned()).toBe(1);
    expect(await write(0)).toMatchObject({ tokenCount: 301, notes: ['Cut off after 300 tokens.'] });
  });

  it('reveals nothing about this machine to the server', async () => {
    const { client, server } = await start();
    await client.chat(hello, context());
    const names = Object.keys(server.seen[0]?.headers ?? {});
    expect(names.filter((name) => name.startsWith('x-stainless') || name === 'authorization')).toEqual([]);
  });

  it('waits as long as a busy server asks for, then goes on', async () => {
    const { client, server } = await start();
    server.next({ kind: 'refuse', status: 429, message: 'too many', headers: { 'retry-after': '1' } });
    const startedMs = performance.now();
    await client.chat(hello, context());
    expect(performance.now() - startedMs).toBeGreaterThan(950);
    expect(server.count()).toBe(2);
  });

  it('tries again after errors of the server', async () => {
    const { client, server } = await start();
    server.next(
      { kind: 'refuse', status: 500, message: 'oops', headers: { 'retry-after-ms': '5' } },
      { kind: 'refuse', status: 503, message: 'loading', headers: { 'retry-after-ms': '5' } },
    );
    await expect(client.chat(hello, context())).resolves.toMatchObject({ finishReason: 'stop' });
    expect(server.count()).toBe(3);
  });

  it('asks again for an answer that broke off, at most three times', async () => {
    const { client, server } = await start();
    server.next({ kind: 'drop', afterWords: 3 }, { kind: 'unfinished' });
    await expect(client.chat(hello, context())).resolves.toMatchObject({ finishReason: 'stop' });
    expect(server.count()).toBe(3);
    server.next(...Array.from({ length: 5 }, () => ({ kind: 'drop', afterWords: 3 }) as const));
    await expect(client.chat(hello, context())).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('stopped in the middle'),
    });
    expect(server.count()).toBe(6);
  });

  it('asks without log-probabilities where a server refuses them, and remembers', async () => {
    const { client, server } = await start({ knowsLogProbs: false });
    await expect(client.chat(hello, context())).resolves.toMatchObject({ meanLogProb: null });
    await client.chat(hello, context());
    expect(server.count()).toBe(3);
  });

  it('ends a request at once when it is cancelled, and says so', async () => {
    const { client, server } = await start({ wordMs: 20 });
    const cancel = new AbortController();
    const chatContext = context(cancel.signal);
    const answer = client.chat(
      { ...hello, parts: [{ type: 'text', text: 'word '.repeat(100) }] },
      { ...chatContext, onText: () => cancel.abort() },
    );
    await expect(answer).rejects.toMatchObject({ code: 'cancelled' });
    await expect.poll(() => server.abandoned()).toBe(1);
  });

  it('does not wait for the next try when it is cancelled meanwhile', async () => {
    const { client, server } = await start();
    server.next({ kind: 'refuse', status: 429, message: 'too many', headers: { 'retry-after': '30' } });
    const cancel = new AbortController();
    const answer = client.chat(hello, context(cancel.signal));
    await expect.poll(() => server.count()).toBe(1);
    cancel.abort();
    await expect(answer).rejects.toMatchObject({ code: 'cancelled' });
  });

  it.each([
    ['off', { reasoning_effort: 'none', chat_template_kwargs: { enable_thinking: false } }],
    ['low', { reasoning_effort: 'low' }],
  ] as const)('asks for reasoning: %s', async (reasoning, asked) => {
    const { client, server } = await start({ answer: () => '<think>so many words</think> A dog.' }, { reasoning });
    await expect(client.chat(hello, context())).resolves.toMatchObject({ text: 'A dog.' });
    expect(server.seen[0]?.body).toMatchObject(asked);
  });
});

describe('what goes wrong is said in words', () => {
  const fails = (client: EndpointClient): Promise<unknown> => client.chat(hello, context()).catch((error: unknown) => error);
  const quick = (server: ChatServer, changes: Partial<Endpoint> = {}, key: string | null = null) =>
    createEndpointClient(endpointAt(server.url, changes), key, { maxRetries: 0, dropWaitMs: 1 });

  it('a wrong key, which is not repeated even where the server does', async () => {
    const server = await startChatServer({ key: 'the right one' });
    const error = await fails(quick(server, {}, KEY));
    expect(error).toMatchObject({ code: 'invalid-input', message: expect.stringContaining('refused the key (401)') });
    expect(String((error as Error).message)).not.toContain(KEY);
    await expect(quick(server, {}, 'the right one').chat(hello, context())).resolves.toMatchObject({ finishReason: 'stop' });
  });

  it('a key that the server repeats in an error', async () => {
    const server = await startChatServer();
    server.next({ kind: 'refuse', status: 400, message: `bad request from ${KEY}` });
    expect(await fails(quick(server, {}, KEY))).toMatchObject({ message: expect.stringContaining('bad request from •••') });
  });

  it('an address that the server repeats in an error', async () => {
    const server = await startChatServer();
    const baseUrl = `${server.url}/`;
    server.next({ kind: 'refuse', status: 400, message: `no ${baseUrl}chat here, nor at ${new URL(baseUrl).host}` });
    expect(await fails(quick(server, { baseUrl }))).toMatchObject({ message: expect.stringContaining('no •••chat here, nor at •••') });
  });

  it.each([
    [
      'a model that is not served',
      { kind: 'refuse', status: 404, message: 'The model `x` does not exist.' },
      'not-found',
      'has no model "test-vlm"',
    ],
    [
      'an address without an API',
      { kind: 'refuse', status: 404, message: 'Not Found' },
      'not-found',
      'no OpenAI-compatible API at this address',
    ],
    ['a server that stays busy', { kind: 'refuse', status: 429, message: 'later' }, 'network', 'too busy (429)'],
    ['an error of the server', { kind: 'refuse', status: 500, message: 'CUDA out of memory' }, 'network', 'CUDA out of memory'],
    ['a request that it does not take', { kind: 'refuse', status: 400, message: 'at most 4 images' }, 'invalid-input', 'at most 4 images'],
    ['an error in the middle of the answer', { kind: 'error-event', message: 'context is full' }, 'network', 'context is full'],
    ['a page of something else', { kind: 'page' }, 'network', 'not an OpenAI-compatible API'],
    ['an answer that is no JSON', { kind: 'malformed' }, 'network', 'not an OpenAI-compatible API'],
    ['a redirection', { kind: 'redirect', to: 'http://127.0.0.1:1/v1/chat/completions' }, 'network', 'does not follow'],
  ] as const)('%s', async (_what, mishap, code, words) => {
    const server = await startChatServer();
    server.next(mishap);
    expect(await fails(quick(server))).toMatchObject({ code, message: expect.stringContaining(words) });
  });

  it('a model that only thinks', async () => {
    const server = await startChatServer({ answer: () => '<think>on and on and on' });
    expect(await fails(quick(server))).toMatchObject({ message: expect.stringContaining('only reasoned') });
  });

  it.each(['slow', 'silent'] as const)('a server that is %s', async (kind) => {
    const server = await startChatServer();
    server.next(kind === 'slow' ? { kind, waitMs: 3000 } : { kind, afterWords: 2 });
    // Below what a person may set, so that the test is quick.
    expect(await fails(createEndpointClient(endpointAt(server.url, { timeoutSeconds: 0.2 }), null))).toMatchObject({
      code: 'network',
      message: expect.stringContaining('sent nothing for 0.2 s'),
    });
    expect(server.count()).toBe(1);
  });

  it('nothing that listens', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const address = closed.address();
    closed.close();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const error = await fails(createEndpointClient(endpointAt(`http://127.0.0.1:${port}/v1`), null, { maxRetries: 0 }));
    expect(error).toMatchObject({ code: 'network', message: expect.stringContaining('connection refused') });
  });

  it('a certificate that nobody vouches for', async () => {
    const pem = (name: string): string =>
      readFileSync(path.resolve(import.meta.dirname, '../../fixtures/tls', `self-signed.${name}.pem`), 'utf8');
    const server = await startChatServer({ tls: { key: pem('key'), cert: pem('cert') } });
    expect(await fails(quick(server))).toMatchObject({ code: 'network', message: expect.stringContaining('self-signed') });
  });
});

describe('an endpoint as captioner', () => {
  const request = { pictures: [picture(), picture(80, 45)], prompt: 'What happens?', generation };

  it('sends the pictures in order before the prompt, and says where it ran', async () => {
    const { client, endpoint, server } = await start();
    const result = await createEndpointCaptioner(endpoint, client).caption(request, context());
    expect(result).toMatchObject({
      text: 'Saw 2 pictures (64x36 80x45) and 0 videos. Was asked: What happens?',
      meanLogProb: WORD_LOG_PROB,
      device: endpoint.title,
      model: 'test-vlm@served',
      modelSha256: '',
      renderedPrompt: '<image>×2\nWhat happens?',
      notes: [],
    });
    expect(server.seen[0]?.order).toEqual(['picture', 'picture', 'text']);
  });

  it('sends no more pictures than the endpoint takes, spread over the shot, with a note', async () => {
    const { client, endpoint } = await start({}, { maxFrames: 2 });
    const pictures = [10, 20, 30, 40].map((width) => picture(width, 10));
    const result = await createEndpointCaptioner(endpoint, client).caption({ ...request, pictures }, context());
    expect(result.text).toContain('Saw 2 pictures (20x10 40x10)');
    expect(result.notes).toEqual(['Saw 2 of 4 frames: the endpoint accepts no more.']);
  });

  it('says when an answer was cut off', async () => {
    const { client, endpoint } = await start();
    const result = await createEndpointCaptioner(endpoint, client).caption(
      { ...request, generation: { ...generation, maxNewTokens: 3 } },
      context(),
    );
    expect(result).toMatchObject({ text: 'Saw 2 pictures', notes: ['Cut off after 3 tokens.'] });
  });

  it('sends the shot as a video where the endpoint wants that', async () => {
    const { client, endpoint, server } = await start({}, { sendVideo: 'video_url' });
    // The boxes of an MP4, as far as the server looks.
    const mp4 = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypisom'), Buffer.from('avc1')]);
    const result = await createEndpointCaptioner(endpoint, client).caption(request, { ...context(), clip: () => Promise.resolve(mp4) });
    expect(server.seen[0]).toMatchObject({ pictures: [], videos: [mp4.length] });
    expect(result.renderedPrompt).toBe('<video>\nWhat happens?');
  });
});

describe('an endpoint as writer', () => {
  it('keeps text and pictures in their order', async () => {
    const { client, endpoint, server } = await start();
    const parts = [
      { type: 'text', text: 'Shot 1' },
      { type: 'picture', picture: picture() },
      { type: 'text', text: 'Shot 2' },
    ] as const;
    const result = await createEndpointWriter(endpoint, client).write({ parts, generation }, context());
    expect(server.seen[0]?.order).toEqual(['text', 'picture', 'text']);
    expect(result.renderedPrompt).toBe('Shot 1\n<image>×1\nShot 2');
  });
});
