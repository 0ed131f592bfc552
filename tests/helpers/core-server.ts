import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Core } from '#core/app/create-core.ts';
import { createAccess, tokensFrom } from '../../src-main/hosts/serve/access.ts';
import { createHttpServer, type HttpServerParts } from '../../src-main/hosts/serve/http-server.ts';
import { createSessions } from '../../src-main/hosts/serve/sessions.ts';
import { logIn } from './raw-requests.ts';

export interface CoreServer {
  /** With the owner's token. */
  readonly url: string;
  readonly annotatorUrl: string;
  readonly cookie: string;
  close(): Promise<void>;
}

/** Puts a core behind the server of `serve`, in this process, with an owner who has said a name. */
export async function listenWith(
  core: Core,
  options: Pick<HttpServerParts, 'rendererDir' | 'pingIntervalMs' | 'connectionLimits' | 'wireLimits'> & {
    onError?: (error: unknown) => void;
  },
): Promise<CoreServer> {
  const allowedHosts = new Set<string>();
  const tokens = tokensFrom();
  const sessions = createSessions({ people: core.services.people, events: core.events, logger: { warn: () => undefined }, kept: null });
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
  const [url, annotatorUrl] = [tokens.owner, tokens.annotator].map((token) => `http://127.0.0.1:${port}/?token=${token}`) as [
    string,
    string,
  ];
  const cookie = await logIn(url);
  core.services.people.introduce(sessions.find(cookie.split('=')[1] ?? '') ?? undefined, { name: 'Owner' });
  return { url, annotatorUrl, cookie, close };
}
