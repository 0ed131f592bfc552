import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Core } from '#core/create-core.ts';
import { createAccess } from '../../src-main/hosts/serve/access.ts';
import { createHttpServer } from '../../src-main/hosts/serve/http-server.ts';
import { logIn } from './raw-requests.ts';

export interface CoreServer {
  /** With the token. */
  readonly url: string;
  readonly cookie: string;
  close(): Promise<void>;
}

/** Puts a core behind the server of `serve`, in this process. */
export async function listenWith(core: Core, options: { rendererDir: string; onError?: (error: unknown) => void; pingIntervalMs?: number }): Promise<CoreServer> {
  const allowedHosts = new Set<string>();
  const access = createAccess(allowedHosts);
  const server = createHttpServer({ onError: () => undefined, ...options, core, access, onSocketError: () => undefined });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  allowedHosts.add(`127.0.0.1:${port}`);
  const url = `http://127.0.0.1:${port}/?token=${access.token}`;
  return { url, cookie: await logIn(url), close: () => new Promise((resolve) => server.close(() => resolve())) };
}
