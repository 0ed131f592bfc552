// @ts-check
/** npm packages as the lockfile says, the product's own Node among them. Runs on the Node that the machine has. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { withSetupLock } from './lock.mjs';
import { lastLines, SetupError } from './log.mjs';
import { isSameFile, nodeModules, projectNode, repoRoot, withoutOwnNode } from './paths.mjs';
import { capture } from './processes.mjs';

/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {boolean} [optional]
 * @property {boolean} [devOptional]
 */
/** @typedef {Readonly<Record<string, LockedPackage>>} LockedPackages packages by their folder, as in a lockfile */

/**
 * Installs what is missing; takes milliseconds when nothing is.
 *
 * @param {{ log: import('./log.mjs').Log }} options
 * @returns {Promise<void>}
 */
export async function ensureDependencies({ log }) {
  if (isInstalled()) return;
  await withSetupLock(log, async () => {
    if (!arePackagesCurrent()) await installPackages(log);
    if (!existsSync(projectNode)) await installOwnNode(log);
  });
}

/**
 * Packages that differ from the lockfile. Optional ones that are absent belong to other systems.
 *
 * @param {LockedPackages} wanted
 * @param {LockedPackages} installed
 * @returns {string[]}
 */
export function outdatedPackages(wanted, installed) {
  return Object.entries(wanted)
    .filter(([folder, locked]) => {
      if (folder === '') return false;
      const found = installed[folder];
      if (found === undefined) return locked.optional !== true && locked.devOptional !== true;
      return found.version !== locked.version || found.integrity !== locked.integrity;
    })
    .map(([folder]) => folder);
}

/**
 * How to call the npm that started us, without a shell; else whichever npm is in PATH.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @param {NodeJS.Platform} [platform]
 * @returns {{ command: string, args: string[] }}
 */
export function npmCommand(env = process.env, platform = process.platform) {
  const cli = env['npm_execpath'];
  if (cli !== undefined && path.basename(cli) === 'npm-cli.js') {
    return { command: env['npm_node_execpath'] ?? process.execPath, args: [cli] };
  }
  // Windows starts npm.cmd through its command interpreter only.
  return platform === 'win32' ? { command: 'cmd.exe', args: ['/d', '/s', '/c', 'npm'] } : { command: 'npm', args: [] };
}

/** @param {readonly string[]} args */
export function runNpm(args) {
  const npm = npmCommand();
  return capture(npm.command, [...npm.args, ...args], { cwd: repoRoot, env: withoutOwnNode(process.env) });
}

function isInstalled() {
  return arePackagesCurrent() && existsSync(projectNode);
}

function arePackagesCurrent() {
  // npm keeps a lockfile of what it really installed; it is written last, so a broken installation has none.
  const installed = path.join(nodeModules, '.package-lock.json');
  if (!existsSync(installed)) return false;
  return outdatedPackages(readLockfile(path.join(repoRoot, 'package-lock.json')), readLockfile(installed)).length === 0;
}

/**
 * @param {string} file
 * @returns {LockedPackages}
 */
function readLockfile(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

/**
 * Without install scripts: only those that the product needs are run, one by one. npm would also compile packages that
 * bring their binaries along, and need a compiler for it.
 *
 * @param {import('./log.mjs').Log} log
 */
async function installPackages(log) {
  if (process.platform === 'win32' && isSameFile(process.execPath, projectNode)) {
    // Windows cannot replace a running program, and this script runs on the Node that npm is about to replace.
    throw new SetupError('The packages have changed. Please run `npm ci`, then start again.');
  }
  const result = await log.step('Installing packages (the first time takes a minute)', () => runNpm(['ci', '--ignore-scripts']));
  if (!result.ok) {
    throw new SetupError(
      `The packages could not be installed: npm ci ${result.failure}.\n${lastLines(result.output)}\n` +
        'Once the cause is fixed (network, disk space), run the same command again.',
    );
  }
  await installOwnNode(log);
  await installGpuLibraries(log);
}

/** @param {import('./log.mjs').Log} log */
async function installOwnNode(log) {
  const result = await log.step('Installing Node', () => runInstallScript('node'));
  if (!existsSync(projectNode)) {
    throw new SetupError(
      `The product's own Node could not be installed: npm rebuild node ${result.failure || 'did not install it'}.\n` +
        `${lastLines(result.output)}\nOnce the cause is fixed (network, disk space), run the same command again.`,
    );
  }
}

/**
 * ONNX Runtime's install script fetches its GPU libraries from NuGet; those for the CPU are inside the package. It obeys
 * ONNXRUNTIME_NODE_INSTALL (skip, or a choice of libraries).
 *
 * @param {import('./log.mjs').Log} log
 */
async function installGpuLibraries(log) {
  const choice = process.env['ONNXRUNTIME_NODE_INSTALL'];
  if (choice === 'skip') return;
  const later = '  To add its GPU libraries later: npm rebuild onnxruntime-node';
  if (choice === undefined && !(await canReach('https://api.nuget.org/v3/index.json'))) {
    log.note(`NuGet cannot be reached: ONNX Runtime runs on the CPU.\n${later}`);
    return;
  }
  const result = await log.step("Installing ONNX Runtime's GPU libraries, if there are any for this system", () =>
    runInstallScript('onnxruntime-node'),
  );
  if (!result.ok) log.note(`They could not be installed; ONNX Runtime runs on the CPU.\n${lastLines(result.output, 5)}\n${later}`);
}

/**
 * Whatever users have configured in npm about install scripts in general.
 *
 * @param {string} packageName
 */
function runInstallScript(packageName) {
  return runNpm(['rebuild', packageName, '--ignore-scripts=false', '--foreground-scripts']);
}

/** @param {string} url */
async function canReach(url) {
  try {
    const response = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(4000) });
    return response.ok;
  } catch {
    // Any failure means the same to the caller: not reachable from here.
    return false;
  }
}
