// @ts-check
/** ffmpeg and ffprobe 5 or newer: found, installed (Debian as root), or a clear word on how to get them. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { canInstallDebianPackages, installDebianPackages } from './debian.mjs';
import { SetupError } from './log.mjs';
import { findProgram, pathFolders } from './paths.mjs';
import { capture } from './processes.mjs';

/** libavutil 57 came with ffmpeg 5.0. Builds from git state no release, but always their library versions. */
const oldestAvutil = 57;

/**
 * @typedef {object} Ffmpeg
 * @property {string} ffmpegPath
 * @property {string} ffprobePath
 * @property {string} version as ffmpeg calls itself
 */

/**
 * @param {{ log: import('./log.mjs').Log, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<Ffmpeg>}
 * @throws {SetupError} when there is none and none can be installed, or when it is too old
 */
export async function ensureFfmpeg({ log, env = process.env }) {
  const found = locateFfmpeg(env);
  if (found !== undefined) return checkVersions(found);
  if (!canInstallDebianPackages())
    throw new SetupError(`ffmpeg (with ffprobe) was not found. ${installHint(process.platform, linuxFamily())}`);
  await installDebianPackages([['ffmpeg']], { log });
  const installed = locateFfmpeg(env);
  if (installed === undefined) throw new SetupError('ffmpeg was installed from Debian, but it is not in PATH.');
  return checkVersions(installed);
}

/**
 * What a process of the product must know to use these programs.
 *
 * @param {Ffmpeg} ffmpeg
 * @returns {{ SHOTLUCK_FFMPEG: string, SHOTLUCK_FFPROBE: string }}
 */
export function ffmpegEnv({ ffmpegPath, ffprobePath }) {
  return { SHOTLUCK_FFMPEG: ffmpegPath, SHOTLUCK_FFPROBE: ffprobePath };
}

/**
 * @param {string} text what `ffmpeg -version` prints
 * @returns {{ version: string, avutil: number } | undefined}
 */
export function parseVersion(text) {
  const version = /^ff(?:mpeg|probe) version (\S+)/m.exec(text)?.[1];
  const avutil = /^libavutil\s+(\d+)\./m.exec(text)?.[1];
  return version === undefined || avutil === undefined ? undefined : { version, avutil: Number(avutil) };
}

/**
 * @param {NodeJS.Platform} platform
 * @param {string} family `ID` and `ID_LIKE` of /etc/os-release
 * @returns {string} how people get ffmpeg here
 */
export function installHint(platform, family) {
  const command = installCommand(platform, family);
  const how = command === undefined ? 'Install ffmpeg 5 or newer (https://ffmpeg.org/download.html)' : `Install it with: ${command}`;
  return `${how}\n  Or name the programs in SHOTLUCK_FFMPEG and SHOTLUCK_FFPROBE. Then start again.`;
}

/**
 * @param {NodeJS.Platform} platform
 * @param {string} family
 */
function installCommand(platform, family) {
  if (platform === 'darwin') return 'brew install ffmpeg';
  if (platform === 'win32') return 'winget install Gyan.FFmpeg';
  if (/debian|ubuntu/.test(family)) return 'sudo apt-get install ffmpeg';
  if (/fedora|rhel/.test(family)) return 'sudo dnf install ffmpeg-free';
  if (/arch/.test(family)) return 'sudo pacman -S ffmpeg';
  if (/suse/.test(family)) return 'sudo zypper install ffmpeg';
  return undefined;
}

function linuxFamily() {
  const file = '/etc/os-release';
  if (!existsSync(file)) return '';
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => /^ID(_LIKE)?=/.test(line))
    .join(' ');
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {{ ffmpegPath: string, ffprobePath: string } | undefined}
 */
function locateFfmpeg(env) {
  const folders = [...pathFolders(env), ...usualFolders(env)];
  const ffmpegPath = namedProgram(env, 'SHOTLUCK_FFMPEG') ?? findProgram('ffmpeg', folders);
  if (ffmpegPath === undefined) return undefined;
  // The two come as a pair: prefer the neighbour of a ffmpeg that was named or found outside PATH.
  const ffprobePath = namedProgram(env, 'SHOTLUCK_FFPROBE') ?? findProgram('ffprobe', [path.dirname(ffmpegPath), ...folders]);
  return ffprobePath === undefined ? undefined : { ffmpegPath, ffprobePath };
}

/**
 * A path setting wins over everything, so a wrong one is an error and not a reason to look elsewhere.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {string} variable
 */
function namedProgram(env, variable) {
  const named = env[variable];
  if (named === undefined || named === '') return undefined;
  const program = path.resolve(named);
  if (!existsSync(program)) throw new SetupError(`${variable} names ${program}, but there is no such file. Correct or unset it.`);
  return program;
}

/**
 * Where package managers put programs that a desktop's PATH does not always include.
 *
 * @param {NodeJS.ProcessEnv} env
 */
function usualFolders(env) {
  if (process.platform === 'win32') {
    const local = env['LOCALAPPDATA'];
    return ['C:\\ffmpeg\\bin', ...(local === undefined ? [] : [path.join(local, 'Microsoft', 'WinGet', 'Links')])];
  }
  return ['/usr/local/bin', '/opt/homebrew/bin', '/opt/local/bin'];
}

/**
 * @param {{ ffmpegPath: string, ffprobePath: string }} paths
 * @returns {Promise<Ffmpeg>}
 */
async function checkVersions({ ffmpegPath, ffprobePath }) {
  const versions = await Promise.all([ffmpegPath, ffprobePath].map(readVersion));
  return { ffmpegPath, ffprobePath, version: versions[0] ?? '' };
}

/** @param {string} program */
async function readVersion(program) {
  const result = await capture(program, ['-version'], { timeoutMs: 20_000 });
  const parsed = parseVersion(result.stdout);
  if (!result.ok || parsed === undefined) {
    throw new SetupError(`${program} -version did not respond like ffmpeg${result.ok ? '' : `: it ${result.failure}`}.`);
  }
  if (parsed.avutil < oldestAvutil) {
    throw new SetupError(
      `${program} is version ${parsed.version}; version 5 or newer is needed. ${installHint(process.platform, linuxFamily())}`,
    );
  }
  return parsed.version;
}
