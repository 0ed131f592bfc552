// @ts-check
/** What set-up prints for people, and the one error whose message is all they need to see. */
import { stripVTControlCharacters } from 'node:util';

/**
 * Set-up could not do something. The message says what happened and what to do, so no stack is shown.
 */
export class SetupError extends Error {
  /** @override */
  name = 'SetupError';
}

/**
 * @typedef {object} Log
 * @property {(text: string) => void} note one line (or more) of information
 * @property {<T>(title: string, work: () => Promise<T>) => Promise<T>} step names work that takes a while, and how long it took
 */

/**
 * Progress goes to stderr by default: stdout belongs to the command that is set up.
 *
 * @param {{ write(text: string): unknown }} [stream]
 * @returns {Log}
 */
export function createLog(stream = process.stderr) {
  /** @param {string} text */
  const note = (text) => void stream.write(`${text}\n`);
  return {
    note,
    async step(title, work) {
      note(`${title} …`);
      const startedMs = performance.now();
      const result = await work();
      note(`${title}: done in ${formatSeconds(performance.now() - startedMs)}`);
      return result;
    },
  };
}

/**
 * @param {number} durationMs
 * @returns {string} `0.8 s`, `41 s`, `2 min 5 s`
 */
export function formatSeconds(durationMs) {
  const seconds = durationMs / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/**
 * @param {unknown} error
 * @returns {string} the message alone for errors that people can act on, the stack for the others
 */
export function describeError(error) {
  if (error instanceof SetupError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/**
 * @param {unknown} error
 * @returns {string}
 */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/**
 * @param {string} text
 * @param {number} lineCount
 * @returns {string} the last lines, indented and without colours
 */
export function lastLines(text, lineCount = 20) {
  const lines = stripVTControlCharacters(text).trimEnd().split(/\r?\n/);
  return lines
    .slice(-lineCount)
    .map((line) => `  ${line}`)
    .join('\n');
}
