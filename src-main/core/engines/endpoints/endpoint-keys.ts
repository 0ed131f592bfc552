import { z } from 'zod';
import type { Secrets } from '#core/base/secrets/secrets.ts';
import type { Endpoint, EndpointId } from '#shared/domain/endpoint.ts';

/** A key belongs to the server that it was given for: an endpoint that is pointed elsewhere does not take it along. */
const StoredKey = z.object({ origin: z.string(), key: z.string() });

/** Name of the key that counts where a single endpoint is set up and has none of its own; hosts take it from their surroundings. */
export const ONLY_ENDPOINT_KEY = 'endpoint';

/**
 * Keys of endpoints among the secrets of the host.
 * @param atStart the endpoints as they were set up when the studio started: what hosts take from their surroundings is the bare key,
 *   which whoever started the studio meant for the server that they had set up, and not for what a client names later
 */
export function createEndpointKeys(secrets: Secrets, atStart: readonly Endpoint[]) {
  const [only] = atStart.length === 1 ? atStart : [];

  async function keyFor(name: string, endpoint: Endpoint, setUp: Endpoint | undefined): Promise<string | null> {
    const stored = await secrets.get(name);
    if (stored === null) return null;
    const bound = parseStored(stored) ?? (setUp === undefined ? null : { origin: originOf(setUp), key: stored });
    return bound?.origin === originOf(endpoint) ? bound.key : null;
  }

  async function get(endpoint: Endpoint, isOnly: boolean): Promise<string | null> {
    const own = await keyFor(
      secretName(endpoint.id),
      endpoint,
      atStart.find(({ id }) => id === endpoint.id),
    );
    return own ?? (isOnly ? keyFor(ONLY_ENDPOINT_KEY, endpoint, only) : null);
  }

  return {
    arePersistent: (): Promise<boolean> => secrets.isPersistent(),
    get,
    set: (endpoint: Endpoint, key: string): Promise<void> => secrets.set(secretName(endpoint.id), boundKey(endpoint.baseUrl, key)),
    remove: (id: EndpointId): Promise<void> => secrets.remove(secretName(id)),
  };
}

/** A key as it is kept, with the server that it is for. */
export function boundKey(url: string, key: string): string {
  return JSON.stringify({ origin: new URL(url).origin, key } satisfies z.infer<typeof StoredKey>);
}

/** Name of the secret of one endpoint. */
function secretName(id: EndpointId): string {
  return `${ONLY_ENDPOINT_KEY}:${id}`;
}

function originOf(endpoint: Endpoint): string {
  return new URL(endpoint.baseUrl).origin;
}

function parseStored(stored: string): z.infer<typeof StoredKey> | null {
  if (!stored.startsWith('{')) return null;
  try {
    return StoredKey.safeParse(JSON.parse(stored)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
