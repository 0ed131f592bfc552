import { readdirSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { sendFile, sendText } from './responses.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

interface StaticFile {
  readonly path: string;
  readonly contentType: string;
  readonly etag: string;
}

/**
 * Serves the files that lie below `folder` now; what is asked for is only ever looked up among them. (A stream of sirv stays open when
 * its client goes away, and ends the process when its file has gone.)
 */
export function createStaticFiles(folder: string): (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> {
  const files = new Map<string, StaticFile>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(folder, name);
    const { size, mtimeMs } = statSync(file);
    const contentType = CONTENT_TYPES[path.extname(name)];
    if (contentType !== undefined)
      files.set(`/${name.split(path.sep).join('/')}`, { path: file, contentType, etag: `W/"${size}-${Math.round(mtimeMs)}"` });
  }
  return async (request, response, url) => {
    const file = files.get(url.pathname === '/' ? '/index.html' : url.pathname);
    if (file === undefined) return sendText(response, 404, 'There is nothing here.');
    response.setHeader('Content-Type', file.contentType);
    response.setHeader('ETag', file.etag);
    // The build puts a hash into their names, and they are the same for everybody.
    if (url.pathname.startsWith('/assets/')) response.setHeader('Cache-Control', 'private, max-age=31536000, immutable');
    if (request.headers['if-none-match'] === file.etag) response.writeHead(304).end();
    else await sendFile(request, response, { path: file.path });
  };
}
