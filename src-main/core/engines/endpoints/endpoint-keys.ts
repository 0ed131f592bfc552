import { z } from 'zod';
import type { Secrets } from '#core/secrets/secrets.ts';
import type { Endpoint, EndpointId } from '#shared/domain/endpoint.ts';

/** A key belongs to the server that it was given for: an endpoint that is pointed elsewhere does not take it along. */
const StoredKey = z.object({ origin: z.string(), key: z.string() });

/** Name of the key that counts where a single endpoint is set up and has none of its own; hosts take it from their surroundings. */
export const ONLY_ENDPOINT_KEY = 'endpoint';

export type EndpointKeys = ReturnType<typeof createEndpointKeys>;

/** Keys of endpoints among the secrets of the host. */
export function createEndpointKeys(secrets: Secrets) {
  async function get(endpoint: Endpoint, isOnly: boolean): Promise<string | null> {
    const stored = await secrets.get(secretName(endpoint.id));
    const own = parseStored(stored);
    // What hosts take from their surroundings is the bare key.
    if (stored !== null && own === null) return stored;
    if (own !== null && own.origin === originOf(endpoint)) return own.key;
    return isOnly ? secrets.get(ONLY_ENDPOINT_KEY) : null;
  }

  return {
    arePersistent: (): Promise<boolean> => secrets.isPersistent(),
    get,
    set: (endpoint: Endpoint, key: string): Promise<void> =>
      secrets.set(secretName(endpoint.id), JSON.stringify({ origin: originOf(endpoint), key } satisfies z.infer<typeof StoredKey>)),
    remove: (id: EndpointId): Promise<void> => secrets.remove(secretName(id)),
  };
}

/** Name of the secret of one endpoint. */
export function secretName(id: EndpointId): string {
  return `${ONLY_ENDPOINT_KEY}:${id}`;
}

function originOf(endpoint: Endpoint): string {
  return new URL(endpoint.baseUrl).origin;
}

function parseStored(stored: string | null): z.infer<typeof StoredKey> | null {
  if (stored === null || !stored.startsWith('{')) return null;
  try {
    return StoredKey.safeParse(JSON.parse(stored)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
