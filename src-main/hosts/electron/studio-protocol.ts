import { statSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { net, protocol } from 'electron';
import { pathToFileURL } from 'node:url';
import { openByteRange } from '#core/media/byte-range.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import { SECURITY_HEADERS } from '../common/security-headers.ts';
import { MediaAnswer } from './core-messages.ts';
import type { CoreSupervisor } from './core-supervisor.ts';

const STUDIO_SCHEME = 'shotluck';
const STUDIO_HOST = 'studio';
export const STUDIO_ORIGIN = `${STUDIO_SCHEME}://${STUDIO_HOST}`;

const MEDIA_PATH = /^\/(media|frame|sprite|waveform|curve|frame-times|export)\//;

/** Must run before the app is ready. */
export function registerStudioScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: STUDIO_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } },
  ]);
}

export interface StudioProtocolParts {
  readonly rendererDir: string;
  readonly core: CoreSupervisor;
  /** For failures that nobody foresaw; the page learns only that there was one. */
  onError(error: unknown, what: string): void;
}

/** Serves the built renderer and the core's media under one origin, so that the page needs no other. */
export function handleStudioProtocol({ rendererDir, core, onError }: StudioProtocolParts): void {
  protocol.handle(STUDIO_SCHEME, async (request) => {
    try {
      return secured(await answer(request, rendererDir, core));
    } catch (error) {
      // Electron catches nothing here: what is thrown would be a fault that ends the whole studio.
      onError(error, 'an address of the page could not be answered');
      return secured(new Response('Could not be read', { status: 500 }));
    }
  });
}

/** The one way out: whatever is answered bears the same headers. */
function secured(response: Response): Response {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) headers.set(name, value);
  return new Response(response.body, { status: response.status, headers });
}

async function answer(request: Request, rendererDir: string, core: CoreSupervisor): Promise<Response> {
  const url = new URL(request.url);
  if (url.host !== STUDIO_HOST) return new Response('Unknown host', { status: 404 });
  if (request.method !== 'GET' && request.method !== 'HEAD') return new Response('Only GET and HEAD', { status: 405 });
  if (MEDIA_PATH.test(url.pathname)) return answerMedia(request, url, core);
  return answerStatic(url, rendererDir);
}

async function answerStatic(url: URL, rendererDir: string): Promise<Response> {
  const file = fileOf(url, rendererDir);
  if (file === null) return new Response('Not found', { status: 404 });
  try {
    return await net.fetch(pathToFileURL(file).href);
  } catch (error) {
    // Its reason may name the folder that the studio lies in.
    if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return new Response('Not found', { status: 404 });
    throw error;
  }
}

/** Null for what is no path inside the folder: one that climbs out of it (`/..%2f`) must not reach the disk. */
function fileOf(url: URL, rendererDir: string): string | null {
  try {
    const file = path.resolve(rendererDir, `.${url.pathname === '/' ? '/index.html' : decodeURIComponent(url.pathname)}`);
    return file.startsWith(rendererDir + path.sep) && !file.includes('\0') ? file : null;
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

/**
 * A still is answered at once and filled in when it is there: Electron reports that the page gave a request up by cancelling the answer's
 * body, and by nothing else. A still that cannot be had breaks its body off, which is an error for an `<img>` as a 404 is.
 */
function answerStill(url: URL, core: CoreSupervisor): Response {
  const givenUp = new AbortController();
  const body = new ReadableStream<Uint8Array>({
    async start(filling) {
      const media = MediaAnswer.parse(await core.request({ kind: 'media', url: url.pathname + url.search }, givenUp.signal));
      if (givenUp.signal.aborted) return;
      if (media === null || !('bytes' in media)) throw new AppError('not-found', words('hosts.noImage'));
      filling.enqueue(media.bytes);
      filling.close();
    },
    cancel: () => givenUp.abort(),
  });
  return new Response(body, { headers: { 'Content-Type': 'image/jpeg', 'Cache-Control': 'private, max-age=31536000' } });
}

async function answerMedia(request: Request, url: URL, core: CoreSupervisor): Promise<Response> {
  if (url.pathname.startsWith('/frame/')) return answerStill(url, core);
  try {
    const media = MediaAnswer.parse(await core.request({ kind: 'media', url: url.pathname + url.search }));
    // Whoever has the folder needs no archive of it.
    if (media === null || 'archive' in media) return new Response('Not found', { status: 404 });
    const headers = { 'Content-Type': media.contentType, 'Cache-Control': `private, max-age=${media.cacheSeconds}` };
    if ('bytes' in media) return new Response(new Uint8Array(media.bytes), { status: 200, headers });
    // net.fetch of a file ignores Range, and a <video> without ranges cannot seek.
    const range = await openByteRange(media, request.headers.get('range'));
    const body = range.stream === null ? null : (Readable.toWeb(range.stream) as ReadableStream<Uint8Array>);
    return new Response(body, { status: range.status, headers: { ...headers, ...range.headers } });
  } catch (error) {
    if (error instanceof AppError) return Response.json(error.refusal, { status: 404 });
    throw error;
  }
}
