import { z } from 'zod';
import { AppError, AppErrorCode } from '#shared/contract/errors.ts';
import type { FileGrant, HostApi } from '#shared/contract/host-api.ts';
import type { ClientMessage, ServerMessage, Wire } from '#shared/contract/wire.ts';
import { GrantId } from '#shared/domain/ids.ts';
import { openSocketWire } from './socket-wire.ts';

const UploadAnswer = z.object({ grantId: GrantId, name: z.string() });
const UploadRefusal = z.object({ code: AppErrorCode, message: z.string() });

/**
 * Stands in for the desktop where the studio is used in an ordinary browser: the wire is a WebSocket of the same origin, files
 * are uploaded, exports are downloaded. The access cookie was set by the server.
 */
export function createBrowserHost(): HostApi {
  return {
    canOpenLocalFiles: false,
    platform: navigator.userAgent.includes('Mac') ? 'darwin' : 'browser',
    openWire: openOwnWire,
    pick: () => Promise.resolve([]),
    grantFiles: uploadAll,
    revealExport: (url) => {
      download(url);
      return Promise.resolve();
    },
    mediaUrl: (path) => path,
    onCommand: () => () => undefined,
  };
}

/** A browser does not tell why a WebSocket was refused, so a request does. */
async function openOwnWire(): Promise<Wire<ClientMessage, ServerMessage>> {
  try {
    return await openSocketWire(new URL('/wire', location.href.replace(/^http/, 'ws')));
  } catch (error) {
    const answer = await fetch('/', { method: 'HEAD', cache: 'no-store' }).catch(() => null);
    throw answer?.status === 401 ? new AppError('forbidden', 'This session has ended.') : error;
  }
}

/** One after the other: uploads share one disk and one network, and a failure names its file. */
async function uploadAll(files: readonly File[], onProgress?: (fraction: number) => void): Promise<readonly FileGrant[]> {
  const totalBytes = files.reduce((sum, file) => sum + file.size, 0);
  const grants: FileGrant[] = [];
  let doneBytes = 0;
  for (const file of files) {
    const startBytes = doneBytes;
    grants.push(await upload(file, (sentBytes) => onProgress?.(totalBytes === 0 ? 1 : (startBytes + sentBytes) / totalBytes)));
    doneBytes += file.size;
  }
  onProgress?.(1);
  return grants;
}

/** XMLHttpRequest, because fetch reports no progress of what it sends. The browser streams the file from its disk. */
function upload(file: File, onSent: (bytes: number) => void): Promise<FileGrant> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/upload?name=${encodeURIComponent(file.name)}`);
    request.upload.addEventListener('progress', (event) => onSent(event.loaded));
    request.addEventListener('load', () => {
      const answer = request.status === 200 || request.status === 201 ? UploadAnswer.safeParse(parseJson(request.responseText)) : null;
      if (answer?.success === true) resolve(answer.data);
      else reject(uploadFailed(file.name, request));
    });
    request.addEventListener('error', () => reject(new AppError('disconnected', `${file.name} was not uploaded: the connection broke.`)));
    request.send(file);
  });
}

/** The server says in JSON what went wrong; anything else came from something in between. */
function uploadFailed(name: string, request: XMLHttpRequest): AppError {
  const answer = UploadRefusal.safeParse(parseJson(request.responseText));
  if (answer.success) return new AppError(answer.data.code, answer.data.message);
  return new AppError('internal', `${name} was not uploaded: the server answered ${request.status} ${request.statusText}.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is the same as a wrong shape: the caller's schema refuses it.
    return undefined;
  }
}

function download(url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = '';
  document.body.append(link);
  link.click();
  link.remove();
}
