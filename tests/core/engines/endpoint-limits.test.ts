import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEndpointClient, type EndpointClient } from '#core/engines/endpoints/endpoint-client.ts';
import { timeTurns } from '../../helpers/longest-turn.ts';
import { defaultEndpoint } from '#shared/domain/endpoint.ts';

/** A client of a server that answers as `respond` does, with limits that are reached in a test. */
async function clientOf(respond: RequestListener, timeoutSeconds = 5): Promise<EndpointClient> {
  const server = createServer(respond);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const endpoint = { ...defaultEndpoint, id: 'box', title: 'Box', baseUrl: `http://127.0.0.1:${port}/v1`, model: 'm', timeoutSeconds };
  return createEndpointClient(endpoint, null, {
    maxRetries: 0,
    dropWaitMs: 5,
    limits: { totalMs: 1_500, maxBytes: 3_000_000, maxEventBytes: 50_000 },
  });
}

const events = (response: ServerResponse): ServerResponse => response.writeHead(200, { 'content-type': 'text/event-stream' });
const chunk = (content: string): string => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;

/** Writes the same again and again until nobody listens. */
function forEver(response: ServerResponse, text: string, everyMs: number): void {
  const timer = setInterval(() => response.write(text), everyMs);
  response.on('close', () => clearInterval(timer));
}

const finish = `data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`;

const ask = (client: EndpointClient, maxNewTokens = 100, onText: () => void = () => undefined) =>
  client.chat(
    { parts: [{ type: 'text', text: 'Hello.' }], generation: { maxNewTokens, temperature: 0, topP: 1, seed: 1, noRepeatNgramSize: 0 } },
    { signal: new AbortController().signal, onText },
  );

describe('a server whose answer has no end', () => {
  it.each([
    ['words', (response: ServerResponse) => forEver(events(response), chunk('on and on '), 20)],
    ['signs of life', (response: ServerResponse) => forEver(events(response), ': still here\n\n', 20)],
    ['one line', (response: ServerResponse) => forEver(events(response), 'data: ' + 'x'.repeat(100_000), 5)],
    ['an error', (response: ServerResponse) => forEver(response.writeHead(400, { 'content-type': 'application/json' }), '{"error": ', 20)],
  ])('of %s is left, with a reason', async (_what, respond) => {
    const client = await clientOf((_request, response) => respond(response));
    await expect(ask(client)).rejects.toMatchObject({ code: 'network', message: expect.stringContaining('did not end') });
  });

  it('as one event is left long before an answer of many would be', async () => {
    const beganMs = performance.now();
    const client = await clientOf((_request, response) => forEver(events(response), 'data: x\n'.repeat(1_000), 5));
    await expect(ask(client)).rejects.toMatchObject({ code: 'network', message: expect.stringContaining('did not end') });
    expect(performance.now() - beganMs).toBeLessThan(1_000);
  });

  it('of an error is read no further than anybody would', async () => {
    let sentBytes = 0;
    const client = await clientOf((_request, response) => {
      const timer = setInterval(() => response.write('x'.repeat(50_000), () => (sentBytes += 50_000)), 1);
      response.writeHead(503).on('close', () => clearInterval(timer));
    });
    await expect(ask(client)).rejects.toMatchObject({ code: 'network' });
    expect(sentBytes).toBeLessThan(1_500_000);
  });

  it('that comes letter by letter is looked through a few times, and keeps nobody waiting', async () => {
    let looks = 0;
    const client = await clientOf((_request, response) => void events(response).end(chunk('a ').repeat(20_000) + finish));
    const asked = ask(client, 100_000, () => looks++);
    const { longestMs } = await timeTurns(asked);
    expect((await asked).text).toHaveLength(39_999);
    expect(looks).toBeLessThan(500);
    expect(longestMs).toBeLessThan(500);
  });

  it('is cut where it is far longer than was asked for', async () => {
    const client = await clientOf((_request, response) => forEver(events(response), chunk('word '.repeat(4_000)), 1));
    const answer = await ask(client);
    expect(answer.finishReason).toBe('length');
    expect(answer.text.length).toBeLessThanOrEqual(100_000);
  });

  it('is left when it lists models for ever, or drop by drop', async () => {
    const client = await clientOf((_request, response) =>
      forEver(response.writeHead(200, { 'content-type': 'application/json' }), ' ', 50),
    );
    await expect(client.models(new AbortController().signal)).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('did not end'),
    });
  });
});

describe('a list of models that is not what it should be', () => {
  it('gives those with a name, and no contexts that cannot be', async () => {
    const data = [
      null,
      7,
      {},
      { id: 9 },
      { id: 'x'.repeat(10_000) },
      { id: 'good', max_model_len: 4096 },
      { id: 'odd', max_model_len: 1e300 },
      { id: 'less', meta: { n_ctx: -5 } },
    ];
    const client = await clientOf(
      (_request, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data })),
    );
    expect(await client.models(new AbortController().signal)).toEqual([
      { id: 'good', contextTokens: 4096 },
      { id: 'odd', contextTokens: null },
      { id: 'less', contextTokens: null },
    ]);
  });
});

it('answers of another shape are reported as what they are', async () => {
  const client = await clientOf((_request, response) => void events(response).end('data: null\n\ndata: 7\n\ndata: [DONE]\n\n'));
  await expect(ask(client)).rejects.toMatchObject({ code: 'network', message: expect.stringContaining('not an OpenAI-compatible API') });
});
