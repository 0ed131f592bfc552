import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { hasDisplay } from '../../src-main/setup/display.mjs';
import { readFuses } from '../../src-main/setup/packaging/app-folder.mjs';
import { type Account, type InstalledStudio, startInstalled } from './installed-studio.ts';

const root = path.resolve(import.meta.dirname, '../..');
const isRoot = process.getuid?.() === 0;
const run = promisify(execFile);

const MAKING_MS = 600_000;
const USING_MS = 300_000;
const CAPTION = 'Typed into the installed studio.';

// As the page finds them.
const VIDEO = `document.querySelector('[data-video="sample-film.mp4"]')`;
const BOX = `document.querySelector('textarea[aria-label="Visual caption"]')`;

/** Debian's tools make both packages; elsewhere there is nothing to try. */
const canMake = spawnSync('dpkg-deb', ['--version']).status === 0;
/** Without root, the helper of Chromium's sandbox has no owner that it may work for; then users must be allowed namespaces. */
const canSandbox = isRoot || spawnSync('unshare', ['--user', 'true']).status === 0;

const folder = mkdtempSync(path.join(tmpdir(), 'shotluck-package-test-'));
/** As on a system whose owner likes long names. */
const installed = path.join(folder, 'My programs');
const home = path.join(installed, 'usr/lib/shotluck-studio');
const program = path.join(home, 'shotluck-studio');
const resources = path.join(home, 'resources');
/** Names a folder with packages to try, such as those for giving away; made here otherwise. */
const packages = process.env.SHOTLUCK_PACKAGES ?? path.join(folder, 'made');
let account: Account | null = null;
let studio: InstalledStudio | null = null;

beforeAll(async () => {
  if (!canMake) return;
  chmodSync(folder, 0o755);
  if (process.env.SHOTLUCK_PACKAGES === undefined)
    await run(process.execPath, [path.join(root, 'src-main/setup/package.mjs'), '--fast', '--output', packages], {
      cwd: root,
      maxBuffer: 2 ** 26,
    });
  mkdirSync(installed);
  await run('dpkg-deb', ['--extract', made('.deb'), installed]);
  if (isRoot) account = createAccount();
}, MAKING_MS);

afterEach(async () => {
  await studio?.kill();
  studio = null;
});

afterAll(async () => {
  if (account !== null) {
    // The core ends when it receives nothing from its window any more; until then the account is in use.
    await vi.waitUntil(() => spawnSync('pgrep', ['-u', userName()]).status === 1, { timeout: 30_000 });
    execFileSync('userdel', [userName()]);
  }
  rmSync(folder, { recursive: true, force: true });
});

function made(ending: string): string {
  const file = readdirSync(packages).find((name) => name.endsWith(ending));
  if (file === undefined) throw new Error(`No ${ending} was made`);
  return path.join(packages, file);
}

function userName(): string {
  return `shotluck-${process.pid}`;
}

function createAccount(): Account {
  const userHome = path.join(folder, 'home');
  execFileSync('useradd', ['--no-create-home', '--home-dir', userHome, '--shell', '/usr/sbin/nologin', userName()]);
  const [uid = Number.NaN, gid = Number.NaN] = ['-u', '-g'].map((what) =>
    Number(execFileSync('id', [what, userName()], { encoding: 'utf8' })),
  );
  mkdirSync(userHome, { mode: 0o700 });
  chownSync(userHome, uid, gid);
  return { uid, gid, home: userHome };
}

function filesOf(where: string): string[] {
  return readdirSync(where, { recursive: true, encoding: 'utf8' });
}

describe.skipIf(!canMake)('the Debian package', () => {
  it('names what it needs, and Chromium’s helper keeps the mode by which it makes the sandbox', async () => {
    const { stdout: control } = await run('dpkg-deb', ['--field', made('.deb')]);
    expect(control).toMatch(/^Depends: .*ffmpeg/m);
    const { stdout: list } = await run('dpkg-deb', ['--contents', made('.deb')], { maxBuffer: 2 ** 26 });
    expect(list).toMatch(/^-rwsr-xr-x root\/root .*chrome-sandbox$/m);
    expect(list).toMatch(/usr\/bin\/shotluck-studio -> \.\.\/lib\/shotluck-studio\/shotluck-studio$/m);
  });

  it('opens projects by a double click, and joins window and icon', () => {
    const entry = readFileSync(path.join(installed, 'usr/share/applications/shotluck-studio.desktop'), 'utf8');
    expect(entry).toContain('\nExec=shotluck-studio %f\n');
    expect(entry).toContain('\nStartupWMClass=shotluck-studio\n');
    expect(entry).toContain('\nMimeType=application/x-shotluck-project;\n');
    expect(readFileSync(path.join(installed, 'usr/share/mime/packages/shotluck-studio.xml'), 'utf8')).toContain('value="SLUK"');
    expect(existsSync(path.join(installed, 'usr/share/icons/hicolor/256x256/apps/shotluck-studio.png'))).toBe(true);
  });

  it('holds what the studio runs on, for this system only, and nothing else', () => {
    const files = filesOf(home);
    const native = files.filter((file) => /\.(?:node|dll|dylib|so[.\d]*)$/.test(file) && file.includes('node_modules'));
    expect(native.length).toBeGreaterThan(3);
    expect(native.filter((file) => /darwin|win32|musl/.test(file) || (process.arch === 'x64' && /arm64/.test(file)))).toEqual([]);
    for (const name of ['@mantine', '@tabler', 'react', 'typescript', 'playwright', 'onnxruntime-web', 'vite', 'electron'])
      expect
        .soft(
          files.some((file) => file.endsWith(`node_modules/${name}`)),
          name,
        )
        .toBe(false);
    expect(existsSync(path.join(resources, 'app.asar'))).toBe(true);
    expect(existsSync(path.join(resources, 'app'))).toBe(false);
  });

  it('states what it is made of and under which licences', () => {
    for (const file of ['LICENSE', 'THIRD-PARTY-NOTICES.txt', 'sbom.cdx.json'])
      expect.soft(readFileSync(path.join(resources, file), 'utf8'), file).toBe(readFileSync(path.join(root, file), 'utf8'));
    expect(existsSync(path.join(home, 'LICENSES.chromium.html'))).toBe(true);
  });

  it('has the fuses of an installed program', async () => {
    const bringsNode = existsSync(path.join(resources, 'node'));
    expect(await readFuses(program)).toMatchObject({
      RunAsNode: !bringsNode,
      EnableCookieEncryption: true,
      EnableNodeOptionsEnvironmentVariable: false,
      EnableNodeCliInspectArguments: false,
      EnableEmbeddedAsarIntegrityValidation: true,
      OnlyLoadAppFromAsar: true,
      GrantFileProtocolExtraPrivileges: false,
    });
  });
});

describe.skipIf(!canMake)('the RPM package', () => {
  it('holds the same, with the same modes', async ({ skip }) => {
    skip(!readdirSync(packages).some((name) => name.endsWith('.rpm')), 'rpmbuild is not installed here');
    const { stdout: list } = await run('rpm', ['--query', '--package', '--list', '--verbose', made('.rpm')], { maxBuffer: 2 ** 26 });
    expect(list).toMatch(/^-rwsr-xr-x .*root +root .*chrome-sandbox$/m);
    for (const file of filesOf(home).filter((name) => /\.asar$|sbom|NOTICES/.test(name)))
      expect.soft(list).toContain(`/usr/lib/shotluck-studio/${file}`);
    const { stdout: needs } = await run('rpm', ['--query', '--package', '--requires', made('.rpm')]);
    expect(needs).toContain('/usr/bin/ffmpeg');
  });
});

describe.skipIf(!canMake || !canSandbox || !hasDisplay())('the installed studio, for an ordinary user, with Chromium’s sandbox on', () => {
  const userHome = (): string => account?.home ?? userInfo().homedir;
  const dataDir = (): string => path.join(userHome(), '.local/share/shotluck-studio');
  const start = async (args: readonly string[]): Promise<InstalledStudio> => {
    studio = await startInstalled(program, args, account);
    return studio;
  };

  it('opens a window with the sample, and an edit of a caption is kept when it closes', { timeout: USING_MS }, async () => {
    const { evaluate, waitFor, type, press, closeWindow } = await start(['--sample']);
    await waitFor(`${VIDEO} !== null`);
    const renderer = execFileSync('pgrep', ['--full', `^${program} --type=renderer`], { encoding: 'utf8' }).trim();
    const status = readFileSync(`/proc/${renderer}/status`, 'utf8');
    expect(/^Seccomp:\s+2$/m.test(status), 'the page runs inside the sandbox').toBe(true);
    if (account !== null) expect(/^Uid:\s+(\d+)/m.exec(status)?.[1]).toBe(String(account.uid));

    await evaluate(`${VIDEO}.querySelector('a').click()`);
    await waitFor(`${BOX} !== null`);
    await evaluate(`${BOX}.focus(); ${BOX}.select()`);
    await type(CAPTION);
    await press('End');
    await waitFor(`${BOX}.closest('section').textContent.includes('Saved')`);
    expect(await closeWindow()).toBe(0);

    const db = new Database(path.join(dataDir(), 'projects/Sample.shotluck/project.db'), { readonly: true });
    const kept = db.prepare('SELECT count(*) AS count FROM revisions WHERE text = ?').get(CAPTION);
    db.close();
    expect(kept).toEqual({ count: 1 });
  });

  it('opens the project that a double click names; a second start hands its project to the first', { timeout: USING_MS }, async () => {
    const projects = path.join(dataDir(), 'projects');
    await run('cp', ['--archive', path.join(projects, 'Sample.shotluck'), path.join(projects, 'Other one.shotluck')]);
    const { waitFor, closeWindow } = await start([path.join(projects, 'Other one.shotluck', 'project.db')]);
    await waitFor("document.body.innerText.includes('Other one')");
    const second = await startAgain([path.join(projects, 'Sample.shotluck')]);
    expect(second).toBe(0);
    await waitFor("!document.body.innerText.includes('Other one') && document.body.innerText.includes('Sample')");
    expect(await closeWindow()).toBe(0);
  });

  it('opens no port for debuggers of any kind', { timeout: USING_MS }, async () => {
    const { waitFor, closeWindow, output } = await start(['--remote-debugging-port=0', '--inspect=0']);
    await waitFor('/Ready|All changes saved/.test(document.body.innerText)');
    expect(output()).not.toMatch(/DevTools listening|Debugger listening/);
    expect(existsSync(path.join(dataDir(), 'window/DevToolsActivePort'))).toBe(false);
    expect(await closeWindow()).toBe(0);
  });

  /** Exit code of a second program, which finds the first one running. */
  async function startAgain(args: readonly string[]): Promise<number | null> {
    const { DISPLAY = '', PATH = '' } = process.env;
    const child = spawn(program, [...args], {
      cwd: '/',
      env: { DISPLAY, PATH, HOME: userHome() },
      ...(account === null ? {} : account),
      stdio: 'ignore',
    });
    await once(child, 'exit');
    return child.exitCode;
  }
});
