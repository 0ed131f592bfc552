import { AppError } from '#shared/contract/errors.ts';
import type { FileGrant, HostApi, UploadProgress } from '#shared/contract/host-api.ts';
import type { ClientMessage, ServerMessage, Wire } from '#shared/contract/wire.ts';
import { openSocketWire } from './socket-wire.ts';
import { sendByXhr, uploadFile } from './uploads.ts';

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
async function uploadAll(files: readonly File[], onProgress?: (progress: UploadProgress) => void): Promise<readonly FileGrant[]> {
  const totalBytes = files.reduce((sum, file) => sum + file.size, 0);
  const grants: FileGrant[] = [];
  const parts = {
    send: sendByXhr,
    known: localStorage,
    pause: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
    nowMs: () => performance.now(),
  };
  let doneBytes = 0;
  for (const file of files) {
    const startBytes = doneBytes;
    grants.push(await uploadFile(parts, file, (sentBytes, isWaiting) => onProgress?.({ fraction: totalBytes === 0 ? 1 : (startBytes + sentBytes) / totalBytes, isWaiting })));
    doneBytes += file.size;
  }
  onProgress?.({ fraction: 1, isWaiting: false });
  return grants;
}

function download(url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = '';
  document.body.append(link);
  link.click();
  link.remove();
}
