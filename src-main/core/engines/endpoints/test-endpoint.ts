import type { EndpointTest } from '#shared/contract/views.ts';
import { AppError, isCancelled } from '#shared/contract/errors.ts';
import type { Endpoint } from '#shared/domain/endpoint.ts';
import type { Picture } from '#core/media/pictures.ts';
import type { EndpointClient, OfferedModel } from './endpoint-client.ts';
import { createEndpointWriter } from './endpoint-writer.ts';
import { words } from '#shared/words/words.ts';

/** Small, but above the least that picture encoders take (28 pixels of Qwen-VL). */
const SIDE_PX = 64;
const QUESTION = 'Which colour fills this picture? Answer with one word.';
const GREETING = 'Answer with the one word: ready';
/** Enough for a word, and for models that think a little first. */
const MAX_TOKENS = 256;

/** Finds out step by step what a server offers: its models, then an answer to a picture, then to text. Problems are reported, not thrown. */
export async function testEndpoint(client: EndpointClient, endpoint: Endpoint, signal: AbortSignal): Promise<EndpointTest> {
  const listed = await orProblem(client.models(signal));
  // Some servers list no models and answer all the same; without a connection there is nothing more to try.
  if (listed.problem?.code === 'network' || listed.problem?.code === 'invalid-input') return { ...NOTHING, problem: listed.problem.words };
  const offered = listed.value ?? [];
  const found = { models: offered.map(({ id }) => id), contextTokens: contextOf(offered, endpoint) };
  if (offered.length > 0 && !offered.some(({ id }) => id === endpoint.model))
    return { ...NOTHING, ...found, problem: words('engines.modelNotOffered', { model: endpoint.model }) };
  const writer = createEndpointWriter(endpoint, client);
  const ask = (parts: Parameters<typeof writer.write>[0]['parts']) =>
    orProblem(
      writer.write(
        { parts, generation: { maxNewTokens: MAX_TOKENS, temperature: 0, topP: 1, seed: 1 } },
        { signal, onText: () => undefined },
      ),
    );
  const seen = await ask([
    { type: 'picture', picture: redPicture() },
    { type: 'text', text: QUESTION },
  ]);
  if (seen.value !== null) return { ...found, reads: 'pictures', answer: seen.value.text, problem: null };
  const read = await ask([{ type: 'text', text: GREETING }]);
  if (read.value !== null) return { ...found, reads: 'text', answer: read.value.text, problem: seen.problem?.words ?? null };
  return { ...NOTHING, ...found, problem: read.problem?.words ?? null };
}

const NOTHING: EndpointTest = { models: [], contextTokens: null, reads: 'nothing', answer: null, problem: null };

async function orProblem<T>(work: Promise<T>): Promise<{ value: T; problem: null } | { value: null; problem: AppError }> {
  try {
    return { value: await work, problem: null };
  } catch (error) {
    if (!(error instanceof AppError) || isCancelled(error)) throw error;
    return { value: null, problem: error };
  }
}

function contextOf(offered: readonly OfferedModel[], { model }: Endpoint): number | null {
  return offered.find(({ id }) => id === model)?.contextTokens ?? null;
}

function redPicture(): Picture {
  const data = new Uint8Array(SIDE_PX * SIDE_PX * 3);
  for (let at = 0; at < data.length; at += 3) data[at] = 220;
  return { frame: 0, width: SIDE_PX, height: SIDE_PX, data };
}
