import { app, clipboard, dialog, shell, type Session, type WebContents } from 'electron';
import { isKnownLink, watchGestures } from './links.ts';
import { DICTIONARY_HOSTS, useLocalDictionaries } from './spelling.ts';
import { STUDIO_ORIGIN } from './studio-protocol.ts';

/** All that the page asks for: full screen for the player, and copying. */
const ALLOWED_PERMISSIONS = new Set(['fullscreen', 'clipboard-sanitized-write']);

/** Everything that goes over a network. The page has its own scheme; only a page under development is served by http. */
const NETWORK_URLS = ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*', 'ftp://*/*'];

/**
 * Denies what no page of ours asks for, in every page and session, also those that something opens later. Before the app is ready.
 * @param devUrl the page under development; undefined in an installed studio
 */
export function lockDown(devUrl: string | undefined): void {
  app.commandLine.appendSwitch('host-resolver-rules', resolverRules(devUrl));
  // A call that a page begins would announce a made-up name of this machine to the whole local network.
  app.commandLine.appendSwitch('disable-features', 'WebRtcHideLocalIpsWithMdns');
  app.on('session-created', (created) => lockDownSession(created, devUrl));
  app.on('web-contents-created', (_event, contents) => lockDownContents(contents, devUrl));
  // Nobody is to learn who we are, and no dialog asks a person for a password on behalf of a server.
  app.on('select-client-certificate', (event, ...[, , , choose]) => {
    event.preventDefault();
    choose();
  });
  app.on('login', (event, ...[, , , answer]) => {
    event.preventDefault();
    answer();
  });
}

/**
 * Nothing but the dictionaries that a person asks for comes over the network, so no other name or address leads anywhere: hints of a page
 * and calls between pages pass by what `webRequest` sees.
 */
function resolverRules(devUrl: string | undefined): string {
  const known = devUrl === undefined ? [DICTIONARY_HOSTS] : [DICTIONARY_HOSTS, new URL(devUrl).hostname];
  return ['MAP * ~NOTFOUND', ...known.map((host) => `EXCLUDE ${host}`)].join(', ');
}

function lockDownSession(locked: Session, devUrl: string | undefined): void {
  useLocalDictionaries(locked);
  locked.setPermissionRequestHandler((_contents, permission, answer) => answer(ALLOWED_PERMISSIONS.has(permission)));
  locked.setPermissionCheckHandler((_contents, permission) => ALLOWED_PERMISSIONS.has(permission));
  locked.setDevicePermissionHandler(() => false);
  locked.setBluetoothPairingHandler((_details, answer) => answer({ confirmed: false }));
  locked.on('select-hid-device', (event, _details, choose) => {
    event.preventDefault();
    choose();
  });
  locked.on('select-usb-device', (event, _details, choose) => {
    event.preventDefault();
    choose();
  });
  locked.on('select-serial-port', (event, _ports, _contents, choose) => {
    event.preventDefault();
    choose('');
  });
  // Exports are written by the core; the page has nothing to download.
  locked.on('will-download', (event) => event.preventDefault());
  locked.webRequest.onBeforeRequest({ urls: NETWORK_URLS }, ({ url }, answer) => answer({ cancel: !isDevRequest(url, devUrl) }));
}

function lockDownContents(contents: WebContents, devUrl: string | undefined): void {
  const stay = (details: { readonly url: string; preventDefault(): void }): void => {
    if (!isOurs(details.url, devUrl)) details.preventDefault();
  };
  // Of the page itself and of every frame in it.
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  // A page has no say in whether it goes: what was typed is handed over as it does.
  contents.on('will-prevent-unload', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.on('select-bluetooth-device', (event, _devices, choose) => {
    event.preventDefault();
    choose('');
  });
  // The page makes no calls; a connection past the proxy would reveal this machine's addresses.
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  const gestures = watchGestures(contents);
  contents.setWindowOpenHandler(({ url }) => {
    // Links in model cards and licences open in the person's browser, never in the studio.
    // Where the system has no browser for it, the person sees that nothing opens.
    if (gestures.take()) followLink(url).catch(() => undefined);
    return { action: 'deny' };
  });
}

/** Only after a click. Where the link leads to a place that the studio does not know, the person takes it there by hand, or not. */
async function followLink(url: string): Promise<void> {
  if (isKnownLink(url)) return shell.openExternal(url);
  if (!/^https?:\/\//.test(url)) return;
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: 'This link leads to an address that the studio does not know.',
    detail: `${url.slice(0, 300)}\n\nNothing was opened. If you trust it, copy the address and paste it into your browser.`,
    buttons: ['Copy the address', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
  });
  if (response === 0) await clipboard.writeText(url);
}

export function isOurs(url: string, devUrl: string | undefined): boolean {
  if (!URL.canParse(url)) return false;
  const { origin, protocol, host } = new URL(url);
  return `${protocol}//${host}` === STUDIO_ORIGIN || (devUrl !== undefined && origin === new URL(devUrl).origin);
}

/** The page under development also keeps a WebSocket to its server, by which it learns of changes. */
function isDevRequest(url: string, devUrl: string | undefined): boolean {
  return devUrl !== undefined && new URL(url).host === new URL(devUrl).host;
}
