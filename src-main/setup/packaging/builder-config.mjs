// @ts-check
/** What electron-builder is given: what goes into the package, and how each system wants it. */
import path from 'node:path';
import { repoRoot } from '../paths.mjs';
import { packagesLeftOut, otherPlatformFiles } from './package-contents.mjs';

/** Also the name of the desktop entry and of the window's class, by which a desktop joins window and icon. */
export const executableName = 'shotluck-studio';
export const productName = 'Shotluck Studio';

/**
 * @typedef {object} Runtime
 * @property {string} folder an unpacked Electron
 * @property {string} version
 * @property {string | null} nodePath a Node to bring along; null where Electron's own is new enough for the core
 */

/** @param {string} file */
const from = (file) => path.join(repoRoot, file);

/**
 * Fuses of the packaged Electron. RunAsNode stays on only where the engine worker needs it: it is a process of its own, started by the core
 * inside Electron, so that a network can be ended in the middle of a run. With a Node beside it nothing needs it.
 *
 * @param {Runtime} runtime
 */
export function fusesFor(runtime) {
  return {
    runAsNode: runtime.nodePath === null,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    // Linux has no place for the hash outside what it guards; Electron checks it on macOS and Windows.
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  };
}

/** Formats of each system. Only those of Linux that need no tool from elsewhere are tried: AppImage, dmg and nsis are configured, not tried. */
export const perSystem = {
  linux: { executableName, icon: from('resources/icon'), category: 'AudioVideo', target: ['AppImage'] },
  // A project is a folder; macOS shows one with this ending as a document.
  mac: {
    icon: from('resources/icon/512x512.png'),
    category: 'public.app-category.video',
    target: ['dmg'],
    hardenedRuntime: true,
    fileAssociations: [{ ext: 'shotluck', name: 'Shotluck project', role: 'Editor', isPackage: true }],
  },
  win: { icon: from('resources/icon/512x512.png'), target: ['nsis'] },
  nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true, license: from('LICENSE') },
};

/**
 * @param {Runtime} runtime
 * @param {string} outputFolder
 */
export function builderConfig(runtime, outputFolder) {
  return {
    appId: 'studio.shotluck',
    productName,
    copyright: 'Shotluck Studio: Apache-2.0',
    directories: { output: outputFolder, buildResources: from('resources/icon') },
    electronDist: runtime.folder,
    electronVersion: runtime.version,
    electronFuses: fusesFor(runtime),
    npmRebuild: false,
    // The studio speaks English; Chromium's words for its own menus come in 50 languages.
    electronLanguages: ['en-US'],
    // Nothing is published from here, and nothing looks for updates.
    publish: null,
    files: [
      'out/**',
      'package.json',
      '!out/build-stamp.txt',
      ...packagesLeftOut().map((folder) => `!${folder}/**`),
      ...otherPlatformFiles().map((pattern) => `!${pattern}`),
      '!node_modules/*/{doc,docs,test,tests,examples}/**',
      '!**/*.{map,ts,mts,cts,md}',
    ],
    asar: true,
    // The core and its worker run as programs of their own, and native code is loaded by the system: neither can look into an archive.
    asarUnpack: ['out/main/**', 'node_modules/**'],
    extraResources: [
      { from: from('models'), to: 'models', filter: ['manifest.json', '*/**', '!{convert,tiny,training-nano}/**', '!*/convert/**'] },
      { from: from('resources/sample'), to: 'resources/sample', filter: ['sample-film.mp4', 'boundaries.json', 'CARD.md'] },
      { from: from('LICENSE'), to: 'LICENSE' },
      { from: from('THIRD-PARTY-NOTICES.txt'), to: 'THIRD-PARTY-NOTICES.txt' },
      { from: from('sbom.cdx.json'), to: 'sbom.cdx.json' },
      ...(runtime.nodePath === null ? [] : [{ from: runtime.nodePath, to: `node/${path.basename(runtime.nodePath)}` }]),
    ],
    ...perSystem,
  };
}
