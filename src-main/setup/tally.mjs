// @ts-check
/** Counting what ran: one shape for every tool, so that one line can close `npm test`. */

/**
 * @typedef {object} Tally
 * @property {number} passed those that passed on a retry included
 * @property {readonly { title: string, message: string }[]} failed
 * @property {readonly { title: string, reason: string }[]} skipped
 * @property {readonly string[]} flaky those that failed first and passed on a retry
 */

/** The variable that names to a test tool's reporter where to write its tally. */
export const tallyFileVariable = 'SHOTLUCK_TALLY_FILE';

/** @type {Tally} */
export const emptyTally = { passed: 0, failed: [], skipped: [], flaky: [] };

/**
 * @param {readonly Tally[]} tallies
 * @returns {Tally}
 */
export function addTallies(tallies) {
  return {
    passed: tallies.reduce((sum, tally) => sum + tally.passed, 0),
    failed: tallies.flatMap((tally) => tally.failed),
    skipped: tallies.flatMap((tally) => tally.skipped),
    flaky: tallies.flatMap((tally) => tally.flaky),
  };
}

/**
 * A tool that reports only passes but exits with an error has failed all the same.
 *
 * @param {Tally | undefined} tally undefined when the tool ended before it could report
 * @param {{ stage: string, code: number | null, signal: string | null }} ended
 * @returns {Tally}
 */
export function trustExitCode(tally, { stage, code, signal }) {
  const reported = tally ?? emptyTally;
  if (code === 0 && tally !== undefined) return reported;
  if (reported.failed.length > 0) return reported;
  const end = signal === null ? `exit code ${code}` : signal;
  const message = tally === undefined ? `ended with ${end} before it could report` : `ended with ${end} although no test failed`;
  return { ...reported, failed: [{ title: stage, message }] };
}

/**
 * @param {Tally} tally
 * @returns {string} `34 of 35, 2 skipped`
 */
export function describeTally({ passed, failed, skipped }) {
  const counts = `${passed} of ${passed + failed.length}`;
  return skipped.length === 0 ? counts : `${counts}, ${skipped.length} skipped`;
}

/**
 * @param {Tally} tally
 * @returns {string} everything that people must know at the end; its last line counts
 */
export function closingReport(tally) {
  const lines = [
    ...section(
      'Skipped',
      tally.skipped.map(({ title, reason }) => `${title}: ${reason}`),
    ),
    ...section('Flaky (failed first, passed on a retry)', tally.flaky),
    ...section(
      'Failures',
      tally.failed.map(({ title, message }) => `${title}\n${indent(message, 6)}`),
    ),
  ];
  const counts = [`${tally.passed} passed`, `${tally.failed.length} failed`];
  if (tally.skipped.length > 0) counts.push(`${tally.skipped.length} skipped`);
  return [...lines, '', counts.join(', ')].join('\n');
}

/**
 * @param {Tally} tally
 * @returns {number} of `npm test`: success means that something ran and nothing failed
 */
export function exitCodeFor({ passed, failed }) {
  return passed > 0 && failed.length === 0 ? 0 : 1;
}

/**
 * @param {string} title
 * @param {readonly string[]} entries
 */
function section(title, entries) {
  return entries.length === 0 ? [] : ['', title, ...entries.map((entry) => `  ${entry}`)];
}

/**
 * @param {string} text
 * @param {number} width
 */
function indent(text, width) {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => ' '.repeat(width) + line)
    .join('\n');
}
