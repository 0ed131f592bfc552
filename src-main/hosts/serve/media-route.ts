import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import type { Core } from '#core/app/create-core.ts';
import { CLIPS_ARCHIVE } from '#shared/contract/media-urls.ts';
import { sendFile, sendStream, sendText, signalOf } from './responses.ts';
import { zipDownload } from './zip-download.ts';

const MEDIA_PATH = /^\/(media|frame|sprite|waveform|curve|frame-times|export)\//;

export function isMediaPath(pathname: string): boolean {
  return MEDIA_PATH.test(pathname);
}

/** Answers an address of `shared/contract/media-urls.ts`. What a client gives up is not worked on any further. */
export async function sendMedia(
  core: Pick<Core, 'resolveMedia'>,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const media = await core.resolveMedia(url.pathname + url.search, signalOf(response));
  if (media === null) return sendText(response, 404, 'There is nothing here.');
  response.setHeader('Content-Type', media.contentType);
  response.setHeader('Cache-Control', `private, max-age=${media.cacheSeconds}`);
  if ('bytes' in media) {
    response.writeHead(200, { 'Content-Length': media.bytes.byteLength }).end(request.method === 'HEAD' ? undefined : media.bytes);
    return;
  }
  if ('archive' in media) return sendZip(request, response, media.archive);
  if (url.pathname.startsWith('/export/')) response.setHeader('Content-Disposition', attachment(path.basename(media.path)));
  await sendFile(request, response, media.path);
}

async function sendZip(request: IncomingMessage, response: ServerResponse, files: readonly string[]): Promise<void> {
  const zip = await zipDownload(files);
  response.writeHead(200, { 'Content-Length': zip.bytes, 'Content-Disposition': attachment(CLIPS_ARCHIVE) });
  if (request.method === 'HEAD') response.end();
  else await sendStream(zip.open(), response);
}

function attachment(file: string): string {
  return `attachment; filename*=UTF-8''${encodeURIComponent(file)}`;
}
