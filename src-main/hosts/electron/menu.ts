import { app, Menu, type BrowserWindow, type MenuItemConstructorOptions } from 'electron';

/** Items that the renderer's command table carries out; accelerators stay there too, so that they can be remapped. */
function command(window: BrowserWindow, label: string, id: string): MenuItemConstructorOptions {
  const click = (): void => {
    // On macOS the menu outlives the window while the studio quits.
    if (!window.isDestroyed()) window.webContents.send('command', id);
  };
  return { label, click };
}

/** What main itself does, rather than the page. */
export interface MenuActions {
  fetchDictionary(): void;
  openLogFolder(): void;
  openNotices(): void;
  showAbout(): void;
}

export function installMenu(window: BrowserWindow, actions: MenuActions): void {
  const item = (label: string, id: string): MenuItemConstructorOptions => command(window, label, id);
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
    {
      label: 'File',
      submenu: [
        item('New project…', 'project.new'),
        item('Open project…', 'project.open'),
        item('Add videos…', 'videos.add'),
        separator,
        item('Import data set…', 'transfer.import'),
        item('Find files of missing videos in a folder…', 'videos.linkMedia'),
        item('Export…', 'transfer.export'),
        separator,
        item('Settings…', 'settings.open'),
        separator,
        process.platform === 'darwin' ? { role: 'close' } : { role: 'quit' },
      ],
    },
    {
      label: 'Edit',
      submenu: [
        item('Undo', 'history.undo'),
        item('Redo', 'history.redo'),
        separator,
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
        separator,
        item('Find…', 'search.open'),
        // macOS has a spelling checker of its own.
        ...(process.platform === 'darwin' ? [] : [{ label: 'Download a spelling dictionary…', click: actions.fetchDictionary }]),
      ],
    },
    {
      label: 'View',
      submenu: [
        item('Command palette…', 'app.palette'),
        item('Queue', 'queue.toggle'),
        separator,
        { role: 'resetZoom', accelerator: '' },
        { role: 'togglefullscreen' },
        ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' } as const]),
      ],
    },
    { role: 'windowMenu' },
    {
      label: 'Help',
      submenu: [
        item('Keyboard shortcuts', 'app.shortcuts'),
        separator,
        { label: 'Open the log folder', click: actions.openLogFolder },
        { label: 'Third-party notices', click: actions.openNotices },
        separator,
        { label: 'About Shotluck Studio', click: actions.showAbout },
      ],
    },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
