import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Core } from '#core/create-core.ts';
import { createAccess, tokensFrom } from '../../src-main/hosts/serve/access.ts';
import { createHttpServer } from '../../src-main/hosts/serve/http-server.ts';
import { createSessions } from '../../src-main/hosts/serve/sessions.ts';
import { logIn } from './raw-requests.ts';

export interface CoreServer {
  /** With the owner's token. */
  readonly url: string;
  readonly cookie: string;
  close(): Promise<void>;
}

/** Puts a core behind the server of `serve`, in this process. */
export async function listenWith(core: Core, options: { rendererDir: string; onError?: (error: unknown) => void; pingIntervalMs?: number }): Promise<CoreServer> {
  const allowedHosts = new Set<string>();
  const tokens = tokensFrom();
  const sessions = createSessions({ people: core.services.people, events: core.events, kept: null });
  const access = createAccess({ allowedHosts, tokens, sessions, logger: { warn: () => undefined } });
  const server = createHttpServer({ onError: () => undefined, ...options, core, access, onSocketError: () => undefined });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  allowedHosts.add(`127.0.0.1:${port}`);
  function close(): Promise<void> {
    sessions.endAll();
    return new Promise((resolve) => server.close(() => resolve()));
  }
  const url = `http://127.0.0.1:${port}/?token=${tokens.owner}`;
  return { url, cookie: await logIn(url), close };
}
