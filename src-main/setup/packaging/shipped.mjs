// @ts-check
/** What a package of the studio contains that others made, on any system: for its licences and its list of components. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { repoRoot } from '../paths.mjs';
import { closureOf, readLockfile } from './package-contents.mjs';

/**
 * @typedef {object} ShippedPackage
 * @property {string} folder in the clone
 * @property {string} name
 * @property {string} version
 * @property {string} licence SPDX expression
 * @property {string} integrity as in the lockfile: algorithm, then base64
 * @property {boolean} isForOneSystem so that it is installed only there
 * @property {readonly string[]} needs folders of what it depends on
 */

/** Licences of packages whose manifest names none; read in the files that they bring. */
const unnamedLicences = new Map([['async', 'MIT']]);

/** @returns {ShippedPackage[]} by folder; taken from the lockfile alone, so that every machine gives the same */
export function shippedPackages() {
  const lockfile = readLockfile();
  const names = Object.keys(lockfile['']?.dependencies ?? {});
  const folders = closureOf(names, lockfile, { isInstalled: () => true });
  return folders.map((folder) => {
    const locked = lockfile[folder] ?? {};
    const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
    return {
      folder,
      name,
      version: locked.version ?? '',
      licence: locked.license ?? unnamedLicences.get(name) ?? 'not named',
      integrity: locked.integrity ?? '',
      isForOneSystem: locked.os !== undefined || locked.cpu !== undefined,
      needs: folders.filter((other) =>
        Object.keys({ ...locked.dependencies, ...locked.optionalDependencies }).some((wanted) => other.endsWith(`node_modules/${wanted}`)),
      ),
    };
  });
}

/**
 * @param {string} folder
 * @returns {string} licence and notices as the package brings them; empty when it brings none
 */
export function licenceTextOf(folder) {
  const absolute = path.join(repoRoot, folder);
  if (!existsSync(absolute)) return '';
  const files = readdirSync(absolute)
    .filter((name) => /^(?:licen[cs]e|copying|notice)/i.test(name))
    .sort();
  return files.map((name) => readFileSync(path.join(absolute, name), 'utf8').replaceAll('\r\n', '\n').trim()).join('\n\n');
}

/**
 * @typedef {object} ShippedModel
 * @property {string} id
 * @property {string} title
 * @property {string} licence
 * @property {string} source
 * @property {string} delivery
 * @property {readonly { path: string, sha256: string }[]} files
 */

/** @returns {ShippedModel[]} those inside the package; the others are fetched on request, from their own publishers */
export function shippedModels() {
  /** @type {{ models: ShippedModel[] }} */
  const { models } = JSON.parse(readFileSync(path.join(repoRoot, 'models', 'manifest.json'), 'utf8'));
  return models.filter(({ delivery }) => delivery === 'bundled');
}

/** @returns {string} version of Electron that the studio is made for */
export function electronVersion() {
  return readLockfile()['node_modules/electron']?.version ?? '';
}
