// @ts-check
/** The unpacked app: Electron, the studio's archive, its models, and what is needed beside them. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { npmCommand } from '../dependencies.mjs';
import { lastLines, SetupError } from '../log.mjs';
import { projectNode, repoRoot, withoutOwnNode } from '../paths.mjs';
import { capture } from '../processes.mjs';
import { builderConfig, executableName, fusesFor, productName } from './builder-config.mjs';

/** @typedef {import('./builder-config.mjs').Runtime} Runtime */

const toolsFolder = import.meta.dirname;

/** The core needs Node-API 10, which came with Node 22 (Electron 35). */
const minElectronMajor = 35;

/** How a fuse that is on stands in the program. */
const fuseEnabled = '1'.charCodeAt(0);

/**
 * @param {import('../electron-runtime.mjs').ElectronRuntime} electron
 * @returns {Runtime}
 */
export function runtimeOf({ executablePath, version }) {
  // On macOS the program lies three folders deep in Electron.app.
  const up = process.platform === 'darwin' ? '../../../..' : '..';
  const needsNode = Number(version.split('.')[0]) < minElectronMajor;
  return { folder: path.resolve(executablePath, up), version, nodePath: needsNode ? projectNode : null };
}

/**
 * @param {{ runtime: Runtime, outputFolder: string, formats: readonly string[], log: import('../log.mjs').Log }} options
 *   `formats`: what electron-builder makes of it besides, by its own names
 * @returns {Promise<{ folder: string, program: string }>}
 */
export async function buildAppFolder({ runtime, outputFolder, formats, log }) {
  const { build, Platform } = await loadElectronBuilder(log);
  const config = {
    ...builderConfig(runtime, outputFolder),
    // The Electron of the registry is given a starter for folders; a package starts nothing but the studio.
    afterExtract: (/** @type {{ appOutDir: string }} */ { appOutDir }) =>
      rmSync(path.join(appOutDir, 'resources', 'app'), { recursive: true, force: true }),
  };
  mkdirSync(outputFolder, { recursive: true });
  await log.step('Packing the studio', () =>
    build({ targets: Platform.current().createTarget(['dir', ...formats]), config, projectDir: repoRoot, publish: 'never' }),
  );
  const found = findApp(outputFolder);
  await checkFuses(found.program, runtime);
  return found;
}

/**
 * Reads the fuses back from the packaged program.
 *
 * @param {string} program
 * @returns {Promise<Record<string, boolean>>} by the names of Electron's own list
 */
export async function readFuses(program) {
  const wire = await getCurrentFuseWire(program);
  /** @type {Record<string, boolean>} */
  const states = {};
  for (const [name, position] of Object.entries(FuseV1Options)) {
    if (typeof position === 'number' && wire[position] !== undefined) states[name] = wire[position] === fuseEnabled;
  }
  return states;
}

/**
 * @param {string} program
 * @param {Runtime} runtime
 */
async function checkFuses(program, runtime) {
  const states = await readFuses(program);
  const wrong = Object.entries(fusesFor(runtime)).filter(([name, wanted]) => {
    const state = states[name.charAt(0).toUpperCase() + name.slice(1)];
    return state !== undefined && state !== wanted;
  });
  if (wrong.length > 0)
    throw new SetupError(`These fuses of the packaged Electron are not as they should be: ${wrong.map(([name]) => name).join(', ')}.`);
}

/** @param {string} outputFolder */
function findApp(outputFolder) {
  const arch = process.arch === 'x64' ? '' : `-${process.arch}`;
  const folder = path.join(
    outputFolder,
    { darwin: `mac${arch}/${productName}.app`, win32: `win${arch}-unpacked` }[String(process.platform)] ?? `linux${arch}-unpacked`,
  );
  const program = path.join(
    folder,
    { darwin: `Contents/MacOS/${productName}`, win32: `${productName}.exe` }[String(process.platform)] ?? executableName,
  );
  if (!existsSync(program)) throw new SetupError(`electron-builder did not create ${program}.`);
  return { folder, program };
}

/** @param {import('../log.mjs').Log} log */
async function loadElectronBuilder(log) {
  const installed = path.join(toolsFolder, 'node_modules', 'electron-builder', 'package.json');
  const wanted = createRequire(import.meta.url)('./package.json').dependencies['electron-builder'];
  if (!existsSync(installed) || createRequire(import.meta.url)(installed).version !== wanted) {
    const npm = npmCommand();
    const result = await log.step('Installing the tools for packages', () =>
      capture(npm.command, [...npm.args, 'ci', '--ignore-scripts'], { cwd: toolsFolder, env: withoutOwnNode(process.env) }),
    );
    if (!result.ok)
      throw new SetupError(`The tools for packages could not be installed: npm ci ${result.failure}.\n${lastLines(result.output)}`);
  }
  return createRequire(installed)('electron-builder');
}
