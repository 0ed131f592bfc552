import path from 'node:path';
import { dialog, ipcMain, shell, type BrowserWindow, type IpcMainEvent, type IpcMainInvokeEvent, type OpenDialogOptions } from 'electron';
import { z } from 'zod';
import { AppError } from '#shared/contract/errors.ts';
import type { BridgeAnswer, FileGrant, PickPurpose } from '#shared/contract/host-api.ts';
import { CUT_LIST_EXTENSIONS, DATASET_EXTENSIONS, SUBTITLE_EXTENSIONS, VIDEO_EXTENSIONS } from '#shared/domain/file-kinds.ts';
import { isBeyondContract } from '#shared/contract/input-size.ts';
import { ClientMessage, type ServerMessage } from '#shared/contract/wire.ts';
import { words } from '#shared/words/words.ts';
import { GrantAnswer } from './core-messages.ts';
import type { CoreSupervisor } from './core-supervisor.ts';
import { isOurs } from './lock-down.ts';

const videoFilter = { name: 'Video', extensions: [...VIDEO_EXTENSIONS] };

const dialogs: Readonly<Record<PickPurpose, OpenDialogOptions>> = {
  videos: {
    title: 'Add videos',
    properties: ['openFile', 'multiSelections'],
    filters: [videoFilter, { name: 'All files', extensions: ['*'] }],
  },
  'video-folder': { title: 'Add a folder of videos', properties: ['openDirectory', 'multiSelections'] },
  project: { title: 'Open a project (a folder that ends in .shotluck)', properties: ['openDirectory'] },
  'project-location': { title: 'Where should the project be saved?', properties: ['openDirectory', 'createDirectory'] },
  subtitles: {
    title: 'Import subtitles',
    properties: ['openFile'],
    filters: [{ name: 'Subtitles', extensions: [...SUBTITLE_EXTENSIONS] }],
  },
  cuts: {
    title: 'Import cuts',
    properties: ['openFile'],
    filters: [{ name: 'Cut lists', extensions: [...CUT_LIST_EXTENSIONS] }],
  },
  dataset: { title: 'Import a data set', properties: ['openFile'], filters: [{ name: 'Data sets', extensions: [...DATASET_EXTENSIONS] }] },
  'export-folder': { title: 'Where should the files be saved?', properties: ['openDirectory', 'createDirectory'] },
  'model-folder': { title: 'Use a model from a folder', properties: ['openDirectory'] },
};

const PickInput = z.enum(Object.keys(dialogs) as [PickPurpose, ...PickPurpose[]]);
/** An empty path stands for what lies on no disk, such as a picture dragged out of a web page. */
const PathsInput = z.array(z.string().max(4096)).max(10_000);

export interface HostCallParts {
  readonly window: BrowserWindow;
  readonly core: CoreSupervisor;
  readonly devUrl: string | undefined;
  /** For failures that nobody foresaw; the page learns only that there was one. */
  onError(error: unknown, channel: string): void;
}

/** Answers preload's calls. Only the studio's own top frame may ask. */
export function serveHostCalls(parts: HostCallParts): void {
  const { window, core, devUrl } = parts;

  function isTrusted(event: IpcMainEvent | IpcMainInvokeEvent): boolean {
    // A page's last words may come after its window has gone.
    if (window.isDestroyed()) return false;
    const frame = event.senderFrame;
    return frame !== null && frame === window.webContents.mainFrame && isOurs(frame.url, devUrl);
  }

  function handle<I, O>(channel: string, input: z.ZodType<I>, run: (value: I) => Promise<O>): void {
    ipcMain.handle(channel, async (event, value: unknown): Promise<BridgeAnswer<O>> => {
      try {
        if (!isTrusted(event)) throw new AppError('invalid-input', words('hosts.foreignPage'));
        const checked = input.safeParse(value);
        if (!checked.success) throw new AppError('invalid-input', words('hosts.notUnderstood'));
        return { ok: true, value: await run(checked.data) };
      } catch (error) {
        // What is thrown here would cross as it is, with the schema's insides or a path in its text.
        if (error instanceof AppError) return { ok: false, ...error.refusal };
        parts.onError(error, channel);
        return { ok: false, ...new AppError('internal', words('hosts.unexpected')).refusal };
      }
    });
  }

  async function grant(file: string): Promise<FileGrant> {
    if (file === '') throw new AppError('not-found', words('hosts.droppedNoFile'));
    return GrantAnswer.parse(await core.request({ kind: 'grant', path: path.resolve(file) }));
  }
  const grantAll = (paths: readonly string[]): Promise<FileGrant[]> => Promise.all(paths.map(grant));

  handle('pick', PickInput, async (purpose) => {
    const { canceled, filePaths } = await dialog.showOpenDialog(window, dialogs[purpose]);
    return canceled ? [] : grantAll(filePaths);
  });
  handle('grant-paths', PathsInput, grantAll);
  handle('reveal-export', z.string().startsWith('/export/').max(2048), async (url) => {
    shell.showItemInFolder(z.string().parse(await core.request({ kind: 'export-path', url })));
    return null;
  });

  ipcMain.on('open-wire', (event) => {
    const port = event.ports[0];
    if (port === undefined || !isTrusted(event)) return;
    // The page waits for 'opened'. When the core cannot be had, the studio ends, and the page with it.
    void core.whenReady().then(
      () => relay(port, core),
      () => port.close(),
    );
  });
}

function notUnderstood(id: number): ServerMessage {
  return { type: 'error', id, ...new AppError('invalid-input', words('hosts.notUnderstood')).refusal };
}

/** Connects one renderer's port with the core process; ends with either of them. */
function relay(port: Electron.MessagePortMain, core: CoreSupervisor): void {
  const wire = core.openWire({
    onMessage: (message) => port.postMessage({ type: 'message', message }),
    // The page closes its end when it has received it.
    onClose: () => port.postMessage({ type: 'closed' }),
  });
  port.on('message', (event) => {
    const { data: message } = ClientMessage.safeParse(event.data);
    if (message === undefined) return;
    // On its way to the core it is taken apart by recursion, which would end the core that meets the end of its stack.
    if (message.type === 'call' && isBeyondContract(message.input))
      port.postMessage({ type: 'message', message: notUnderstood(message.id) });
    else wire.send(message);
  });
  port.on('close', () => wire.close());
  port.start();
  port.postMessage({ type: 'opened' });
}
