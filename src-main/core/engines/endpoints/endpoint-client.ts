import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI, { APIError, BadRequestError } from 'openai';
import { AppError } from '#shared/contract/errors.ts';
import type { Endpoint } from '#shared/domain/endpoint.ts';
import { words, type Words } from '#shared/words/words.ts';
import type { GenerationOptions } from '../captioner.ts';
import { type AnswerLimits, watchAnswer } from '#core/base/answer-watch.ts';
import { type ChatAnswer, createChatAnswer } from './chat-answer.ts';
import { InterruptedError, readsNoPictures, toEndpointError } from './endpoint-errors.ts';
import { loopStart } from './repetition.ts';

/** One part of a message, as the API has it; `video_url` is an extension of vLLM, SGLang and llama.cpp. */
export type MessagePart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image_url'; readonly image_url: { readonly url: string } }
  | { readonly type: 'video_url'; readonly video_url: { readonly url: string } };

export interface ChatRequest {
  readonly parts: readonly MessagePart[];
  readonly generation: GenerationOptions;
}

export interface ChatContext {
  readonly signal: AbortSignal;
  /** The whole text so far. */
  onText(text: string): void;
}

export interface OfferedModel {
  readonly id: string;
  /** Where the server reports it: vLLM's `max_model_len`, llama.cpp's `meta.n_ctx_train`. */
  readonly contextTokens: number | null;
}

export interface EndpointClient {
  /** Streams one answer. Aborting ends the request at once. Throws AppError, `cancelled` when aborted. */
  chat(request: ChatRequest, context: ChatContext): Promise<ChatAnswer>;
  models(signal: AbortSignal): Promise<OfferedModel[]>;
}

export interface ClientOptions {
  /** Asked before each request, also one that is sent again: why nothing may be sent there now, null when it may. */
  readonly problem?: () => Words | null;
  /** How often a request that was refused for now (429, 5xx) or not taken is sent again, after longer and longer waits. */
  readonly maxRetries?: number;
  /** First wait before an answer that broke off is asked for again, in ms. */
  readonly dropWaitMs?: number;
  /** Left out: what slow servers may take, and no answer ever has. */
  readonly limits?: Partial<Pick<AnswerLimits, 'totalMs' | 'maxBytes' | 'maxEventBytes'>>;
}

/** A word with its log-probability takes half a kilobyte: thousands of them fit. */
const MAX_ANSWER_BYTES = 64_000_000;
/** An answer in one piece, with all its log-probabilities, is far shorter. */
const MAX_EVENT_BYTES = 4_000_000;
/** What servers say of an error. */
const MAX_ERROR_BYTES = 100_000;
/** The text so far is shown, and looked through for loops, this often at most, in ms: a server may send it letter by letter. */
const LOOK_MS = 30;
/** The slowest machine that somebody would wait for writes a token in this time, in ms. */
const SLOWEST_TOKEN_MS = 5_000;
/** Silences that may come before and between tries, with all that a server sends to gain time. */
const SILENCES = 10;
/** Servers list a few dozen models, the largest a few hundred. */
const MAX_OFFERED_MODELS = 2_000;
const MAX_MODEL_NAME_LENGTH = 300;
/** Far beyond every model; what is more is no number of tokens. */
const MAX_CONTEXT_TOKENS = 100_000_000;

/** An answer that breaks off in the middle is asked for this often, all in all. */
const MAX_STREAMS = 3;

const LIBRARY_TIMEOUT_SLACK_MS = 60_000;

/** The library's client informs servers about this machine; ours need not know. */
const NO_TELEMETRY = Object.fromEntries(
  ['Lang', 'Package-Version', 'OS', 'Arch', 'Runtime', 'Runtime-Version', 'Retry-Count', 'Timeout', 'Helper-Method'].map((name) => [
    `X-Stainless-${name}`,
    null,
  ]),
);

/** Speaks the OpenAI chat API with one server. `key` null: none is sent. */
export function createEndpointClient(
  endpoint: Endpoint,
  key: string | null,
  { problem = () => null, maxRetries = 4, dropWaitMs = 500, limits = {} }: ClientOptions = {},
): EndpointClient {
  const silenceMs = endpoint.timeoutSeconds * 1000;
  const limitsFor = (maxNewTokens: number): AnswerLimits => ({
    silenceMs,
    totalMs: SILENCES * silenceMs + maxNewTokens * SLOWEST_TOKEN_MS,
    maxBytes: MAX_ANSWER_BYTES,
    maxEventBytes: MAX_EVENT_BYTES,
    ...limits,
  });
  let asksLogProbs = true;

  /** `off` is aborted where nothing may be sent any more: the library would wait and try again. */
  function connect(fetch: typeof globalThis.fetch, off: AbortController): OpenAI {
    return new OpenAI({
      baseURL: endpoint.baseUrl,
      // Given here, so that nothing meant for another service is taken from the surroundings.
      apiKey: key ?? 'none',
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      defaultHeaders: { ...NO_TELEMETRY, ...(key === null ? { Authorization: null } : {}) },
      maxRetries,
      // Ours ends the whole request, where the library's would begin it anew.
      timeout: silenceMs + LIBRARY_TIMEOUT_SLACK_MS,
      logLevel: 'off',
      fetch: async (...request) => {
        if (problem() !== null) off.abort();
        refuseWhileOff();
        return shortError(await fetch(...request));
      },
      // Frames go to the address that the person named, and to no other.
      fetchOptions: { redirect: 'error' },
    });
  }

  /** @throws AppError `network` */
  function refuseWhileOff(): void {
    const reason = problem();
    if (reason !== null) throw new AppError('network', reason);
  }

  async function chat(request: ChatRequest, context: ChatContext): Promise<ChatAnswer> {
    for (let attempt = 1; ; attempt++) {
      refuseWhileOff();
      try {
        return requireAnswer(await streamOnce(request, context));
      } catch (error) {
        if (context.signal.aborted) throw cancelled();
        // Whatever else went wrong, that is why nothing more is tried.
        refuseWhileOff();
        if (asksLogProbs && error instanceof BadRequestError && /log_?prob/iu.test(error.message)) {
          asksLogProbs = false;
          continue;
        }
        if (!isDrop(error)) throw toEndpointError(error, endpoint, key);
        if (attempt >= MAX_STREAMS) throw toEndpointError(new InterruptedError('dropped'), endpoint, key);
        await sleep(dropWaitMs * 2 ** (attempt - 1), undefined, { signal: context.signal }).catch(() => undefined);
      }
    }
  }

  async function streamOnce({ parts, generation }: ChatRequest, { signal, onText }: ChatContext): Promise<ChatAnswer> {
    signal.throwIfAborted();
    const watch = watchAnswer(limitsFor(generation.maxNewTokens));
    const off = new AbortController();
    const answer = createChatAnswer(generation.maxNewTokens);
    let hasBegun = false;
    try {
      const stream = await connect(watch.fetch, off).chat.completions.create(bodyOf(parts, generation), {
        signal: AbortSignal.any([signal, watch.signal, off.signal]),
      });
      hasBegun = true;
      let lookedAtMs = Number.NEGATIVE_INFINITY;
      for await (const chunk of stream) {
        if (!answer.add(chunk)) continue;
        const nowMs = performance.now();
        if (nowMs - lookedAtMs >= LOOK_MS) {
          lookedAtMs = nowMs;
          refuseWhileOff();
          onText(answer.text());
          if (cutLoop(answer, generation)) break;
        }
        // Leaving the loop ends the request.
        if (answer.isTooLong()) break;
      }
    } catch (error) {
      const overrun = watch.overrun();
      if (overrun !== null) throw new InterruptedError(overrun);
      // What the server says of itself counts; any other end of a stream that had begun is a broken connection.
      if (hasBegun && !(error instanceof APIError && error.error !== undefined) && !(error instanceof SyntaxError))
        throw new InterruptedError('dropped');
      throw error;
    } finally {
      watch.stop();
    }
    // The library ends a stream that was aborted without an error.
    signal.throwIfAborted();
    const overrun = watch.overrun();
    if (overrun !== null) throw new InterruptedError(overrun);
    cutLoop(answer, generation);
    onText(answer.text());
    return answer.finish();
  }

  function bodyOf(parts: readonly MessagePart[], generation: GenerationOptions): OpenAI.Chat.ChatCompletionCreateParamsStreaming {
    const { maxNewTokens, temperature, topP, seed } = generation;
    const body = {
      model: endpoint.model,
      messages: [{ role: 'user', content: parts }],
      // The name that local servers know; `max_completion_tokens` is newer and not known to all of them.
      max_tokens: maxNewTokens,
      temperature,
      top_p: topP,
      seed,
      stream: true,
      stream_options: { include_usage: true },
      ...(asksLogProbs ? { logprobs: true } : {}),
      ...reasoningOf(endpoint),
    };
    // Parts and reasoning go beyond what the library's types know.
    return body as unknown as OpenAI.Chat.ChatCompletionCreateParamsStreaming;
  }

  async function models(signal: AbortSignal): Promise<OfferedModel[]> {
    const watch = watchAnswer(limitsFor(0));
    const off = new AbortController();
    try {
      const page = await connect(watch.fetch, off).models.list({ signal: AbortSignal.any([signal, watch.signal, off.signal]) });
      if (!Array.isArray(page.data)) throw new InterruptedError('not-the-api');
      return page.data.slice(0, MAX_OFFERED_MODELS).flatMap(offeredModel);
    } catch (error) {
      if (signal.aborted) throw cancelled();
      refuseWhileOff();
      const overrun = watch.overrun();
      throw toEndpointError(overrun === null ? error : new InterruptedError(overrun), endpoint, key);
    } finally {
      watch.stop();
    }
  }

  return { chat, models };
}

/** An error may be as long as its server likes. And llama.cpp refuses pictures with one of its own (500), for which the library would ask again and again. */
async function shortError(response: Response): Promise<Response> {
  if (response.ok || response.body === null) return response;
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes >= MAX_ERROR_BYTES) break;
  }
  const body = Buffer.concat(pieces).toString('utf8', 0, MAX_ERROR_BYTES);
  const headers = new Headers(response.headers);
  if (readsNoPictures(body)) headers.set('x-should-retry', 'false');
  return new Response(body, { status: response.status, statusText: response.statusText, headers });
}

/** Takes off what the answer says again and again at its end. Returns whether it did. */
function cutLoop(answer: ReturnType<typeof createChatAnswer>, { noRepeatNgramSize }: GenerationOptions): boolean {
  const start = noRepeatNgramSize === 0 ? null : loopStart(answer.text());
  if (start !== null) answer.cutAt(start);
  return start !== null;
}

/** True when the connection ended in the middle of an answer. */
function isDrop(error: unknown): boolean {
  return error instanceof InterruptedError && error.interruption === 'dropped';
}

function requireAnswer(answer: ChatAnswer): ChatAnswer {
  if (!answer.hasChunks) throw new InterruptedError('not-the-api');
  if (answer.finishReason === null) throw new InterruptedError('dropped');
  if (answer.text === '') throw new InterruptedError(answer.tokenCount > 1 ? 'nothing-but-reasoning' : 'empty');
  return answer;
}

/** vLLM and llama.cpp turn thinking off in the chat template; the others go by `reasoning_effort`. */
function reasoningOf({ reasoning }: Endpoint): Record<string, unknown> {
  if (reasoning === 'as-served') return {};
  if (reasoning === 'off') return { reasoning_effort: 'none', chat_template_kwargs: { enable_thinking: false } };
  return { reasoning_effort: reasoning };
}

/** What the server says of one model; nothing where that has no name. */
function offeredModel(model: unknown): OfferedModel[] {
  if (typeof model !== 'object' || model === null || !('id' in model) || typeof model.id !== 'string') return [];
  return model.id.length > MAX_MODEL_NAME_LENGTH ? [] : [{ id: model.id, contextTokens: contextOf(model) }];
}

function contextOf(model: object): number | null {
  const { max_model_len: served, meta } = model as { max_model_len?: unknown; meta?: { n_ctx?: unknown; n_ctx_train?: unknown } | null };
  const found = [served, meta?.n_ctx, meta?.n_ctx_train].find(
    (value) => typeof value === 'number' && value >= 1 && value <= MAX_CONTEXT_TOKENS,
  );
  return typeof found === 'number' ? Math.floor(found) : null;
}

function cancelled(): AppError {
  return new AppError('cancelled', words('engines.requestCancelled'));
}
