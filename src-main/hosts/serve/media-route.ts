import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import type { Core } from '#core/app/create-core.ts';
import type { ArchivedFile, AskedBy, MediaAnswer, MediaHead } from '#core/app/media-urls/resolve-media.ts';
import type { Guest } from '#core/app/people/people-service.ts';
import { createMediaTurns } from './media-turns.ts';
import { sendFile, sendStream, sendText, signalOf } from './responses.ts';
import { type ZipDownload, zipDownload } from './zip-download.ts';

type Media = Pick<Core, 'resolveMedia' | 'resolveMediaHead'>;

const MEDIA_PATH = /^\/(media|frame|sprite|waveform|curve|frame-times|export)\//;

/** Work in proportion to the length of a video, or to how many clips there are. */
const LONG_PATH = /^\/(curve|frame-times|export)\//;

type Whole = Exclude<MediaAnswer, { readonly archive: readonly ArchivedFile[] }>;
type Found = Whole | MediaHead | { readonly contentType: string; readonly cacheSeconds: number; readonly zip: ZipDownload } | null;

export type MediaRoute = (
  request: IncomingMessage,
  response: ServerResponse,
  asked: { readonly url: URL; readonly guest: Guest },
) => Promise<void>;

export function isMediaPath(pathname: string): boolean {
  return MEDIA_PATH.test(pathname);
}

/** Answers addresses of `shared/contract/media-urls.ts`, each person in their turn. What a client gives up is not worked on any further. */
export function createMediaRoute(core: Media): MediaRoute {
  const turns = createMediaTurns();
  return async (request, response, { url, guest }) => {
    const signal = signalOf(response);
    const found = await turns.run(guest, { isLong: LONG_PATH.test(url.pathname), bytesOf, signal }, () =>
      find(core, request, url, { signal, sender: guest }),
    );
    await send(request, response, url, found);
  };
}

/** Everything that takes work; what is found is sent as fast as its client takes it, and nobody waits for that. */
async function find(core: Media, { method }: IncomingMessage, url: URL, asked: AskedBy): Promise<Found> {
  const address = url.pathname + url.search;
  const media = await (method === 'HEAD' ? core.resolveMediaHead(address, asked) : core.resolveMedia(address, asked));
  return media !== null && 'archive' in media ? { ...media, zip: zipDownload(media.archive) } : media;
}

const bytesOf = (media: Found): number => (media !== null && 'bytes' in media ? (media.bytes?.byteLength ?? 0) : 0);

async function send(request: IncomingMessage, response: ServerResponse, url: URL, media: Found): Promise<void> {
  if (media === null) return sendText(response, 404, 'There is nothing here.');
  response.setHeader('Content-Type', media.contentType);
  response.setHeader('Cache-Control', `private, max-age=${media.cacheSeconds}`);
  if ('bytes' in media) {
    // Nobody knows how long something is that was not made.
    if (media.bytes === null) response.writeHead(200).end();
    else response.writeHead(200, { 'Content-Length': media.bytes.byteLength }).end(media.bytes);
    return;
  }
  if ('zip' in media) return sendZip(request, response, { zip: media.zip, name: decodeURIComponent(path.posix.basename(url.pathname)) });
  if (url.pathname.startsWith('/export/')) response.setHeader('Content-Disposition', attachment(path.basename(media.path)));
  await sendFile(request, response, media);
}

interface NamedZip {
  readonly zip: ZipDownload;
  readonly name: string;
}

async function sendZip(request: IncomingMessage, response: ServerResponse, { zip, name }: NamedZip): Promise<void> {
  response.writeHead(200, { 'Content-Length': zip.bytes, 'Content-Disposition': attachment(name) });
  if (request.method === 'HEAD') response.end();
  else await sendStream(zip.open(), response);
}

function attachment(file: string): string {
  return `attachment; filename*=UTF-8''${encodeURIComponent(file)}`;
}
