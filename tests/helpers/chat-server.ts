import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { jpegSize } from './jpeg-size.ts';

const Part = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('image_url'), image_url: z.object({ url: z.string() }) }),
  z.object({ type: z.literal('video_url'), video_url: z.object({ url: z.string() }) }),
]);

/** What the server takes; like vLLM it ignores what it does not know. */
const ChatBody = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.enum(['system', 'user']), content: z.union([z.string(), z.array(Part)]) })).min(1),
  max_tokens: z.int().positive(),
  temperature: z.number(),
  top_p: z.number(),
  seed: z.int(),
  stream: z.literal(true),
  stream_options: z.object({ include_usage: z.boolean() }).optional(),
  logprobs: z.boolean().optional(),
  reasoning_effort: z.string().optional(),
  chat_template_kwargs: z.object({ enable_thinking: z.boolean() }).optional(),
});
export type ChatBody = z.infer<typeof ChatBody>;

/** A request as the model would see it. */
export interface SeenRequest {
  readonly body: ChatBody;
  readonly headers: IncomingMessage['headers'];
  /** All text parts, joined by line breaks. */
  readonly prompt: string;
  /** `640x360` for each JPEG, in order. */
  readonly pictures: readonly string[];
  /** Sizes in bytes of the MP4 videos. */
  readonly videos: readonly number[];
  /** `text` and `picture`, in the order of the message. */
  readonly order: readonly string[];
}

/** What happens to one request instead of, or besides, a good answer. */
export type Mishap =
  | { readonly kind: 'refuse'; readonly status: number; readonly message: string; readonly headers?: Record<string, string> }
  /** Waits before the answer begins. */
  | { readonly kind: 'slow'; readonly waitMs: number }
  /** Says nothing more after this many words, and stays open. */
  | { readonly kind: 'silent'; readonly afterWords: number }
  /** Breaks the connection after this many words. */
  | { readonly kind: 'drop'; readonly afterWords: number }
  /** Ends the stream in good order, but without the end of the answer. */
  | { readonly kind: 'unfinished' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'error-event'; readonly message: string }
  | { readonly kind: 'page' }
  | { readonly kind: 'redirect'; readonly to: string };

export interface ChatServerOptions {
  readonly models?: readonly string[];
  readonly key?: string;
  /** False: as llama.cpp without a projector, pictures are refused. */
  readonly seesPictures?: boolean;
  /** False: refuses requests that ask for log-probabilities. */
  readonly knowsLogProbs?: boolean;
  /** The answer to a request; by default it describes what was received. */
  readonly answer?: (seen: SeenRequest) => string;
  readonly wordMs?: number;
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface ChatServer {
  /** With `/v1`. */
  readonly url: string;
  /** Every well-formed request, in order of arrival. */
  readonly seen: SeenRequest[];
  /** Requests in all, with those refused. */
  count(): number;
  mostAtOnce(): number;
  /** Answers that the client no longer waited for. */
  abandoned(): number;
  /** The next requests meet these, in order. */
  next(...mishaps: readonly Mishap[]): void;
  close(): void;
}

const describeRequest = ({ prompt, pictures, videos }: SeenRequest): string =>
  `Saw ${pictures.length} pictures (${pictures.join(' ')}) and ${videos.length} videos. Was asked: ${prompt}`;

/** Log-probability that the server gives to every word. */
export const WORD_LOG_PROB = -0.25;

/** A small server of the OpenAI chat API, streaming as vLLM does, on a free port of this machine. */
export async function openChatServer(options: ChatServerOptions = {}): Promise<ChatServer> {
  const { models = ['test-vlm'], key, seesPictures = true, knowsLogProbs = true, answer = describeRequest, wordMs = 0 } = options;
  const seen: SeenRequest[] = [];
  const mishaps: Mishap[] = [];
  let count = 0;
  let running = 0;
  let most = 0;
  let abandoned = 0;

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (key !== undefined && request.headers.authorization !== `Bearer ${key}`)
      return refuse(response, 401, `Incorrect API key provided: ${request.headers.authorization ?? 'none'}.`);
    if (request.url === '/v1/models')
      return sendJson(response, 200, {
        object: 'list',
        data: models.map((id) => ({ id, object: 'model', owned_by: 'test', max_model_len: 4096 })),
      });
    if (request.url !== '/v1/chat/completions') return refuse(response, 404, `Not Found: ${request.url}`);
    count++;
    const raw = await text(request);
    const mishap = mishaps.shift();
    if (mishap?.kind === 'refuse') return refuse(response, mishap.status, mishap.message, mishap.headers);
    if (mishap?.kind === 'redirect') return void response.writeHead(307, { location: mishap.to }).end();
    if (mishap?.kind === 'page')
      return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome to the router</html>');
    const parsed = ChatBody.safeParse(JSON.parse(raw));
    if (!parsed.success) return refuse(response, 400, parsed.error.message);
    if (!models.includes(parsed.data.model)) return refuse(response, 404, `The model \`${parsed.data.model}\` does not exist.`);
    if (parsed.data.logprobs === true && !knowsLogProbs) return refuse(response, 400, 'logprobs are not supported by this model');
    const request_ = look(parsed.data, request.headers);
    if (typeof request_ === 'string') return refuse(response, 400, request_);
    if (!seesPictures && request_.pictures.length + request_.videos.length > 0)
      return refuse(response, 500, 'image input is not supported - hint: you may need to provide the mmproj');
    seen.push(request_);
    if (mishap?.kind === 'slow') await sleep(mishap.waitMs);
    return stream(response, request_, answer(request_), mishap);
  }

  async function stream(response: ServerResponse, { body }: SeenRequest, whole: string, mishap: Mishap | undefined): Promise<void> {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (chunk: object): void =>
      void response.write(
        `data: ${JSON.stringify({ id: 'chat-1', object: 'chat.completion.chunk', created: 1, model: `${body.model}@served`, ...chunk })}\n\n`,
      );
    const words = whole.match(/\s*\S+/gu) ?? [];
    const kept = words.slice(0, body.max_tokens);
    send({ choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] });
    for (const [index, word] of kept.entries()) {
      if (mishap?.kind === 'drop' && index >= mishap.afterWords) {
        // What was sent shall arrive first.
        await sleep(20);
        return void response.socket?.destroy();
      }
      if (mishap?.kind === 'silent' && index >= mishap.afterWords) return;
      if (mishap?.kind === 'malformed' && index > 0) return void response.end('data: {"choices": [{"delta"\n\n');
      if (mishap?.kind === 'error-event' && index > 0)
        return void response.end(`data: ${JSON.stringify({ error: { message: mishap.message, code: 500 } })}\n\n`);
      const logprobs =
        body.logprobs === true ? { content: [{ token: word, logprob: WORD_LOG_PROB, bytes: null, top_logprobs: [] }] } : null;
      send({ choices: [{ index: 0, delta: { content: word }, logprobs, finish_reason: null }] });
      if (wordMs > 0) await sleep(wordMs);
    }
    if (mishap?.kind === 'unfinished') return void response.end();
    send({ choices: [{ index: 0, delta: {}, finish_reason: kept.length < words.length ? 'length' : 'stop' }] });
    if (body.stream_options?.include_usage === true)
      send({ choices: [], usage: { prompt_tokens: 1, completion_tokens: kept.length + 1, total_tokens: kept.length + 2 } });
    response.end('data: [DONE]\n\n');
  }

  function handle(request: IncomingMessage, response: ServerResponse): void {
    most = Math.max(most, ++running);
    response.once('close', () => {
      running--;
      if (!response.writableFinished) abandoned++;
    });
    respond(request, response).catch((error: unknown) => refuse(response, 500, String(error)));
  }

  const server = options.tls === undefined ? createServer(handle) : createTlsServer(options.tls, handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}/v1`,
    seen,
    count: () => count,
    mostAtOnce: () => most,
    abandoned: () => abandoned,
    next: (...more) => void mishaps.push(...more),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function sendJson(response: ServerResponse, status: number, value: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

function refuse(response: ServerResponse, status: number, message: string, headers: Record<string, string> = {}): void {
  sendJson(response, status, { error: { message, type: 'invalid_request_error', code: null } }, headers);
}

/** The request as a model sees it, or why a picture or video in it cannot be read. */
function look(body: ChatBody, headers: IncomingMessage['headers']): SeenRequest | string {
  const parts = body.messages.flatMap(({ content }) =>
    typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content,
  );
  const pictures: string[] = [];
  const videos: number[] = [];
  for (const part of parts) {
    if (part.type === 'image_url') {
      const size = jpegSize(bytesOf(part.image_url.url, 'image/jpeg'));
      if (size === null) return 'cannot identify image file';
      pictures.push(size);
    } else if (part.type === 'video_url') {
      const video = bytesOf(part.video_url.url, 'video/mp4');
      if (video.toString('latin1', 4, 8) !== 'ftyp' || !video.includes('avc1')) return 'cannot open video';
      videos.push(video.length);
    }
  }
  const prompt = parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
  return { body, headers, prompt, pictures, videos, order: parts.map(({ type }) => (type === 'text' ? 'text' : 'picture')) };
}

function bytesOf(url: string, type: string): Buffer {
  const prefix = `data:${type};base64,`;
  return url.startsWith(prefix) ? Buffer.from(url.slice(prefix.length), 'base64') : Buffer.alloc(0);
}
