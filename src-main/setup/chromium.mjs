// @ts-check
/** The browser of the end-to-end tests: the one that is named, else the system's, else Playwright's own. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright';
import { canInstallDebianPackages, installDebianPackages } from './debian.mjs';
import { SetupError } from './log.mjs';
import { findProgram, pathFolders } from './paths.mjs';

/**
 * @param {{ log: import('./log.mjs').Log }} options
 * @returns {Promise<string>} the program
 * @throws {SetupError} when there is none and none can be installed
 */
export async function ensureChromium({ log }) {
  const found = findChromium();
  if (found !== undefined) return found;
  if (!canInstallDebianPackages()) {
    throw new SetupError(
      'Chromium was not found. Install it with: npx playwright install chromium\n  Or name a Chromium or Chrome program in SHOTLUCK_CHROMIUM.',
    );
  }
  // Pages without any font would be empty boxes.
  await installDebianPackages([['chromium'], ['fonts-dejavu-core']], { log });
  const installed = findChromium();
  if (installed === undefined) throw new SetupError('chromium was installed from Debian, but it is not in PATH.');
  return installed;
}

/**
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined}
 */
export function findChromium(env = process.env) {
  const named = env['SHOTLUCK_CHROMIUM'];
  if (named !== undefined && named !== '') {
    if (!existsSync(named)) throw new SetupError(`SHOTLUCK_CHROMIUM names ${named}, but there is no such file. Correct or unset it.`);
    return path.resolve(named);
  }
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
  const folders = [...pathFolders(env), ...usualFolders(env)];
  const onSystem = names.map((name) => findProgram(name, folders)).find((program) => program !== undefined);
  return onSystem ?? [...applications, chromium.executablePath()].find((program) => existsSync(program));
}

const applications = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'];

/** @param {NodeJS.ProcessEnv} env */
function usualFolders(env) {
  return ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].flatMap((variable) => {
    const root = env[variable];
    return root === undefined ? [] : [path.join(root, 'Google', 'Chrome', 'Application')];
  });
}
