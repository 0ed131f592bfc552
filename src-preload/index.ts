import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { FileGrant, HostApi, PickPurpose } from '#shared/contract/host-api.ts';
import type { ClientMessage, ServerMessage, Wire } from '#shared/contract/wire.ts';

type FromMain = { readonly type: 'message'; readonly message: ServerMessage } | { readonly type: 'closed' };

/** The only door between the sandboxed page and the desktop: narrow, and every call is checked in main. */
const host: HostApi = {
  canOpenLocalFiles: true,
  platform: process.platform,

  async openWire(): Promise<Wire<ClientMessage, ServerMessage>> {
    const { port1, port2 } = new MessageChannel();
    const messageListeners = new Set<(message: ServerMessage) => void>();
    const closeListeners = new Set<() => void>();
    port1.addEventListener('message', (event) => {
      const { data } = event as unknown as { readonly data: FromMain };
      if (data.type === 'message') for (const listener of messageListeners) listener(data.message);
      else for (const listener of closeListeners) listener();
    });
    port1.start();
    ipcRenderer.postMessage('open-wire', null, [port2]);
    return {
      send: (message) => port1.postMessage(message),
      onMessage: (listener) => {
        messageListeners.add(listener);
        return () => messageListeners.delete(listener);
      },
      onClose: (listener) => {
        closeListeners.add(listener);
        return () => closeListeners.delete(listener);
      },
    };
  },

  pick: (purpose: PickPurpose): Promise<readonly FileGrant[]> => ipcRenderer.invoke('pick', purpose),
  grantFiles: (files): Promise<readonly FileGrant[]> =>
    ipcRenderer.invoke(
      'grant-paths',
      files.map((file) => webUtils.getPathForFile(file)),
    ),
  revealExport: (url): Promise<void> => ipcRenderer.invoke('reveal-export', url),
  mediaUrl: (path) => `shotluck://studio${path}`,
  onCommand(listener) {
    const onCommand = (_event: unknown, commandId: string): void => listener(commandId);
    ipcRenderer.on('command', onCommand);
    return () => ipcRenderer.off('command', onCommand);
  },
};

contextBridge.exposeInMainWorld('shotluckHost', host);
