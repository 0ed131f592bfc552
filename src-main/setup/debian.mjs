// @ts-check
/** Debian's (and its relatives') packages, installed where that is possible without asking: as root. */
import { existsSync } from 'node:fs';
import { lastLines, SetupError } from './log.mjs';
import { capture } from './processes.mjs';

/** @returns {boolean} */
export function canInstallDebianPackages() {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/**
 * @param {readonly (readonly string[])[]} wanted one entry per need: the names that a package has had, newest first
 * @param {{ log: import('./log.mjs').Log }} options
 * @returns {Promise<void>}
 */
export async function installDebianPackages(wanted, { log }) {
  const newest = wanted.map(([name]) => name).join(', ');
  await log.step(`Installing Debian packages: ${newest}`, async () => {
    const known = chooseNames(wanted, await candidates(wanted));
    if (known !== undefined && (await aptGet(['install', '--no-install-recommends', ...known])).ok) return;
    // The lists may be absent (containers) or too old to fetch from.
    const update = await aptGet(['update']);
    const names = chooseNames(wanted, await candidates(wanted));
    if (names === undefined) {
      throw new SetupError(`apt-get cannot find some of these packages: ${newest}.\n${lastLines(update.output)}`);
    }
    const install = await aptGet(['install', '--no-install-recommends', ...names]);
    if (!install.ok) throw new SetupError(`apt-get install ${install.failure}.\n${lastLines(install.output)}`);
  });
}

/**
 * @param {string} text what `apt-cache policy NAME…` prints
 * @returns {Set<string>} the names that can be installed
 */
export function parseAptPolicy(text) {
  /** @type {Set<string>} */
  const installable = new Set();
  let name = '';
  for (const line of text.split('\n')) {
    const heading = /^(\S+):$/.exec(line);
    if (heading?.[1] !== undefined) name = heading[1];
    const candidate = /^\s+Candidate: (.+)$/.exec(line);
    if (candidate?.[1] !== undefined && candidate[1] !== '(none)') installable.add(name);
  }
  return installable;
}

/**
 * @param {readonly (readonly string[])[]} wanted
 * @param {ReadonlySet<string>} installable
 * @returns {string[] | undefined} one name per need, or undefined when a need has none
 */
export function chooseNames(wanted, installable) {
  const chosen = wanted.flatMap((names) => names.find((name) => installable.has(name)) ?? []);
  return chosen.length === wanted.length ? chosen : undefined;
}

/** @param {readonly (readonly string[])[]} wanted */
async function candidates(wanted) {
  const policy = await capture('apt-cache', ['policy', ...wanted.flat()], { env: { ...process.env, LC_ALL: 'C' } });
  return parseAptPolicy(policy.stdout);
}

/** @param {readonly string[]} args */
function aptGet(args) {
  return capture('apt-get', ['-y', '-o', 'DPkg::Lock::Timeout=300', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
  });
}
