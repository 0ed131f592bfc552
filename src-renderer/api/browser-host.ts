import { AppError } from '#shared/contract/errors.ts';
import type { HostApi } from '#shared/contract/host-api.ts';
import type { ClientMessage, ServerMessage, Wire } from '#shared/contract/wire.ts';
import { words } from '#shared/words/words.ts';
import { openSocketWire } from './socket-wire.ts';
import { sendByXhr, uploadFiles, type UploadParts } from './uploads.ts';

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
    grantFiles: (files, listeners) => uploadFiles(xhrParts(), files, listeners),
    revealExport: (url) => {
      download(url);
      return Promise.resolve();
    },
    mediaUrl: (path) => path,
    onCommand: () => () => undefined,
  };
}

/** A browser does not report why a WebSocket was refused, so a request does. */
async function openOwnWire(): Promise<Wire<ClientMessage, ServerMessage>> {
  try {
    return await openSocketWire(new URL('/wire', location.href.replace(/^http/, 'ws')));
  } catch (error) {
    const answer = await fetch('/', { method: 'HEAD', cache: 'no-store' }).catch(() => null);
    throw answer?.status === 401 ? new AppError('forbidden', words('wire.sessionEnded')) : error;
  }
}

function xhrParts(): UploadParts {
  return {
    send: sendByXhr,
    known: localStorage,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    nowMs: () => performance.now(),
  };
}

function download(url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = '';
  document.body.append(link);
  link.click();
  link.remove();
}
