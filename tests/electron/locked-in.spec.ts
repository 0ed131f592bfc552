import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { hasDisplay } from '../../src-main/setup/display.mjs';
import { SECURITY_HEADERS } from '../../src-main/hosts/common/security-headers.ts';
import { makeGoldenVideo } from '../helpers/golden-videos.ts';
import { LibraryPage } from '../e2e/pages/library-page.ts';
import { StartPage } from '../e2e/pages/start-page.ts';
import { StudioShell } from '../e2e/pages/studio-shell.ts';
import { createDesktopStudio, type DesktopStudio } from './desktop-studio.ts';
import { watchNetwork } from './outgoing.ts';

// What a page could try to get out, be it our own with a fault in it.
test.describe.configure({ mode: 'serial' });
test.setTimeout(300_000);
test.skip(!hasDisplay(), 'There is no display here. "npm test -- --only electron" opens one in memory.');

let studio: DesktopStudio;

test.beforeAll(async () => {
  studio = createDesktopStudio({ detectorId: 'adaptive', userName: 'ann' });
  await studio.start();
  await new StudioShell(studio.page()).waitUntilReady();
  await studio.app().evaluate(({ dialog, shell }) => {
    shell.openExternal = (url) => {
      process.env.SHOTLUCK_TEST_OPENED = `${process.env.SHOTLUCK_TEST_OPENED ?? ''}${url} `;
      return Promise.resolve();
    };
    dialog.showMessageBox = ((options: Electron.MessageBoxOptions) => {
      process.env.SHOTLUCK_TEST_ASKED = options.detail ?? '';
      return Promise.resolve({ response: 1, checkboxChecked: false });
    }) as typeof dialog.showMessageBox;
  });
});

test.afterAll(async () => {
  await studio.dispose();
});

// What runs in the page is written as text where it needs names that Node does not have.
const inPage = (script: string): Promise<unknown> => studio.page().evaluate(script);
const opened = (): Promise<string | undefined> => studio.app().evaluate(() => process.env.SHOTLUCK_TEST_OPENED);
const asked = (): Promise<string | undefined> => studio.app().evaluate(() => process.env.SHOTLUCK_TEST_ASKED);

/** Clicks a link as a model card shows it. */
async function clickLink(url: string): Promise<void> {
  await inPage(`{
    const link = Object.assign(document.createElement('a'), { href: ${JSON.stringify(url)}, target: '_blank', rel: 'noreferrer', textContent: 'The source' });
    link.style.cssText = 'position: fixed; inset: 40% auto auto 40%; z-index: 9999; background: white';
    document.body.append(link);
  }`);
  await studio.page().getByRole('link', { name: 'The source' }).click();
  await inPage("document.querySelector('a[rel=noreferrer]').remove()");
}

test('the page has no Node, and reaches no other address', async () => {
  const globals = ['require', 'process', 'module', 'Buffer', 'ipcRenderer'];
  expect(await studio.page().evaluate((names) => names.filter((name) => name in globalThis), globals)).toEqual([]);
  expect(await inPage("fetch('https://example.org/').then(() => 'answered', () => 'refused')")).toBe('refused');
  expect(await inPage("fetch('shotluck://studio/..%2f..%2fpackage.json').then(({ status }) => status)")).toBe(404);
  expect(await inPage("fetch('shotluck://studio/%E0%A4%A').then(({ status }) => status)")).toBe(404);
});

test('a link is followed only after a click, and only to places that the studio knows', async () => {
  expect(await inPage("String(window.open('https://huggingface.co/model'))")).toBe('null');
  expect(await opened()).toBeUndefined();
  await clickLink('https://huggingface.co/onnx-community');
  await expect.poll(opened).toBe('https://huggingface.co/onnx-community ');
  await clickLink('https://example.org/licence');
  await expect.poll(asked).toContain('https://example.org/licence');
  expect(await opened()).toBe('https://huggingface.co/onnx-community ');
});

test('no page opens a window, not even an empty one', async () => {
  for (const url of ['about:blank', '', 'file:///etc/hostname', 'shotluck://studio/', 'blob:null/1'])
    expect(await inPage(`String(window.open(${JSON.stringify(url)}))`)).toBe('null');
  expect(await studio.app().evaluate(({ webContents }) => webContents.getAllWebContents().length)).toBe(1);
});

test('no page asks for devices, places, screens or the like', async () => {
  const state = (name: string): Promise<unknown> => inPage(`navigator.permissions.query({ name: '${name}' }).then(({ state }) => state)`);
  for (const name of ['geolocation', 'camera', 'microphone', 'notifications', 'midi', 'clipboard-read'])
    expect.soft(await state(name), name).toBe('denied');
  const kindOf = (call: string): Promise<unknown> =>
    studio.app().evaluate(async ({ BrowserWindow }, script) => {
      // As after a click: these are refused without one anyway.
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      return contents?.executeJavaScript(
        `(async () => { try { return (await ${script}) === undefined ? 'nothing' : 'something' } catch (error) { return 'refused' } })()`,
        true,
      );
    }, call);
  for (const call of [
    'navigator.usb.requestDevice({ filters: [] })',
    'navigator.serial.requestPort()',
    'navigator.bluetooth.requestDevice({ acceptAllDevices: true })',
    'navigator.mediaDevices.getUserMedia({ audio: true })',
    'navigator.mediaDevices.getDisplayMedia()',
    'navigator.requestMIDIAccess({ sysex: true })',
  ])
    expect.soft(await kindOf(call), call).toBe('refused');
  expect(await inPage('navigator.hid.getDevices().then((devices) => devices.length)')).toBe(0);
});

test('a page downloads nothing', async () => {
  await studio.app().evaluate(({ session }) => {
    session.defaultSession.on('will-download', (event) => {
      process.env.SHOTLUCK_TEST_DOWNLOAD = event.defaultPrevented ? 'denied' : 'allowed';
    });
  });
  await inPage(
    "Object.assign(document.createElement('a'), { href: URL.createObjectURL(new Blob(['words'])), download: 'words.txt' }).click()",
  );
  await expect.poll(() => studio.app().evaluate(() => process.env.SHOTLUCK_TEST_DOWNLOAD)).toBe('denied');
});

test('a call between pages learns no address of this machine', async () => {
  const candidates = await inPage(`(async () => {
    const call = new RTCPeerConnection();
    const found = [];
    const done = new Promise((resolve) => { call.onicecandidate = ({ candidate }) => candidate?.candidate ? found.push(candidate.candidate) : resolve(); });
    call.createDataChannel('words');
    await call.setLocalDescription(await call.createOffer());
    await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 3000))]);
    return found.filter((line) => / udp /i.test(line));
  })()`);
  expect(candidates).toEqual([]);
});

test('neither the hints nor the calls of a page look a name up, or reach an address', async () => {
  const network = watchNetwork();
  await inPage(`(async () => {
    for (const rel of ['dns-prefetch', 'preconnect'])
      document.head.append(Object.assign(document.createElement('link'), { rel, href: '//words.example' }));
    const call = (iceServers) => { try { return new RTCPeerConnection({ iceServers }) } catch { return null } };
    const relays = ['192.0.2.80', 'relay.example'].map((host) => ({ urls: 'turn:' + host + ':443?transport=tcp', username: 'words', credential: 'words' }));
    const [one, other] = [call(relays), call([])];
    if (one === null || other === null) return;
    one.createDataChannel('words');
    await one.setLocalDescription(await one.createOffer());
    await other.setRemoteDescription(one.localDescription);
    await other.setLocalDescription(await other.createAnswer());
    await one.setRemoteDescription(other.localDescription);
    await one.addIceCandidate({ candidate: 'candidate:3 1 udp 2122260223 candidate.example 5000 typ host generation 0', sdpMid: '0', sdpMLineIndex: 0 });
    await new Promise((resolve) => setTimeout(resolve, 3000));
  })()`);
  network.expectQuiet();
});

test('pages and sessions that come later are locked in the same way', async () => {
  const later = await studio.app().evaluate(async ({ BrowserWindow, session }) => {
    const other = session.fromPartition('another');
    const window = new BrowserWindow({ show: false, webPreferences: { session: other } });
    const { webContents } = window;
    const tried = new Promise<string>((resolve) => {
      webContents.on('will-frame-navigate', (event) => resolve(event.defaultPrevented ? 'denied' : 'allowed'));
    });
    await webContents.loadURL('data:text/html,<p>later</p>');
    const openedWindow: unknown = await webContents.executeJavaScript("String(window.open('about:blank'))", true);
    const permission: unknown = await webContents.executeJavaScript(
      "navigator.permissions.query({ name: 'geolocation' }).then(({ state }) => state)",
    );
    void webContents.executeJavaScript("void (location.href = 'https://example.org/')", true);
    const navigation = await tried;
    window.destroy();
    return { openedWindow, permission, navigation };
  });
  expect(later).toEqual({ openedWindow: 'null', permission: 'denied', navigation: 'denied' });
});

test('a question that is none is answered in words, without the insides of the studio', async () => {
  const answer = await inPage("shotluckDesktop.pick('the moon')");
  expect(answer).toEqual({
    ok: false,
    code: 'invalid-input',
    message: 'The studio did not understand this request. Nothing was changed.',
    words: { key: 'hosts.notUnderstood', values: {} },
  });
});

test('what no message of ours holds is refused before it reaches the core', async () => {
  const answer = await inPage(`(async () => {
    const wire = await shotluckDesktop.openWire();
    const answered = new Promise((resolve) => wire.onMessage((message) => message.id === 7 && resolve(message)));
    wire.send({ type: 'call', id: 7, path: 'people.me', input: new Map([['maps', new Map()]]) });
    return answered;
  })()`);
  expect(answer).toMatchObject({ type: 'error', code: 'invalid-input', words: { key: 'hosts.notUnderstood' } });
});

test('pages, media and errors bear the same headers', async () => {
  await new StartPage(studio.page()).createProject('Headers');
  const video = await makeGoldenVideo('no-audio', studio.dataDir);
  await studio.chooseInDialogs(video.path);
  await studio
    .page()
    .getByRole('button', { name: /^Add videos/ })
    .click();
  await new LibraryPage(studio.page()).video('no-audio.mp4').open();
  const player = studio.page().locator('video');
  await expect(player).toHaveAttribute('src', /^shotluck:/);
  const media = (await player.getAttribute('src')) ?? '';
  for (const url of [
    'shotluck://studio/',
    media,
    'shotluck://studio/media/nothing',
    'shotluck://studio/nothing.js',
    'shotluck://studio/assets',
  ]) {
    const headers = await inPage(`fetch(${JSON.stringify(url)}).then(({ headers }) => Object.fromEntries(headers))`);
    const expected = Object.fromEntries(Object.entries(SECURITY_HEADERS).map(([name, value]) => [name.toLowerCase(), value]));
    expect.soft(headers, url).toMatchObject(expected);
  }
});

// Last, for the driver waits for ever for the navigation that was denied.
test('no page may lead the window away', async () => {
  await studio.app().evaluate(({ BrowserWindow }) => {
    // Called after the studio's own listener, so it knows what that one decided.
    BrowserWindow.getAllWindows()[0]?.webContents.once('will-frame-navigate', (event) => {
      process.env.SHOTLUCK_TEST_NAVIGATION = `${event.url} ${event.defaultPrevented ? 'denied' : 'allowed'}`;
    });
  });
  await inPage("void (location.href = 'https://example.org/')");
  await expect.poll(() => studio.app().evaluate(() => process.env.SHOTLUCK_TEST_NAVIGATION)).toBe('https://example.org/ denied');
});

test('what a crash leaves behind stays in the data folder', async () => {
  expect(
    await studio.app().evaluate(({ app, crashReporter }) => [app.getPath('crashDumps'), String(crashReporter.getUploadToServer())]),
  ).toEqual([path.join(studio.dataDir, 'crashes'), 'false']);
  await studio.app().evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer());
  const dumps = (): string[] =>
    existsSync(path.join(studio.dataDir, 'crashes'))
      ? readdirSync(path.join(studio.dataDir, 'crashes'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.dmp'))
      : [];
  await expect.poll(dumps, { timeout: 30_000 }).toHaveLength(1);
});
