// @ts-check
/** Runs the command line. Set-up speaks on stderr only, and only when there is something to do. */
import { cliCommand, ensureBuild } from './build.mjs';
import { ensureFfmpeg, ffmpegEnv } from './ffmpeg.mjs';
import { describeError, SetupError } from './log.mjs';
import { projectNode, withOwnNode } from './paths.mjs';
import { supervise } from './processes.mjs';

/** @type {import('./bootstrap.mjs').Main} */
export async function main({ args, log }) {
  await ensureBuild({ log });
  const env = { ...withOwnNode(process.env), ...(await findFfmpegEnv(log)), SHOTLUCK_NODE: projectNode };
  // npm changes to the clone's folder; paths on the command line are meant from where people typed them.
  return supervise(projectNode, [...cliCommand, ...args], { env, cwd: process.env['INIT_CWD'] ?? process.cwd() });
}

/**
 * Commands that need no ffmpeg (help, export, the check of the installation) work without it; the others say so themselves.
 *
 * @param {import('./log.mjs').Log} log
 */
async function findFfmpegEnv(log) {
  try {
    return ffmpegEnv(await ensureFfmpeg({ log }));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    log.note(describeError(error));
    return {};
  }
}
