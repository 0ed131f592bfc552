import { APIConnectionTimeoutError, APIError, AuthenticationError, NotFoundError, PermissionDeniedError, RateLimitError } from 'openai';
import { AppError, type AppErrorCode } from '#shared/contract/errors.ts';
import type { Endpoint } from '#shared/domain/endpoint.ts';
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
 * Says what happened, that finished work is safe, and what to do. The key never appears in it, not even where the server repeats it.
 * @param error what the client or the stream threw
 */
export function toEndpointError(error: unknown, endpoint: Endpoint, key: string | null): AppError {
  const [code, what] = describe(error, endpoint);
  const safe = key === null || key === '' ? what : what.replaceAll(key, '•••');
  const message = `"${endpoint.title}" (${endpoint.baseUrl}): ${safe}`;
  return isTooLong(error) ? new ContextExceededError(message) : new AppError(code, message);
}

/** llama.cpp: "exceeds the available context size"; vLLM and OpenAI: "maximum context length is …"; LM Studio: "greater than the context length". */
function isTooLong(error: unknown): boolean {
  return error instanceof APIError && error.status === 400 && /context (?:size|length|window)/iu.test(error.message);
}

/**
 * True where a server says that its model takes no pictures: llama.cpp without a projector ("image input is not supported", a 500), vLLM
 * ("… is not a multimodal model").
 */
export function readsNoPictures(words: string): boolean {
  return /(?:image|vision|video)s? (?:input )?(?:is|are) not supported|not a multimodal model/iu.test(words);
}

function describe(error: unknown, endpoint: Endpoint): [AppErrorCode, string] {
  if (error instanceof InterruptedError) return ['network', describeInterruption(error.interruption, endpoint)];
  if (error instanceof APIConnectionTimeoutError) return ['network', describeInterruption('silent', endpoint)];
  if (error instanceof AuthenticationError || error instanceof PermissionDeniedError)
    return ['invalid-input', `the server refused the key (${error.status}). Enter the right key in the settings of this endpoint.`];
  if (error instanceof NotFoundError) return ['not-found', describeNotFound(error, endpoint)];
  if (error instanceof RateLimitError)
    return [
      'network',
      'the server was too busy (429), even after several tries. Lower the number of requests at once, or try again later.',
    ];
  if (error instanceof APIError && readsNoPictures(error.message))
    return [
      'unsupported',
      `the model there cannot read images (${wordsOf(error)}). Choose another model for captions and frames; this one can write summaries from captions and speech.`,
    ];
  if (error instanceof APIError && (error.status !== undefined || error.error !== undefined))
    return [(error.status ?? 500) >= 500 ? 'network' : 'invalid-input', `the server answered: ${wordsOf(error)}`];
  if (error instanceof SyntaxError) return ['network', describeInterruption('not-the-api', endpoint)];
  return ['network', describeConnection(error)];
}

function describeInterruption(interruption: Interruption, { timeoutSeconds }: Endpoint): string {
  switch (interruption) {
    case 'silent':
      return `the server sent nothing for ${timeoutSeconds} s. It may be loading the model; try again, or raise the timeout of this endpoint.`;
    case 'endless':
      return 'the server’s answer did not end, so the request was stopped. Check that it serves the model correctly.';
    case 'dropped':
      return 'the server stopped in the middle of its answer several times. Its log may say why.';
    case 'not-the-api':
      return 'the server there is not an OpenAI-compatible API. Check the address; it often ends in /v1.';
    case 'nothing-but-reasoning':
      return 'the model only reasoned and gave no answer. Allow more tokens, or turn reasoning off for this endpoint.';
    case 'empty':
      return 'the model gave an empty answer. Try another prompt or model.';
  }
}

function describeNotFound(error: NotFoundError, { model }: Endpoint): string {
  const isModel = /model/iu.test(wordsOf(error));
  return isModel
    ? `the server has no model "${model}" (404). Choose one that it offers: "Test connection" lists them.`
    : 'there is no OpenAI-compatible API at this address (404). It often ends in /v1.';
}

/** Codes of Node's sockets and TLS, in words. */
const CONNECTION_CODES: readonly (readonly [RegExp, string])[] = [
  [/ECONNREFUSED/u, 'nothing is listening at this address (connection refused). Start the server, or check the host and port.'],
  [/ENOTFOUND|EAI_AGAIN/u, 'no machine with this name was found. Check the address.'],
  [
    /SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/u,
    'its certificate is not signed by an authority that this machine trusts (self-signed). Start the studio with NODE_EXTRA_CA_CERTS set to the certificate file, or use http on your own network.',
  ],
  [/CERT_HAS_EXPIRED/u, 'its certificate has expired.'],
  [/ERR_TLS_CERT_ALTNAME_INVALID/u, 'its certificate is for another name.'],
  [/ERR_SSL_|EPROTO/u, 'no secure connection could be made. If the server uses plain HTTP, start the address with http://.'],
  [/ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|EHOSTUNREACH|ENETUNREACH/u, 'the machine cannot be reached. Check the address and the network.'],
  [/UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT/u, 'the server sent nothing for too long. It may be loading the model; try again.'],
  [/unexpected redirect/u, 'the server redirects to another address, which the studio does not follow. Enter that address directly.'],
];

function describeConnection(error: unknown): string {
  const chain = causesOf(error);
  const known = CONNECTION_CODES.find(([pattern]) => chain.some((text) => pattern.test(text)));
  return known?.[1] ?? `the connection failed (${(chain.at(-1) ?? 'unknown reason').slice(0, MAX_SERVER_WORDS)}).`;
}

/** Messages and codes of an error and of everything that caused it, outermost first. */
function causesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  const code = 'code' in error && typeof error.code === 'string' ? `${error.code} ` : '';
  const inner = error instanceof AggregateError ? error.errors.flatMap(causesOf) : [];
  return [`${code}${error.message}`, ...inner, ...(error.cause === undefined ? [] : causesOf(error.cause))];
}

function wordsOf(error: Error): string {
  return error.message.replaceAll(/\s+/gu, ' ').slice(0, MAX_SERVER_WORDS);
}
