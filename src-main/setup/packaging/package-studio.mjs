// @ts-check
/** npm run package: the unpacked app and, on Linux, a Debian and an RPM package of it. */
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuild } from '../build.mjs';
import { canInstallDebianPackages, installDebianPackages } from '../debian.mjs';
import { ensureElectron } from '../electron-runtime.mjs';
import { messageOf, SetupError } from '../log.mjs';
import { findProgram, pathFolders, repoRoot } from '../paths.mjs';
import { buildAppFolder, runtimeOf } from './app-folder.mjs';
import { perSystem } from './builder-config.mjs';
import { buildDeb, buildRpm } from './linux-packages.mjs';

/** Made by electron-builder, with tools that it downloads: configured, and not tried by us. */
const untriedKinds = Object.values(perSystem).flatMap((system) => ('target' in system ? system.target : []));

const linuxKinds = {
  deb: { build: buildDeb, tool: 'dpkg-deb', debian: 'dpkg' },
  rpm: { build: buildRpm, tool: 'rpmbuild', debian: 'rpm' },
};

/** @type {import('../bootstrap.mjs').Main} */
export async function main({ args, log }) {
  const options = parseOptions(args);
  const outputFolder = path.resolve(options.output);
  mkdirSync(outputFolder, { recursive: true });
  await ensureBuild({ log });
  const electron = await ensureElectron({ log });
  if (electron.note !== '') log.note(electron.note);
  const formats = untriedKinds.filter((kind) => options.kinds.includes(kind));
  if (formats.length > 0) log.note(`These packages have not been tested yet: ${formats.join(', ')}.`);
  const app = await buildAppFolder({ runtime: runtimeOf(electron), outputFolder, formats, log });
  const made = [app.folder];
  for (const kind of /** @type {const} */ (['deb', 'rpm'])) {
    if (!options.kinds.includes(kind) || !(await ensureTool(kind, log))) continue;
    const request = { appFolder: app.folder, outputFolder, isFast: options.fast };
    made.push(await log.step(`Making the ${kind} package`, () => linuxKinds[kind].build(request)));
  }
  for (const file of made) console.log(`${file}${statSync(file).isFile() ? `  ${(statSync(file).size / 2 ** 20).toFixed(0)} MiB` : ''}`);
  return 0;
}

/**
 * @param {keyof typeof linuxKinds} kind
 * @param {import('../log.mjs').Log} log
 */
async function ensureTool(kind, log) {
  const { tool, debian } = linuxKinds[kind];
  if (findProgram(tool, pathFolders()) === undefined && canInstallDebianPackages()) await installDebianPackages([[debian]], { log });
  if (findProgram(tool, pathFolders()) !== undefined) return true;
  log.note(`No ${kind} package: ${tool} is not installed here.`);
  return false;
}

/** @param {readonly string[]} args */
function parseOptions(args) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string', default: process.platform === 'linux' ? 'dir,deb,rpm' : 'dir' },
        fast: { type: 'boolean', default: false },
        output: { type: 'string', default: path.join(repoRoot, 'dist') },
      },
    });
    return { ...values, kinds: values.only.split(',') };
  } catch (error) {
    throw new SetupError(
      `${messageOf(error)}\nUsage: npm run package [-- --only dir,deb,rpm,${untriedKinds.join(',')}] [--fast] [--output FOLDER]\n  --fast   no compression: for testing a package, not for distribution`,
    );
  }
}
