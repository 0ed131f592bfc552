import { z } from 'zod';

/** Id of an endpoint, made from its title; part of the ids of its engines. */
export const EndpointId = z
  .string()
  .max(40)
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/);
export type EndpointId = z.infer<typeof EndpointId>;

/** Base address of an OpenAI-compatible API, e.g. `http://127.0.0.1:8000/v1`. A name and password in it would be stored in plain text. */
const EndpointUrl = z
  .url({ protocol: /^https?$/, error: 'An address such as http://127.0.0.1:8000/v1 is needed.' })
  .max(500)
  .regex(/^[^?#@\s]+$/, 'The address must not contain a password, a query or spaces.');

/** How much a model that thinks before it answers should think; `as-served`: nothing is asked. */
export const Reasoning = z.enum(['as-served', 'off', 'low', 'medium', 'high']);
export type Reasoning = z.infer<typeof Reasoning>;

/** A server of the OpenAI chat API (vLLM, llama.cpp, LM Studio, Ollama, …) and how to use it. Its key is kept apart, as a secret. */
export const Endpoint = z.object({
  id: EndpointId,
  title: z.string().trim().min(1, 'A name is needed.').max(80),
  baseUrl: EndpointUrl,
  /** Name under which the server offers the model. */
  model: z.string().trim().min(1, 'A model name is needed.').max(300),
  /** Requests in flight at the same time. */
  concurrency: z.int().min(1).max(32),
  /** How long the server may stay silent, before its first word and between two. */
  timeoutSeconds: z.int().min(5).max(300),
  /** `video_url`: shots go as MP4 clips, to servers that take them (vLLM, SGLang, llama.cpp). */
  sendVideo: z.enum(['images', 'video_url']),
  /** Most pictures in one request; servers have limits of their own. */
  maxFrames: z.int().min(1).max(64),
  /** Tokens that prompt, pictures and answer may have together, as the server was started. */
  contextTokens: z.int().min(1024).max(2_000_000),
  reasoning: Reasoning,
});
export type Endpoint = z.infer<typeof Endpoint>;

export const defaultEndpoint: Omit<Endpoint, 'id' | 'title' | 'baseUrl' | 'model'> = {
  concurrency: 4,
  timeoutSeconds: 120,
  sendVideo: 'images',
  maxFrames: 8,
  contextTokens: 8192,
  reasoning: 'as-served',
};

const ENGINE_PREFIX = 'endpoint:';

/** Id under which an endpoint is chosen as captioner. */
export function endpointEngineId(id: EndpointId): string {
  return `${ENGINE_PREFIX}${id}`;
}

/** The endpoint of an engine id; null for engines of another kind. */
export function endpointOfEngine(engineId: string): EndpointId | null {
  return engineId.startsWith(ENGINE_PREFIX) ? engineId.slice(ENGINE_PREFIX.length) : null;
}

/**
 * True for addresses that never leave this machine: 127.0.0.0/8, ::1, and the name `localhost`, which RFC 6761 keeps for them.
 * @param baseUrl a valid `EndpointUrl`
 */
export function isLoopback(baseUrl: string): boolean {
  const host = new URL(baseUrl).hostname.toLowerCase();
  return host === 'localhost' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/u.test(host);
}
