// @ts-check
/**
 * Starts the app named on the command line, as Electron's own default app does; a packaged Electron has lost that one.
 * Installed as `resources/app` of the runtime (see registry-electron.mjs).
 *
 * Usage: electron [switches] [-r module]… folder [arguments for the app]
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

const require = createRequire(import.meta.url);

/**
 * @param {readonly string[]} args without the program itself
 * @returns {{ preloads: string[], folder: string | undefined }}
 */
function parseArguments(args) {
  /** @type {string[]} */
  const preloads = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    if (arg === '-r' || arg === '--require') preloads.push(args[++index] ?? '');
    else if (!arg.startsWith('-')) return { preloads, folder: path.resolve(arg) };
  }
  return { preloads, folder: undefined };
}

const { preloads, folder } = parseArguments(process.argv.slice(1));
if (folder === undefined) {
  process.stderr.write('Usage: electron FOLDER [ARGUMENTS]\n');
  app.exit(1);
} else {
  // Test drivers load their hooks this way, before the app.
  for (const preload of preloads) require(path.resolve(preload));
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  // The default app uses these two as well; Electron keeps them out of its documentation.
  const host = /** @type {Electron.App & { setVersion(version: string): void, setAppPath(folder: string): void }} */ (app);
  host.setName(manifest.productName ?? manifest.name);
  host.setVersion(manifest.version);
  host.setAppPath(folder);
  await import(pathToFileURL(path.join(folder, manifest.main)).href);
}
