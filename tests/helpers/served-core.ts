import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { Core } from '#core/app/create-core.ts';
import type { HttpServerParts } from '../../src-main/hosts/serve/http-server.ts';
import { listenWith } from './core-server.ts';

export interface ServedCore {
  readonly url: string;
  readonly annotatorUrl: string;
  readonly cookie: string;
  /** What went wrong while requests were answered. */
  readonly errors: unknown[];
  /** A request of a logged-in client. */
  fetch(address: string, init?: Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> }): Promise<Response>;
}

/** A core of a test behind the server of `serve`, in this process, with a page of one line. Ends with the test. */
export async function serveCore(
  core: Core,
  options: Pick<HttpServerParts, 'pingIntervalMs' | 'connectionLimits' | 'wireLimits'> = {},
): Promise<ServedCore> {
  const rendererDir = mkdtempSync(path.join(tmpdir(), 'shotluck-page-'));
  writeFileSync(path.join(rendererDir, 'index.html'), '<p>The studio</p>');
  const errors: unknown[] = [];
  const { url, annotatorUrl, cookie, close } = await listenWith(core, { rendererDir, onError: (error) => errors.push(error), ...options });
  onTestFinished(async () => {
    await close();
    rmSync(rendererDir, { recursive: true, force: true });
  });
  return {
    url,
    annotatorUrl,
    cookie,
    errors,
    fetch: (address, init = {}) => fetch(new URL(address, url), { ...init, headers: { ...init.headers, cookie } }),
  };
}
