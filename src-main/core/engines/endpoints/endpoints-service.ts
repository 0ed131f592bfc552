import type { SettingsService } from '#core/base/settings/settings-service.ts';
import type { Secrets } from '#core/base/secrets/secrets.ts';
import type { EndpointTest, EndpointsView, EngineInfo } from '#shared/contract/views.ts';
import { AppError } from '#shared/contract/errors.ts';
import { type Endpoint, endpointEngineId, type EndpointId, endpointOfEngine, isLoopback } from '#shared/domain/endpoint.ts';
import { words, type Words } from '#shared/words/words.ts';
import type { Captioner } from '../captioner.ts';
import type { Writer } from '../writer.ts';
import type { EndpointClient } from './endpoint-client.ts';
import { createEndpointKeys } from './endpoint-keys.ts';
import { createEndpointCaptioner, createEndpointWriter } from './endpoint-writer.ts';
import { testEndpoint } from './test-endpoint.ts';

export type EndpointsService = ReturnType<typeof createEndpointsService>;

export interface EndpointsParts {
  readonly settings: SettingsService;
  readonly secrets: Secrets;
}

/** Servers of the OpenAI chat API that the person set up: kept in the settings, their keys among the secrets. */
export function createEndpointsService({ settings, secrets }: EndpointsParts) {
  const keys = createEndpointKeys(secrets, settings.get().endpoints);
  const all = (): readonly Endpoint[] => settings.get().endpoints;

  function find(id: EndpointId | null, engineId: string): Endpoint {
    const endpoint = all().find((candidate) => candidate.id === id);
    if (endpoint === undefined) throw new AppError('not-found', words('engines.noEndpoint', { id: engineId }));
    return endpoint;
  }

  function keyOf(endpoint: Endpoint): Promise<string | null> {
    return keys.get(
      endpoint,
      all().every(({ id }) => id === endpoint.id),
    );
  }

  async function connect(endpoint: Endpoint, given?: string, options?: { readonly maxRetries: number }): Promise<EndpointClient> {
    const problem = problemOf(endpoint);
    if (problem !== null) throw new AppError('network', problem);
    const key = given ?? (await keyOf(endpoint));
    // The library takes a good deal of memory and a moment to load: only who has endpoints pays for it.
    const { createEndpointClient } = await import('./endpoint-client.ts');
    return createEndpointClient(endpoint, key, { ...options, problem: () => problemOf(endpoint) });
  }

  /** Why nothing may be sent there; null when it may. */
  function problemOf(endpoint: Endpoint): Words | null {
    if (settings.get().allowNetwork || isLoopback(endpoint.baseUrl)) return null;
    return words('engines.offNetwork', { title: endpoint.title });
  }

  /** A key that cannot be decrypted any more is as good as none: whoever uses the endpoint is shown why. */
  function hasKey(endpoint: Endpoint): Promise<boolean> {
    return keyOf(endpoint).then(
      (key) => key !== null,
      () => false,
    );
  }

  async function view(): Promise<EndpointsView> {
    const endpoints = await Promise.all(
      all().map(async (endpoint) => ({ ...endpoint, hasKey: await hasKey(endpoint), isLocal: isLoopback(endpoint.baseUrl) })),
    );
    return { endpoints, keysPersist: await keys.arePersistent() };
  }

  return {
    view,

    /** Adds or replaces the endpoint of this id. `key` left out: it stays as it is; null: it is removed. */
    async save(endpoint: Endpoint, key?: string | null): Promise<EndpointsView> {
      if (key === null) await keys.remove(endpoint.id);
      else if (key !== undefined) await keys.set(endpoint, key);
      settings.update(({ endpoints }) => {
        const isKnown = endpoints.some(({ id }) => id === endpoint.id);
        return { endpoints: isKnown ? endpoints.map((old) => (old.id === endpoint.id ? endpoint : old)) : [...endpoints, endpoint] };
      });
      return view();
    },

    async remove(id: EndpointId): Promise<EndpointsView> {
      await keys.remove(id);
      settings.update(({ endpoints }) => ({ endpoints: endpoints.filter((endpoint) => endpoint.id !== id) }));
      return view();
    },

    /** Asks the server what it offers and for a word on a small picture. `key`: one that is not stored yet. */
    async test(endpoint: Endpoint, key: string | undefined, signal: AbortSignal): Promise<EndpointTest> {
      return testEndpoint(await connect(endpoint, key, { maxRetries: 0 }), endpoint, signal);
    },

    /** @throws AppError `not-found`, and `network` where it may not be reached */
    async openCaptioner(engineId: string): Promise<Captioner> {
      const endpoint = find(endpointOfEngine(engineId), engineId);
      return createEndpointCaptioner(endpoint, await connect(endpoint));
    },

    async openWriter(engineId: string): Promise<Writer> {
      const endpoint = find(endpointOfEngine(engineId), engineId);
      return createEndpointWriter(endpoint, await connect(endpoint));
    },

    engineInfos: (): EngineInfo[] =>
      all().map((endpoint) => {
        const problem = problemOf(endpoint);
        return {
          id: endpointEngineId(endpoint.id),
          role: 'captioner',
          title: endpoint.title,
          version: endpoint.model,
          description: `${endpoint.model}, served by “${endpoint.title}”. ${isLoopback(endpoint.baseUrl) ? 'Frames stay on this machine.' : 'Frames leave this machine.'}`,
          defaultThreshold: null,
          problem,
        };
      }),
  };
}
