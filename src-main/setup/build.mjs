// @ts-check
/** The product's build, made again only when the sources are others than those it was made from. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withSetupLock } from './lock.mjs';
import { lastLines, SetupError } from './log.mjs';
import { projectNode, repoRoot, withOwnNode } from './paths.mjs';
import { capture } from './processes.mjs';

/** What the build is made from. Set-up itself is in src-main, but no part of the product. */
const inputs = ['src-main', 'src-preload', 'src-renderer', 'electron.vite.config.ts', 'package.json', 'package-lock.json'];
const notInputs = ['src-main/setup'];

const outFolder = path.join(repoRoot, 'out');
const stampFile = path.join(outFolder, 'build-stamp.txt');

/** The programs that the build makes, for those who start them. */
export const built = {
  main: path.join(outFolder, 'main', 'main.js'),
  cli: path.join(outFolder, 'main', 'cli.js'),
};

/**
 * How the command line is run. Data sets are read and written in millions of short-lived pieces: with more room for young ones V8 keeps a hundred
 * megabytes of them for nothing (Node 24.21: 229 for 293 MB at 20,000 videos, in the same time).
 */
export const cliCommand = ['--max-semi-space-size=4', built.cli];

/**
 * @param {{ log: import('./log.mjs').Log }} options
 * @returns {Promise<void>}
 */
export async function ensureBuild({ log }) {
  if (isCurrent()) return;
  await withSetupLock(log, async () => {
    if (!isCurrent()) await log.step('Building', build);
  });
}

/**
 * @param {string} root
 * @param {readonly string[]} included files and folders, relative to the root, with forward slashes
 * @param {readonly string[]} excluded
 * @returns {string} a hash of the names and contents of all files there
 */
export function hashSources(root, included, excluded = []) {
  const hash = createHash('sha256');
  for (const file of included.flatMap((entry) => listFiles(root, entry, excluded))) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(path.join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @param {string} entry
 * @param {readonly string[]} excluded
 * @returns {string[]} sorted, relative to the root
 */
function listFiles(root, entry, excluded) {
  const absolute = path.join(root, entry);
  if (excluded.includes(entry) || !existsSync(absolute)) return [];
  const children = readChildren(absolute);
  return children === undefined ? [entry] : children.sort().flatMap((name) => listFiles(root, `${entry}/${name}`, excluded));
}

/**
 * @param {string} absolute
 * @returns {string[] | undefined} undefined for a file
 */
function readChildren(absolute) {
  try {
    return readdirSync(absolute);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function isCurrent() {
  if (!existsSync(stampFile) || !Object.values(built).every((file) => existsSync(file))) return false;
  return readFileSync(stampFile, 'utf8') === hashSources(repoRoot, inputs, notInputs);
}

async function build() {
  // The sources may change while the build runs: the stamp records what they were before.
  const stamp = hashSources(repoRoot, inputs, notInputs);
  rmSync(stampFile, { force: true });
  const tool = path.join(repoRoot, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const result = await capture(projectNode, [tool, 'build'], { cwd: repoRoot, env: withOwnNode(process.env) });
  const missing = Object.values(built).filter((file) => !existsSync(file));
  if (!result.ok || missing.length > 0) {
    const failure = result.ok ? `left out ${missing.join(', ')}` : result.failure;
    throw new SetupError(`The build failed: electron-vite ${failure}.\n${lastLines(result.output, 40)}`);
  }
  writeFileSync(stampFile, stamp);
}
