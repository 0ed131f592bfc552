// @ts-check
/** The third-party notices and the list of components (CycloneDX), both made from the lockfile, so that they can be checked against it. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { repoRoot } from '../paths.mjs';
import { electronVersion, licenceTextOf, shippedModels, shippedPackages } from './shipped.mjs';

const rule = '='.repeat(80);

/** @type {Readonly<Record<string, () => string>>} by file name in the clone's top folder */
export const generated = { 'THIRD-PARTY-NOTICES.txt': thirdPartyNotices, 'sbom.cdx.json': componentList };

/** @type {import('../bootstrap.mjs').Main} */
export async function main() {
  for (const [file, make] of Object.entries(generated)) {
    writeFileSync(path.join(repoRoot, file), make());
    console.log(file);
  }
  return 0;
}

/** @returns {string} */
export function thirdPartyNotices() {
  const packages = shippedPackages();
  const sections = [
    introduction(),
    runtimeSection(),
    packageList(packages),
    modelSection(),
    sampleSection(),
    ...licenceTexts(packages),
    ...gnuTexts(),
  ];
  return `${sections.join(`\n\n${rule}\n\n`)}\n`;
}

function introduction() {
  return `Shotluck Studio: third-party notices

Shotluck Studio itself is licensed under the Apache License 2.0 (LICENSE). A package of it also contains the
works listed here, each under its own licence. This file is made by "npm run notices"; the same list for
programs is sbom.cdx.json (CycloneDX).`;
}

function runtimeSection() {
  return `Runtime

Electron ${electronVersion()} (or the version that the about box names): MIT, LICENSE.electron.txt beside the program.
Chromium and all that it contains, its libffmpeg (LGPL-2.1-or-later) among it: LICENSES.chromium.html beside the
program. libffmpeg is a library of its own and may be replaced.
Node.js: inside Electron; packages made with an Electron whose Node is too old for the studio also bring
one of their own (resources/node). MIT, with the licences of its parts: https://github.com/nodejs/node/blob/main/LICENSE

ffmpeg and ffprobe are not part of the studio. It starts those that are installed on the computer, as separate
programs, under the licence that their packager chose (LGPL or GPL).`;
}

/** @param {readonly import('./shipped.mjs').ShippedPackage[]} packages */
function packageList(packages) {
  const lines = packages.map(({ name, version, licence }) => `  ${name} ${version}: ${licence}`);
  return `Packages (those for one system only are in the packages for that system)

${[...new Set(lines)].sort().join('\n')}

The packages @img/sharp-libvips-… hold libvips and the libraries that it is made of, as a shared library under the
LGPL-3.0-or-later that may be replaced by another build of the same version; their sources and licences:
https://github.com/lovell/sharp-libvips. The licence is at the end of this file.
onnxruntime-node is made by Microsoft under the MIT licence; notices of its parts:
https://github.com/microsoft/onnxruntime/blob/main/ThirdPartyNotices.txt
The font Inter (@fontsource-variable/inter): SIL Open Font License 1.1.`;
}

function modelSection() {
  const models = shippedModels().map(({ id, title, licence, source }) => {
    const folder = path.join(repoRoot, 'models', id);
    const file = existsSync(folder) ? readdirSync(folder).find((name) => /^licence/i.test(name)) : undefined;
    const text = file === undefined ? '' : `\n\n${readFileSync(path.join(folder, file), 'utf8').trim()}`;
    return `${title} (models/${id})\n${licence}\n${source}${text}`;
  });
  return `Models

Models that are fetched on request are not part of a package; the Models page shows the licence of each.

${models.join('\n\n----\n\n')}`;
}

function sampleSection() {
  return `The sample video and its pictures\n\n${readFileSync(path.join(repoRoot, 'resources', 'sample', 'CARD.md'), 'utf8').trim()}`;
}

/**
 * Packages of one author often bring the same text: it stands once.
 *
 * @param {readonly import('./shipped.mjs').ShippedPackage[]} packages
 */
function licenceTexts(packages) {
  /** @type {Map<string, Set<string>>} */
  const byText = new Map();
  for (const { folder, name, isForOneSystem } of packages) {
    const text = isForOneSystem ? '' : licenceTextOf(folder);
    if (text !== '') byText.set(text, (byText.get(text) ?? new Set()).add(name));
  }
  return [...byText].map(([text, names]) => `${[...names].sort().join(', ')}\n\n${text}`).sort();
}

function gnuTexts() {
  return ['LGPL-3.0.txt', 'GPL-3.0.txt'].map((file) => readFileSync(path.join(repoRoot, 'resources', 'licences', file), 'utf8').trim());
}

/** @returns {string} CycloneDX 1.6; with neither date nor random number, so that it changes only when what is shipped does */
export function componentList() {
  const { version } = JSON.parse(readFileSync(path.join(repoRoot, 'package.json'), 'utf8'));
  const packages = shippedPackages();
  const refs = new Map(packages.map((each) => [each.folder, `pkg:npm/${each.name.replace('@', '%40')}@${each.version}`]));
  const electron = {
    type: 'framework',
    'bom-ref': `pkg:npm/electron@${electronVersion()}`,
    name: 'electron',
    version: electronVersion(),
    purl: `pkg:npm/electron@${electronVersion()}`,
    licenses: [{ expression: 'MIT' }],
  };
  const libraries = packages.map(({ folder, name, version: packageVersion, licence, integrity }) => ({
    type: 'library',
    'bom-ref': refs.get(folder),
    name,
    version: packageVersion,
    purl: refs.get(folder),
    licenses: [{ expression: licence }],
    hashes: hashesOf(integrity),
  }));
  const models = shippedModels().map(({ id, title, licence, files }) => ({
    type: 'machine-learning-model',
    'bom-ref': `model:${id}`,
    name: id,
    description: title,
    licenses: [{ license: { name: licence } }],
    components: files.map((file) => ({ type: 'file', name: file.path, hashes: [{ alg: 'SHA-256', content: file.sha256 }] })),
  }));
  const list = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': 'shotluck-studio',
        name: 'shotluck-studio',
        version,
        licenses: [{ license: { id: 'Apache-2.0' } }],
      },
    },
    components: [electron, ...uniqueByRef(libraries), ...models],
    dependencies: uniqueByRef(packages.map((each) => ({ 'bom-ref': refs.get(each.folder), needs: each.needs }))).map(
      ({ 'bom-ref': ref, needs }) => ({
        ref,
        dependsOn: [...new Set(needs.map((folder) => refs.get(folder) ?? ''))].sort(),
      }),
    ),
  };
  return `${JSON.stringify(list, null, 1)}\n`;
}

/** @param {string} integrity */
function hashesOf(integrity) {
  const [algorithm = '', digest = ''] = integrity.split('-');
  return digest === '' ? [] : [{ alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(digest, 'base64').toString('hex') }];
}

/**
 * The same version may lie in several folders.
 *
 * @template {{ 'bom-ref': string | undefined }} T
 * @param {readonly T[]} list
 */
function uniqueByRef(list) {
  return [...new Map(list.map((each) => [each['bom-ref'], each])).values()];
}
