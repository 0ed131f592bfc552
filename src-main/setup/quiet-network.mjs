// @ts-check
/**
 * A network of its own for tests, in which nothing but this machine can be reached, and in which every attempt to reach more is seen: names
 * that are looked up, and packets that leave. It looks like a working one, so that programs try.
 *
 * Usage, inside a fresh network and mount namespace: node quiet-network.mjs PROGRAM [ARGUMENTS]
 */
import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { endLike, supervise } from './processes.mjs';

/** Names the file with what was looked up; set only inside such a network. */
export const namesVariable = 'SHOTLUCK_QUIET_NAMES';

/** Addresses that are set aside for examples: no machine anywhere has them. */
const ourAddress = '192.0.2.2';
const ourAddress6 = '2001:db8::2/64';
const gateway = '192.0.2.1';
const everyHost = '192.0.2.80';
const device = 'quiet0';
/** For each device, of the newer kind of addresses; `addr_gen_mode` 1: no address of its own making. */
const silentKernel = { accept_dad: '0', router_solicitations: '0', autoconf: '0', accept_ra: '0', addr_gen_mode: '1' };

/** By which continuous integration is known. Some programs keep still there, and would hide what they do on a person's machine. */
const ciVariables = [
  'CI',
  'CONTINUOUS_INTEGRATION',
  'BUILD_NUMBER',
  'BUILD_ID',
  'GITHUB_ACTIONS',
  'GITLAB_CI',
  'TF_BUILD',
  'JENKINS_URL',
  'TRAVIS',
  'CIRCLECI',
  'APPVEYOR',
  'CODEBUILD_BUILD_ID',
  'TEAMCITY_VERSION',
  'BUILDKITE',
];

/**
 * @returns {readonly string[] | string} what to put before a command, or why there can be no such network here
 */
export function quietNetworkPrefix() {
  if (process.platform !== 'linux') return 'only Linux has network namespaces';
  const asUser = process.getuid?.() === 0 ? [] : ['--user', '--map-current-user', '--keep-caps'];
  const prefix = ['unshare', ...asUser, '--net', '--mount', '--', process.execPath, fileURLToPath(import.meta.url)];
  const [command, ...args] = [...prefix, process.execPath, '-e', ''];
  const tried = spawnSync(command, args, { encoding: 'utf8' });
  if (tried.error !== undefined) return `${command} cannot be run: ${tried.error.message}`;
  return tried.status === 0 ? prefix : (tried.stderr.trim().split('\n').at(-1) ?? 'namespaces are not allowed');
}

/**
 * @typedef {object} Attempts
 * @property {string[]} names looked up
 * @property {number} packets that left. (Asking the kernel which way a packet would take, as Chromium does, sends none.)
 */

/** @returns {Attempts} since the network was made */
export function attemptsSoFar() {
  const file = process.env[namesVariable];
  if (file === undefined) throw new Error('Not inside a quiet network');
  const names = existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((name) => name !== '')
    : [];
  return { names, packets: packetsOf(device) };
}

/** @param {string} name */
function packetsOf(name) {
  const line = readFileSync('/proc/self/net/dev', 'utf8')
    .split('\n')
    .find((each) => each.trim().startsWith(`${name}:`));
  // Eight counters of what came in, then those of what went out: bytes, packets.
  return Number(line?.split(':')[1]?.trim().split(/\s+/)[9] ?? Number.NaN);
}

/**
 * The surroundings of a person: nothing in them asks programs to be more quiet than they are.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export function asAtHome(env) {
  const hushed = [...ciVariables, 'ORT_DISABLE_TELEMETRY', 'DO_NOT_TRACK'];
  return Object.fromEntries(Object.entries(env).filter(([name]) => !hushed.includes(name)));
}

function makeNetwork() {
  run('ip', ['link', 'set', 'lo', 'up']);
  run('ip', ['link', 'add', device, 'type', 'veth', 'peer', 'name', 'quiet1']);
  for (const each of [device, 'quiet1']) {
    // What the kernel says to neighbours and routers on its own would count as well.
    for (const [setting, value] of Object.entries(silentKernel)) writeFileSync(`/proc/sys/net/ipv6/conf/${each}/${setting}`, value);
    run('ip', ['link', 'set', each, 'arp', 'off', 'multicast', 'off']);
  }
  writeFileSync('/proc/sys/net/ipv6/conf/quiet1/disable_ipv6', '1');
  for (const each of [device, 'quiet1']) run('ip', ['link', 'set', each, 'up']);
  run('ip', ['address', 'add', `${ourAddress}/24`, 'dev', device]);
  run('ip', ['route', 'add', 'default', 'via', gateway, 'dev', device]);
  run('ip', ['-6', 'address', 'add', ourAddress6, 'dev', device, 'nodad']);
  run('ip', ['-6', 'route', 'add', 'default', 'dev', device]);
}

/**
 * Answers every question for a name with an address that nobody has, so that the asker goes on to try it.
 *
 * @param {string} folder
 * @returns {Promise<string>} the file with the names
 */
async function serveNames(folder) {
  const file = path.join(folder, 'names.txt');
  const resolver = path.join(folder, 'resolv.conf');
  writeFileSync(resolver, 'nameserver 127.0.0.1\n');
  run('mount', ['--bind', resolver, '/etc/resolv.conf']);
  const socket = createSocket('udp4');
  socket.on('message', (question, sender) => {
    const { name, type, end } = readQuestion(question);
    appendFileSync(file, `${name}\n`);
    socket.send(answerTo(question.subarray(0, end), type === 1), sender.port, sender.address);
  });
  await new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(53, '127.0.0.1', () => resolve(undefined));
  });
  return file;
}

/** @param {Buffer} question a DNS message */
function readQuestion(question) {
  const labels = [];
  let at = 12;
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.'), type: question.readUInt16BE(at + 1), end: at + 5 };
}

/**
 * @param {Buffer} question head and question of a DNS message
 * @param {boolean} hasAddress
 */
function answerTo(question, hasAddress) {
  const head = Buffer.from(question);
  head.writeUInt16BE(0x81_80, 2);
  head.writeUInt16BE(hasAddress ? 1 : 0, 6);
  head.writeUInt32BE(0, 8);
  // A pointer to the name in the question, an address of the internet, good for a minute, four bytes long.
  const address = Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...everyHost.split('.').map(Number)]);
  return hasAddress ? Buffer.concat([head, address]) : head;
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 */
function run(command, args) {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr.trim()}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [command = '', ...args] = process.argv.slice(2);
  const folder = mkdtempSync(path.join(tmpdir(), 'shotluck-quiet-'));
  try {
    makeNetwork();
    const names = await serveNames(folder);
    endLike(await supervise(command, args, { env: { ...process.env, [namesVariable]: names } }));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  // The names are served for ever otherwise.
  process.exit();
}
