import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { DesktopBridge } from '#shared/contract/host-api.ts';
import type { ClientMessage, ServerMessage, Wire } from '#shared/contract/wire.ts';

type FromMain = { readonly type: 'opened' | 'closed' } | { readonly type: 'message'; readonly message: ServerMessage };

/** The only door between the sandboxed page and the desktop: narrow, and every call is checked in main. */
const desktop: DesktopBridge = {
  platform: process.platform,
  openWire,
  pick: (purpose) => ipcRenderer.invoke('pick', purpose),
  grantFiles: (files) =>
    ipcRenderer.invoke(
      'grant-paths',
      files.map((file) => webUtils.getPathForFile(file)),
    ),
  revealExport: (url) => ipcRenderer.invoke('reveal-export', url),
  mediaUrl: (path) => `shotluck://studio${path}`,
  onCommand(listener) {
    const onCommand = (_event: unknown, commandId: string): void => listener(commandId);
    ipcRenderer.on('command', onCommand);
    return () => ipcRenderer.off('command', onCommand);
  },
};

contextBridge.exposeInMainWorld('shotluckDesktop', desktop);

/** Resolves once main has connected the wire with a core that is ready; waits while the core starts. */
async function openWire(): Promise<Wire<ClientMessage, ServerMessage>> {
  const { port1, port2 } = new MessageChannel();
  const messageListeners = new Set<(message: ServerMessage) => void>();
  const closeListeners = new Set<() => void>();
  const opened = Promise.withResolvers<void>();
  let isClosed = false;
  port1.addEventListener('message', (event) => {
    const { data } = event as unknown as { readonly data: FromMain };
    if (data.type === 'message') {
      for (const listener of messageListeners) listener(data.message);
    } else if (data.type === 'opened') {
      opened.resolve();
    } else {
      isClosed = true;
      opened.reject(new Error('The studio core ended'));
      for (const listener of closeListeners) listener();
      port1.close();
    }
  });
  port1.start();
  ipcRenderer.postMessage('open-wire', null, [port2]);
  await opened.promise;
  return {
    send: (message) => port1.postMessage(message),
    onMessage: (listener) => {
      messageListeners.add(listener);
      return () => messageListeners.delete(listener);
    },
    onClose: (listener) => {
      closeListeners.add(listener);
      // It may have closed on the way from here into the page.
      if (isClosed) listener();
      return () => closeListeners.delete(listener);
    },
  };
}
