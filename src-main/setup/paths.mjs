// @ts-check
/** Where things are in a clone. */
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone: the folder of package.json. */
export const repoRoot = path.resolve(fileURLToPath(import.meta.url), '../../..');

export const nodeModules = path.join(repoRoot, 'node_modules');

/** The Node that the product runs on, brought by the npm package `node`. */
export const projectNode = path.join(nodeModules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/**
 * @param {string} a
 * @param {string} b
 * @returns {boolean} whether both exist and are one file, whatever links lead to it
 */
export function isSameFile(a, b) {
  return existsSync(a) && existsSync(b) && realpathSync(a) === realpathSync(b);
}

/**
 * @param {string} name file name without extension
 * @param {readonly string[]} folders
 * @param {NodeJS.Platform} [platform]
 * @returns {string | undefined} the first such program
 */
export function findProgram(name, folders, platform = process.platform) {
  const fileName = platform === 'win32' ? `${name}.exe` : name;
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => path.join(folder, fileName))
    .find((candidate) => existsSync(candidate));
}

/**
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string[]} the folders of PATH
 */
export function pathFolders(env = process.env) {
  return (env['PATH'] ?? env['Path'] ?? '').split(path.delimiter);
}

/**
 * The surroundings for npm itself: it must not run on the Node inside the node_modules that it is about to replace.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {string} [modules]
 * @returns {NodeJS.ProcessEnv}
 */
export function withoutOwnNode(env, modules = nodeModules) {
  const folders = pathFolders(env).filter((folder) => !path.resolve(folder).startsWith(modules));
  return { ...env, PATH: folders.join(path.delimiter) };
}

/**
 * The surroundings for the product's own tools: its Node and its tools come first.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export function withOwnNode(env) {
  const folders = [path.join(nodeModules, '.bin'), ...pathFolders(withoutOwnNode(env))];
  // What tests and scripts load themselves is to report to nobody, either.
  return { ...env, PATH: folders.join(path.delimiter), ORT_DISABLE_TELEMETRY: '1' };
}
