import { APIConnectionTimeoutError, APIError, AuthenticationError, NotFoundError, PermissionDeniedError, RateLimitError } from 'openai';
import { AppError, type AppErrorCode } from '#shared/contract/errors.ts';
import type { Endpoint } from '#shared/domain/endpoint.ts';
import { words, type Words, type WordsValue } from '#shared/words/words.ts';
import { ContextExceededError } from '../writer.ts';
import type { Overrun } from '#core/base/answer-watch.ts';

/** How a request failed, apart from what the server or the connection say for themselves. */
export type Interruption =
  | Overrun
  /** The stream ended before the answer did. */
  | 'dropped'
  /** What came is no chat completion. */
  | 'not-the-api'
  | 'nothing-but-reasoning'
  | 'empty';

/** A request that ended otherwise than by an error of the library. */
export class InterruptedError extends Error {
  override name = 'InterruptedError';
  readonly interruption: Interruption;

  constructor(interruption: Interruption) {
    super(interruption);
    this.interruption = interruption;
  }
}

const MAX_SERVER_WORDS = 300;

/**
 * Says what happened, that finished work is safe, and what to do. Everybody who works on the project reads it: neither the key nor the address appears in it,
 * not even where the server repeats them.
 * @param error what the client or the stream threw
 */
export function toEndpointError(error: unknown, endpoint: Endpoint, key: string | null): AppError {
  const [code, what] = describe(error, endpoint);
  const said = words('engines.endpoint', { title: endpoint.title, problem: without(what, secretsOf(endpoint, key)) });
  return isTooLong(error) ? new ContextExceededError(said) : new AppError(code, said);
}

/** What most servers have behind their name, and no secret. */
const USUAL_PATHS: readonly string[] = ['/', '/v1', '/v1/'];

function secretsOf({ baseUrl }: Endpoint, key: string | null): string[] {
  const { host, pathname } = new URL(baseUrl);
  return [key ?? '', baseUrl, host, ...(USUAL_PATHS.includes(pathname) ? [] : [pathname])].filter((secret) => secret !== '');
}

function without({ key: sentence, values }: Words, secrets: readonly string[]): Words {
  const safe = (value: WordsValue): WordsValue =>
    typeof value === 'string' ? secrets.reduce((text, secret) => text.replaceAll(secret, '•••'), value) : value;
  return { key: sentence, values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, safe(value)])) };
}

/** llama.cpp: "exceeds the available context size"; vLLM and OpenAI: "maximum context length is …"; LM Studio: "greater than the context length". */
function isTooLong(error: unknown): boolean {
  return error instanceof APIError && error.status === 400 && /context (?:size|length|window)/iu.test(error.message);
}

/**
 * True where a server says that its model takes no pictures: llama.cpp without a projector ("image input is not supported", a 500), vLLM
 * ("… is not a multimodal model").
 */
export function readsNoPictures(said: string): boolean {
  return /(?:image|vision|video)s? (?:input )?(?:is|are) not supported|not a multimodal model/iu.test(said);
}

function describe(error: unknown, endpoint: Endpoint): [AppErrorCode, Words] {
  if (error instanceof InterruptedError) return ['network', describeInterruption(error.interruption, endpoint)];
  if (error instanceof APIConnectionTimeoutError) return ['network', describeInterruption('silent', endpoint)];
  if (error instanceof AuthenticationError || error instanceof PermissionDeniedError)
    return ['invalid-input', words('engines.keyRefused', { status: error.status })];
  if (error instanceof NotFoundError) return ['not-found', describeNotFound(error, endpoint)];
  if (error instanceof RateLimitError) return ['network', words('engines.serverBusy')];
  if (error instanceof APIError && readsNoPictures(error.message))
    return ['unsupported', words('engines.readsNoImages', { said: saidBy(error) })];
  if (error instanceof APIError && (error.status !== undefined || error.error !== undefined))
    return [(error.status ?? 500) >= 500 ? 'network' : 'invalid-input', words('engines.serverAnswered', { said: saidBy(error) })];
  if (error instanceof SyntaxError) return ['network', describeInterruption('not-the-api', endpoint)];
  return ['network', describeConnection(error)];
}

function describeInterruption(interruption: Interruption, { timeoutSeconds }: Endpoint): Words {
  switch (interruption) {
    case 'silent':
      return words('engines.serverSilent', { seconds: timeoutSeconds });
    case 'endless':
      return words('engines.answerEndless');
    case 'dropped':
      return words('engines.answerDropped');
    case 'not-the-api':
      return words('engines.notTheApi');
    case 'nothing-but-reasoning':
      return words('engines.onlyReasoned');
    case 'empty':
      return words('engines.emptyAnswer');
  }
}

function describeNotFound(error: NotFoundError, { model }: Endpoint): Words {
  const isModel = /model/iu.test(saidBy(error));
  return isModel ? words('engines.modelNotServed', { model }) : words('engines.noApiThere');
}

/** Codes of Node's sockets and TLS, in words. */
const CONNECTION_CODES: readonly (readonly [RegExp, Words])[] = [
  [/ECONNREFUSED/u, words('engines.nothingListening')],
  [/ENOTFOUND|EAI_AGAIN/u, words('engines.machineNotFound')],
  [/SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/u, words('engines.certificateNotTrusted')],
  [/CERT_HAS_EXPIRED/u, words('engines.certificateExpired')],
  [/ERR_TLS_CERT_ALTNAME_INVALID/u, words('engines.certificateOfAnother')],
  [/ERR_SSL_|EPROTO/u, words('engines.notSecure')],
  [/ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|EHOSTUNREACH|ENETUNREACH/u, words('engines.machineUnreachable')],
  [/UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT/u, words('engines.serverSlow')],
  [/unexpected redirect/u, words('engines.redirected')],
];

function describeConnection(error: unknown): Words {
  const chain = causesOf(error);
  const known = CONNECTION_CODES.find(([pattern]) => chain.some((text) => pattern.test(text)));
  return (
    known?.[1] ?? words('engines.connectionFailed', { reason: chain.at(-1)?.slice(0, MAX_SERVER_WORDS) ?? words('engines.unknownReason') })
  );
}

/** Messages and codes of an error and of everything that caused it, outermost first. */
function causesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  const code = 'code' in error && typeof error.code === 'string' ? `${error.code} ` : '';
  const inner = error instanceof AggregateError ? error.errors.flatMap(causesOf) : [];
  return [`${code}${error.message}`, ...inner, ...(error.cause === undefined ? [] : causesOf(error.cause))];
}

function saidBy(error: Error): string {
  return error.message.replaceAll(/\s+/gu, ' ').slice(0, MAX_SERVER_WORDS);
}
