import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { Core } from '#core/create-core.ts';
import { createAccess, tokensFrom } from '../../src-main/hosts/serve/access.ts';
import { createHttpServer } from '../../src-main/hosts/serve/http-server.ts';
import { createSessions } from '../../src-main/hosts/serve/sessions.ts';
import { logIn } from './raw-requests.ts';

export interface ServedCore {
  readonly url: string;
  readonly cookie: string;
  /** What went wrong while requests were answered. */
  readonly errors: unknown[];
  /** A request of a logged-in client. */
  fetch(address: string, init?: Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> }): Promise<Response>;
}

/** A core of a test behind the server of `serve`, in this process, with a page of one line. Ends with the test. */
export async function serveCore(core: Core, options: { pingIntervalMs?: number } = {}): Promise<ServedCore> {
  const rendererDir = mkdtempSync(path.join(tmpdir(), 'shotluck-page-'));
  writeFileSync(path.join(rendererDir, 'index.html'), '<p>The studio</p>');
  const errors: unknown[] = [];
  const allowedHosts = new Set<string>();
  const tokens = tokensFrom();
  const sessions = createSessions({ people: core.services.people, events: core.events, kept: null });
  const access = createAccess({ allowedHosts, tokens, sessions, logger: { warn: () => undefined } });
  const server = createHttpServer({ core, access, rendererDir, onError: (error) => errors.push(error), onSocketError: () => undefined, ...options });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  allowedHosts.add(`127.0.0.1:${port}`);
  onTestFinished(async () => {
    sessions.endAll();
    await new Promise((resolve) => server.close(resolve));
    rmSync(rendererDir, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${port}/?token=${tokens.owner}`;
  const cookie = await logIn(url);
  return { url, cookie, errors, fetch: (address, init = {}) => fetch(new URL(address, url), { ...init, headers: { ...init.headers, cookie } }) };
}
