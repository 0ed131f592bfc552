import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What happens to one request for a file, in place of the plain answer. */
export type Mishap = (request: IncomingMessage, response: ServerResponse, content: Buffer) => void;

export interface LocalHub {
  readonly url: string;
  /** Requests for files, e.g. `onnx/a.onnx bytes=5-`. */
  readonly fileRequests: string[];
  /** The next request for this file goes wrong like this; several are used one after another. */
  nextTime(path: string, ...mishaps: Mishap[]): void;
  /** The hub says this SHA-256 of a large file from now on. */
  claimHash(path: string, sha256: string): void;
  close(): void;
}

export const COMMIT = 'c0ffee'.padEnd(40, '0');
const LARGE_BYTES = 1000;

/** Of a listing in two pages. */
function secondPage({ origin, pathname, searchParams }: URL): string | null {
  return searchParams.get('cursor') === '2' ? null : `${origin}${pathname}?cursor=2`;
}

/** A server with the hub's addresses: model info, file tree in pages, `resolve` with a redirect to another path for large files, ranges. */
export async function startLocalHub(
  repo: string,
  files: Record<string, Buffer>,
  nextPage: (url: URL) => string | null = secondPage,
): Promise<LocalHub> {
  const contents = new Map(Object.entries(files));
  const claimed = new Map<string, string>();
  const mishaps = new Map<string, Mishap[]>();
  const fileRequests: string[] = [];

  function tree(url: URL, response: ServerResponse): void {
    const entries = [...contents].map(([path, content]) => ({
      type: 'file',
      path,
      size: content.length,
      oid: gitBlob(content),
      ...(content.length >= LARGE_BYTES && { lfs: { oid: claimed.get(path) ?? sha256(content), size: content.length, pointerSize: 130 } }),
    }));
    // In two pages, as for a large repository.
    const isSecond = url.searchParams.get('cursor') === '2';
    const next = nextPage(url);
    if (next !== null) response.setHeader('Link', `<${next}>; rel="next"`);
    json(response, isSecond ? entries.slice(2) : entries.slice(0, 2));
  }

  function file(path: string, request: IncomingMessage, response: ServerResponse): void {
    const content = contents.get(path);
    if (content === undefined) return void response.writeHead(404).end();
    fileRequests.push(`${path} ${request.headers.range ?? ''}`.trim());
    const mishap = mishaps.get(path)?.shift();
    if (mishap !== undefined) return mishap(request, response, content);
    sendRange(request, response, content);
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? ''}`);
    const resolved = url.pathname.split(`/${repo}/resolve/${COMMIT}/`)[1];
    if (url.pathname.startsWith('/cdn/')) file(decodeURIComponent(url.pathname.slice('/cdn/'.length)), request, response);
    else if (url.pathname.startsWith(`/api/models/${repo}/revision/`))
      json(response, { _id: '1', id: repo, sha: COMMIT, lastModified: '2026-01-01T00:00:00Z' });
    else if (url.pathname.startsWith(`/api/models/${repo}/tree/${COMMIT}`)) tree(url, response);
    else if (resolved === undefined)
      response.writeHead(404, { 'Content-Type': 'application/json' }).end('{"error":"Repository not found"}');
    else if ((contents.get(decodeURIComponent(resolved))?.length ?? 0) >= LARGE_BYTES)
      response.writeHead(302, { Location: `/cdn/${resolved}` }).end();
    else file(decodeURIComponent(resolved), request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    close() {
      server.closeAllConnections();
      server.close();
    },
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fileRequests,
    nextTime: (path, ...what) => void mishaps.set(path, what),
    claimHash: (path, hash) => void claimed.set(path, hash),
  };
}

function sendRange(request: IncomingMessage, response: ServerResponse, content: Buffer): void {
  const start = Number(/^bytes=(\d+)-$/u.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (request.headers.range === undefined) return void response.writeHead(200, { 'Content-Length': content.length }).end(content);
  if (start >= content.length) return void response.writeHead(416, { 'Content-Range': `bytes */${content.length}` }).end();
  response.writeHead(206, {
    'Content-Range': `bytes ${start}-${content.length - 1}/${content.length}`,
    'Content-Length': content.length - start,
  });
  response.end(content.subarray(start));
}

/** Sends the first `bytes` of what was asked for and breaks the connection. */
export function breakAfter(bytes: number): Mishap {
  return (request, response, content) => {
    const start = Number(/^bytes=(\d+)-$/u.exec(request.headers.range ?? '')?.[1] ?? 0);
    const head =
      start === 0
        ? { 'Content-Length': content.length }
        : { 'Content-Range': `bytes ${start}-${content.length - 1}/${content.length}`, 'Content-Length': content.length - start };
    response.writeHead(start === 0 ? 200 : 206, head);
    // Not at once: fetch throws away what it has received and not yet handed on.
    response.write(content.subarray(start, start + bytes), () => setTimeout(() => response.socket?.end(), 200));
  };
}

/** Sends the first `bytes` and then nothing more, with the connection open. */
export function stallAfter(bytes: number): Mishap {
  return (_request, response, content) => {
    response.writeHead(200, { 'Content-Length': content.length });
    response.write(content.subarray(0, bytes));
  };
}

export function answer(status: number): Mishap {
  return (_request, response) => void response.writeHead(status).end();
}

/** As a server that cannot resume: the whole file, whatever range was asked for. */
export const ignoreRange: Mishap = (_request, response, content) =>
  void response.writeHead(200, { 'Content-Length': content.length }).end(content);

export const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

function gitBlob(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}
