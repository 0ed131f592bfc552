// @ts-check
/** The stages of `npm test`: what each runs, and what it needs. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { messageOf, SetupError } from './log.mjs';
import { nodeModules, repoRoot } from './paths.mjs';

/** @typedef {import('./surroundings.mjs').Need} Need */

/**
 * @typedef {object} Stage
 * @property {string} id for `--only`
 * @property {readonly string[]} command the tool's script and its arguments
 * @property {readonly Need[]} needs
 * @property {{ folder: string, suffix: string } | null} tests where its test files are; null for a tool that counts as one test
 * @property {boolean} [beside] it runs in the second of two lines, and its output is shown when it has ended: what mostly waits, and what uses one processor alone
 * @property {boolean} [quiet] run in a network of its own, wherever that is possible, so that tests see every attempt to leave this machine
 */

const tool = {
  tsc: path.join(nodeModules, 'typescript', 'bin', 'tsc'),
  oxfmt: path.join(nodeModules, 'oxfmt', 'bin', 'oxfmt'),
  oxlint: path.join(nodeModules, 'oxlint', 'bin', 'oxlint'),
  knip: path.join(nodeModules, 'knip', 'bin', 'knip.js'),
  vitest: path.join(nodeModules, 'vitest', 'vitest.mjs'),
  playwright: path.join(nodeModules, '@playwright', 'test', 'cli.js'),
};

/** @type {readonly Stage[]} */
export const stages = [
  vitestStage('unit', ['ffmpeg']),
  vitestStage('core', ['ffmpeg']),
  vitestStage('integration', ['ffmpeg', 'build']),
  vitestStage('servers', ['ffmpeg', 'llama-cpp']),
  vitestStage('trainers', ['ffmpeg', 'trainer-readers']),
  vitestStage('editors', ['editing-readers']),
  vitestStage('golden', ['ffmpeg']),
  { ...playwrightStage('e2e', 'chromium', ['ffmpeg', 'build', 'chromium']), beside: true },
  { ...playwrightStage('electron', 'electron', ['ffmpeg', 'build', 'electron']), beside: true, quiet: true },
  { ...vitestStage('package', ['ffmpeg', 'build', 'electron']), beside: true },
  { id: 'types', command: [tool.tsc, '--build'], needs: [], tests: null, beside: true },
  { id: 'lint', command: [tool.oxlint, '--deny-warnings'], needs: [], tests: null, beside: true },
  { id: 'format', command: [tool.oxfmt, '--check'], needs: [], tests: null, beside: true },
  { id: 'unused', command: [tool.knip], needs: [], tests: null, beside: true },
  { id: 'python', command: [sibling('check-python.mjs')], needs: ['python-tools'], tests: null, beside: true },
];

/**
 * @param {readonly string[]} args of `npm test --`
 * @returns {readonly Stage[]} in their order
 * @throws {SetupError} for a stage that does not exist, with those that do
 */
export function chooseStages(args) {
  const only = parseOptions(args).only;
  if (only === undefined) return stages;
  const ids = only.split(',').map((id) => id.trim());
  const unknown = ids.filter((id) => !stages.some((stage) => stage.id === id));
  if (unknown.length > 0) throw new SetupError(`There is no stage ${unknown.join(', ')}. ${usage()}`);
  return stages.filter((stage) => ids.includes(stage.id));
}

/**
 * @param {Stage} stage
 * @param {string} [root]
 * @returns {boolean} whether there is anything to run
 */
export function hasTests(stage, root = repoRoot) {
  if (stage.tests === null) return true;
  const { folder, suffix } = stage.tests;
  const absolute = path.join(root, folder);
  if (!existsSync(absolute)) return false;
  return readdirSync(absolute, { recursive: true, encoding: 'utf8' }).some((file) => file.endsWith(suffix));
}

/**
 * @param {string} name also the name of the project in vitest.config.ts
 * @param {readonly Need[]} needs
 * @returns {Stage}
 */
function vitestStage(name, needs) {
  const reporters = ['--reporter=default', `--reporter=${sibling('vitest-report.mjs')}`];
  return {
    id: name,
    command: [tool.vitest, 'run', '--project', name, ...reporters],
    needs,
    tests: { folder: `tests/${name}`, suffix: '.test.ts' },
  };
}

/**
 * @param {string} name
 * @param {string} project in playwright.config.ts
 * @param {readonly Need[]} needs
 * @returns {Stage}
 */
function playwrightStage(name, project, needs) {
  return {
    id: name,
    command: [tool.playwright, 'test', '--project', project, `--reporter=list,${sibling('playwright-report.mjs')}`],
    needs,
    tests: { folder: `tests/${name}`, suffix: '.spec.ts' },
  };
}

/** @param {string} name */
function sibling(name) {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** @param {readonly string[]} args */
function parseOptions(args) {
  try {
    return parseArgs({ args: [...args], options: { only: { type: 'string' } } }).values;
  } catch (error) {
    throw new SetupError(`${messageOf(error)}\n${usage()}`);
  }
}

function usage() {
  return `Usage: npm test [-- --only STAGE,STAGE]\n  Stages: ${stages.map((stage) => stage.id).join(', ')}`;
}
