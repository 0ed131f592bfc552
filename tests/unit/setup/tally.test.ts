import { describe, expect, it } from 'vitest';
import { electronArguments } from '../../../src-main/setup/open-studio.mjs';
import { hasDisplay } from '../../../src-main/setup/display.mjs';
import { chooseStages, hasTests, stages } from '../../../src-main/setup/stages.mjs';
import { addTallies, closingReport, describeTally, emptyTally, exitCodeFor, trustExitCode } from '../../../src-main/setup/tally.mjs';

const passed = { ...emptyTally, passed: 3 };
const mixed = {
  passed: 2,
  failed: [{ title: 'a.test.ts > splits', message: 'expected 1\nto be 2' }],
  skipped: [{ title: 'b.test.ts > GPU', reason: 'no GPU here' }],
  flaky: ['c.spec.ts > opens'],
};

describe('counting', () => {
  it('closes with one line that counts everything', () => {
    expect(closingReport(passed).split('\n').at(-1)).toBe('3 passed, 0 failed');
    expect(
      closingReport(addTallies([passed, mixed]))
        .split('\n')
        .at(-1),
    ).toBe('5 passed, 1 failed, 1 skipped');
  });

  it('names what failed, what was skipped and why, and what passed only on a retry', () => {
    const report = closingReport(mixed);
    expect(report).toContain('a.test.ts > splits\n      expected 1\n      to be 2');
    expect(report).toContain('b.test.ts > GPU: no GPU here');
    expect(report).toMatch(/Flaky.*\n {2}c\.spec\.ts > opens/);
  });

  it('keeps the closing form out of the lines of single stages', () => {
    expect(describeTally(mixed)).toBe('2 of 3, 1 skipped');
  });

  it('succeeds only when something ran and nothing failed', () => {
    expect(exitCodeFor(passed)).toBe(0);
    expect(exitCodeFor(mixed)).toBe(1);
    expect(exitCodeFor(emptyTally)).toBe(1);
    expect(exitCodeFor({ ...emptyTally, skipped: mixed.skipped })).toBe(1);
  });

  it('believes a tool that ended badly more than its counts', () => {
    expect(trustExitCode(passed, { stage: 'unit', code: 0, signal: null })).toEqual(passed);
    expect(trustExitCode(mixed, { stage: 'unit', code: 1, signal: null })).toEqual(mixed);
    expect(trustExitCode(passed, { stage: 'unit', code: 1, signal: null }).failed).toHaveLength(1);
    expect(trustExitCode(undefined, { stage: 'e2e', code: null, signal: 'SIGKILL' }).failed[0]?.message).toContain('SIGKILL');
    expect(trustExitCode(undefined, { stage: 'e2e', code: 0, signal: null }).failed).toHaveLength(1);
  });
});

describe('choosing stages', () => {
  it('runs all by default, and the chosen ones in their order', () => {
    expect(chooseStages([])).toBe(stages);
    expect(chooseStages(['--only', 'e2e,unit']).map((stage) => stage.id)).toEqual(['unit', 'e2e']);
  });

  it('names the stages to someone who mistypes one', () => {
    expect(() => chooseStages(['--only', 'units'])).toThrow(/no stage units.*unit, core/s);
    expect(() => chooseStages(['--fast'])).toThrow(/Usage: npm test/);
  });

  it('knows where tests are and where there are none', () => {
    const [unit] = chooseStages(['--only', 'unit']);
    expect(unit && hasTests(unit)).toBe(true);
    expect(unit && hasTests(unit, '/nowhere')).toBe(false);
  });
});

describe('opening the studio', () => {
  it('needs a display on Linux only', () => {
    expect(hasDisplay({}, 'linux')).toBe(false);
    expect(hasDisplay({ DISPLAY: ':0' }, 'linux')).toBe(true);
    expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(true);
    expect(hasDisplay({}, 'darwin')).toBe(true);
  });

  it('gives up the sandbox for root on Linux, and for nobody else', () => {
    expect(electronArguments('linux', 0)).toContain('--no-sandbox');
    expect(electronArguments('linux', 1000)).not.toContain('--no-sandbox');
    expect(electronArguments('win32', undefined)).not.toContain('--no-sandbox');
  });
});
