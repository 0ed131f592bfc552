// @ts-check
/** Ruff and mypy, which check this repository's Python: got from PyPI, and run over it. Their settings are in pyproject.toml. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { withSetupLock } from './lock.mjs';
import { SetupError } from './log.mjs';
import { ensurePython, installPythonPackages } from './python.mjs';
import { cacheFolder } from './registry-electron.mjs';

const requirementsFile = fileURLToPath(new URL('python-tools.txt', import.meta.url));

/**
 * @param {{ log: import('./log.mjs').Log }} options
 * @returns {Promise<{ SHOTLUCK_PYTHON: string, SHOTLUCK_PYTHON_TOOLS: string }>} the Python to run them with, and where they are
 * @throws {SetupError} when there is no Python, or they cannot be fetched
 */
export async function ensurePythonTools({ log }) {
  const pinned = createHash('sha256').update(readFileSync(requirementsFile)).digest('hex').slice(0, 12);
  return withSetupLock(log, async () => {
    const python = await ensurePython({ log, purpose: "for checking the repository's Python" });
    const folder = path.join(cacheFolder(), `python-tools-${pinned}-${python.tag}`);
    if (!existsSync(folder)) {
      await log.step('Getting ruff and mypy from PyPI (about 30 MB)', () =>
        installPythonPackages(python, { name: 'ruff and mypy', requirementsFile, folder }),
      );
    }
    return { SHOTLUCK_PYTHON: python.program, SHOTLUCK_PYTHON_TOOLS: folder };
  });
}

/**
 * @callback RunModule
 * @param {readonly string[]} args of `python -m`
 * @returns {Promise<{ ok: boolean, stdout: string, output: string }>}
 */

/**
 * All checks, also after a failing one.
 *
 * @param {{ run: RunModule, root: string, print: (text: string) => void }} options `run` runs in `root`
 * @returns {Promise<boolean>} whether nothing was found
 */
export async function checkPython({ run, root, print }) {
  const listed = await run(['ruff', 'check', '--show-files']);
  if (!listed.ok) throw new SetupError(`ruff could not list the Python files:\n${listed.output}`);
  const programs = programsOf(
    listed.stdout.split(/\r?\n/).filter((line) => line !== ''),
    root,
  );
  if (programs.length === 0) throw new SetupError('ruff found no Python files. See [tool.ruff] in pyproject.toml.');
  const checks = [
    ['ruff', 'format', '--check'],
    ['ruff', 'check'],
    ...programs.map(({ folder, files }) => ['mypy', '--no-error-summary', '--cache-dir', path.join('.cache', 'mypy', folder), ...files]),
  ];
  let isClean = true;
  for (const args of checks) {
    const result = await run(args);
    if (result.ok) continue;
    isClean = false;
    print(result.output.trimEnd());
  }
  return isClean;
}

/**
 * Every folder is a program of its own: its files import each other by their bare names, which mean other files elsewhere.
 *
 * @param {readonly string[]} files
 * @param {string} root
 * @returns {{ folder: string, files: string[] }[]} relative to `root`
 */
export function programsOf(files, root) {
  /** @type {Map<string, string[]>} */
  const programs = new Map();
  for (const file of files.map((each) => path.relative(root, path.resolve(root, each))).toSorted()) {
    const folder = path.dirname(file);
    programs.set(folder, [...(programs.get(folder) ?? []), file]);
  }
  return [...programs].map(([folder, own]) => ({ folder, files: own }));
}
