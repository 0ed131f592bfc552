// @ts-check
/** A Vitest reporter that writes a tally for run-tests.mjs. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { repoRoot } from './paths.mjs';
import { tallyFileVariable } from './tally.mjs';

/** @typedef {{ readonly message: string, readonly stack?: string | undefined }} TestError */

// Vitest loads reporters by their default export.
// oxlint-disable-next-line import/no-default-export
export default class VitestReport {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly TestError[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const file = process.env[tallyFileVariable];
    if (file !== undefined) writeFileSync(file, JSON.stringify(tallyOf(modules, unhandledErrors)));
  }
}

/**
 * @param {readonly import('vitest/node').TestModule[]} modules
 * @param {readonly TestError[]} unhandledErrors
 * @returns {import('./tally.mjs').Tally}
 */
function tallyOf(modules, unhandledErrors) {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  return {
    passed: tests.filter((test) => test.result().state === 'passed').length,
    failed: [
      ...tests.flatMap((test) => {
        const { state, errors } = test.result();
        // One that is still pending belongs to a worker that died.
        if (state !== 'failed' && state !== 'pending') return [];
        return [{ title: titleOf(test.module, test.fullName), message: describe(errors) || 'did not finish' }];
      }),
      ...modules.flatMap((module) => [module, ...module.children.allSuites()].flatMap(failuresOutsideTests)),
      ...unhandledErrors.map((error) => ({ title: 'unhandled error', message: describe([error]) })),
    ],
    skipped: tests.flatMap((test) => {
      const result = test.result();
      if (result.state !== 'skipped') return [];
      return [{ title: titleOf(test.module, test.fullName), reason: result.note ?? `marked ${test.options.mode}` }];
    }),
    flaky: tests.filter((test) => test.diagnostic()?.flaky === true).map((test) => titleOf(test.module, test.fullName)),
  };
}

/**
 * Files that could not be loaded and hooks that failed: errors that belong to no test.
 *
 * @param {import('vitest/node').TestModule | import('vitest/node').TestSuite} group
 */
function failuresOutsideTests(group) {
  const errors = group.errors();
  if (errors.length === 0) return [];
  const title = group.type === 'module' ? titleOf(group, '') : titleOf(group.module, group.fullName);
  return [{ title, message: describe(errors) }];
}

/**
 * @param {import('vitest/node').TestModule} module
 * @param {string} name
 */
function titleOf(module, name) {
  const file = path.relative(repoRoot, module.moduleId);
  return name === '' ? file : `${file} > ${name}`;
}

/** @param {readonly TestError[] | undefined} errors */
function describe(errors = []) {
  return errors.map((error) => error.message).join('\n');
}
