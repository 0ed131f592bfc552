// @ts-check
/** A Playwright reporter that writes a tally for run-tests.mjs. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { repoRoot } from './paths.mjs';
import { tallyFileVariable } from './tally.mjs';

/** @typedef {import('@playwright/test/reporter').TestCase} TestCase */

// Playwright loads reporters by their default export.
// oxlint-disable-next-line import/no-default-export
export default class PlaywrightReport {
  /** @type {readonly TestCase[]} */
  #tests = [];

  /** @type {import('@playwright/test/reporter').TestError[]} */
  #errors = [];

  /**
   * @param {import('@playwright/test/reporter').FullConfig} _config
   * @param {import('@playwright/test/reporter').Suite} suite
   */
  onBegin(_config, suite) {
    this.#tests = suite.allTests();
  }

  /** @param {import('@playwright/test/reporter').TestError} error one outside tests, such as a file that does not load */
  onError(error) {
    this.#errors.push(error);
  }

  onEnd() {
    const file = process.env[tallyFileVariable];
    if (file !== undefined) writeFileSync(file, JSON.stringify(tallyOf(this.#tests, this.#errors)));
  }

  /** The list reporter prints; this one does not. */
  printsToStdio() {
    return false;
  }
}

/**
 * @param {readonly TestCase[]} tests
 * @param {readonly import('@playwright/test/reporter').TestError[]} errors
 * @returns {import('./tally.mjs').Tally}
 */
function tallyOf(tests, errors) {
  const withOutcome = (/** @type {ReturnType<TestCase['outcome']>} */ outcome) => tests.filter((test) => test.outcome() === outcome);
  const flaky = withOutcome('flaky');
  return {
    passed: withOutcome('expected').length + flaky.length,
    failed: [
      ...withOutcome('unexpected').map((test) => ({ title: titleOf(test), message: describe(test.results.at(-1)?.errors ?? []) })),
      ...errors.map((error) => ({ title: 'outside tests', message: describe([error]) })),
    ],
    skipped: withOutcome('skipped').map((test) => ({ title: titleOf(test), reason: skipReason(test) })),
    flaky: flaky.map(titleOf),
  };
}

/** @param {TestCase} test */
function skipReason(test) {
  const said = test.annotations.find(({ type }) => type === 'skip' || type === 'fixme')?.description;
  return said ?? (test.results.length === 0 ? 'not run, because an earlier one failed' : 'marked as skipped');
}

/** @param {TestCase} test */
function titleOf(test) {
  const [, , , ...names] = test.titlePath();
  return [path.relative(repoRoot, test.location.file), ...names].join(' > ');
}

/** @param {readonly import('@playwright/test/reporter').TestError[]} errors */
function describe(errors) {
  const text = errors.map((error) => error.message ?? error.value ?? 'unknown error').join('\n');
  return stripVTControlCharacters(text);
}
