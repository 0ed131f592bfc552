// @ts-check
/** Which of the installed packages a packaged studio needs, by what the built programs import. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { repoRoot } from '../paths.mjs';

/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {string} [license]
 * @property {string} [integrity]
 * @property {string[]} [os] and `cpu`: the only systems that it is for
 * @property {string[]} [cpu]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [optionalDependencies]
 */
/** @typedef {Readonly<Record<string, LockedPackage>>} Lockfile packages by their folder */

/** Named by a package's manifest, but never loaded: each with what makes sure of it. */
const neverLoaded = new Set([
  // transformers.js loads onnxruntime-node in Node, and the web build only in a page.
  'node_modules/onnxruntime-web',
  // Types and build tools of packages that bring their binaries along.
  'node_modules/@types/node',
  'node_modules/node-addon-api',
  // Only install scripts use these.
  'node_modules/adm-zip',
  'node_modules/global-agent',
]);

/** @returns {Lockfile} */
export function readLockfile() {
  return JSON.parse(readFileSync(path.join(repoRoot, 'package-lock.json'), 'utf8')).packages;
}

/**
 * @param {string} [folder] the built programs
 * @returns {string[]} names of the packages that they import, sorted
 */
export function importedPackages(folder = path.join(repoRoot, 'out', 'main')) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));
  const names = files.flatMap((file) => {
    const code = readFileSync(path.join(folder, file), 'utf8');
    return [...code.matchAll(/^\s*(?:import|export)\b[^;'"]*["']([^'"]+)["']|import\(\s*["']([^'"]+)["']\s*\)/gm)].map(
      (match) => match[1] ?? match[2] ?? '',
    );
  });
  return [...new Set(names.filter(isPackage).map(packageOf))].sort();
}

/** @param {string} specifier */
function isPackage(specifier) {
  return (
    /^(?:@[\w-]+\/)?[\w-]/.test(specifier) &&
    !specifier.startsWith('node:') &&
    !builtinModules.includes(specifier) &&
    specifier !== 'electron'
  );
}

/** @param {string} specifier */
function packageOf(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/**
 * @param {readonly string[]} names
 * @param {Lockfile} lockfile
 * @param {{ isInstalled?: (folder: string) => boolean }} [options]
 * @returns {string[]} folders of these packages and of all that they need, sorted; those of other systems are not installed
 */
export function closureOf(names, lockfile, { isInstalled = (folder) => existsSync(path.join(repoRoot, folder)) } = {}) {
  /** @type {Set<string>} */
  const seen = new Set();
  /** @param {string | undefined} folder */
  const visit = (folder) => {
    if (folder === undefined || seen.has(folder) || neverLoaded.has(folder) || !isInstalled(folder)) return;
    seen.add(folder);
    const { dependencies, optionalDependencies } = lockfile[folder] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) visit(findFrom(folder, name, lockfile));
  };
  for (const name of names) visit(findFrom('', name, lockfile));
  return [...seen].sort();
}

/**
 * As Node looks for packages: in the folder itself, then in each above it.
 *
 * @param {string} folder
 * @param {string} name
 * @param {Lockfile} lockfile
 * @returns {string | undefined}
 */
function findFrom(folder, name, lockfile) {
  const candidate = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
  if (lockfile[candidate] !== undefined) return candidate;
  if (folder === '') return undefined;
  return findFrom(folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/'))), name, lockfile);
}

/** @returns {string[]} folders of packages that people use while building, or that Vite has put into the page */
export function packagesLeftOut() {
  const lockfile = readLockfile();
  const needed = new Set(closureOf(importedPackages(), lockfile));
  return Object.keys(lockfile).filter((folder) => folder !== '' && !needed.has(folder) && existsSync(path.join(repoRoot, folder)));
}

/**
 * @param {NodeJS.Platform} [platform]
 * @param {string} [arch]
 * @returns {string[]} patterns of binaries for other systems, inside packages that bring those of all
 */
export function otherPlatformFiles(platform = process.platform, arch = process.arch) {
  const ours = `${platform}-${arch}`;

  const systems = ['linux', 'linuxmusl', 'darwin', 'win32'].flatMap((system) => ['x64', 'arm64'].map((each) => `${system}-${each}`));
  return systems
    .filter((system) => system !== ours)
    .flatMap((system) => {
      const [name, cpu] = system.split('-');
      return [`node_modules/better-sqlite3/prebuilds/${system}.node`, `node_modules/onnxruntime-node/bin/napi-v*/${name}/${cpu}/**`];
    })
    .concat(['node_modules/better-sqlite3/{deps,src}/**']);
}
