import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { check } from 'recheck';
import { parseSync, Visitor } from 'vite';
import { expect, it, vi } from 'vitest';

const root = path.join(import.meta.dirname, '..', '..', '..');
/** Many times what it needs for any that it can judge, also where others use the machine: what it has no time to prove, it guesses at. */
const TIMEOUT_MS = 100_000;
/** It counts steps; and what takes longer than these, as on a busy machine, it takes for slow. */
const BY_STEPS = { incubationTimeout: TIMEOUT_MS, attackTimeout: TIMEOUT_MS };
const AT_ONCE = 2;

/** How expressions begin that take longer than linear, or that cannot be judged in time, and why no text makes them slow. */
const ALLOWED: Readonly<Record<string, string>> = {
  'cue-timing.ts /(?<=\\d\\s*)': 'no line of more than 300 letters is looked at',
  'cue-timing.ts /^(?:(?<number>': 'no line of more than 300 letters is looked at',
  'cue-timing.ts /\\d{1,4}\\s*:': 'no line of more than 300 letters is looked at',
  'cue-timing.ts /^-?\\d{1,4}\\s*:': 'no line of more than 300 letters is looked at',
  'text-rules.ts /^[\\s"\'([{<]*(?:n': 'no text of 200 letters is looked at',
  'cue-text.ts /<(?:\\/\\s*)?(?:b|i': 'all begins with <, and nothing behind that holds one',
  'special-tokens.ts /<\\s*(': 'all begins with <, and nothing behind that holds one',
  'shot-markers.ts /[[【]': 'all begins with [, and between two numbers stands what neither holds',
};

interface Expression {
  readonly file: string;
  readonly source: string;
  readonly flags: string;
}

const files = globSync('{src-main,src-renderer,src-preload}/**/*.{ts,tsx}', { cwd: root }).map((file) => ({
  file,
  text: readFileSync(path.join(root, file), 'utf8'),
}));

function written(): Expression[] {
  return files.flatMap(({ file, text }) => {
    const found: Expression[] = [];
    new Visitor({
      Literal(node) {
        if ('regex' in node) found.push({ file, source: node.regex.pattern, flags: node.regex.flags });
      },
    }).visit(parseSync(file, text).program);
    return found;
  });
}

/** Those that modules put together when they are loaded. */
async function built(): Promise<Expression[]> {
  const found: Expression[] = [];
  const ofModules = files.filter(({ text }) => /^(?:export )?const \w+ = new RegExp\(/mu.test(text));
  for (const { file } of ofModules) {
    vi.stubGlobal(
      'RegExp',
      class extends RegExp {
        constructor(...args: ConstructorParameters<typeof RegExp>) {
          super(...args);
          found.push({ file, source: this.source, flags: this.flags });
        }
      },
    );
    // Another test may have loaded it already.
    await import(`${pathToFileURL(path.join(root, file)).href}?anew`).finally(() => vi.unstubAllGlobals());
  }
  expect(ofModules.filter(({ file }) => !found.some((one) => one.file === file))).toEqual([]);
  return found;
}

const keyOf = ({ file, source, flags }: Expression): string => `${path.basename(file)} /${source}/${flags}`;
const isAllowed = (one: Expression): boolean => Object.keys(ALLOWED).some((begun) => keyOf(one).startsWith(begun));

async function judged(one: Expression): Promise<string | null> {
  const flags = one.flags.replaceAll(/[dv]/gu, (flag) => (flag === 'v' ? 'u' : ''));
  const found = await check(one.source, flags, { timeout: TIMEOUT_MS, ...BY_STEPS });
  return found.status === 'safe' ? null : `${keyOf(one)}: ${found.status === 'vulnerable' ? found.complexity.summary : found.status}`;
}

// What others write is matched on the thread that answers everybody. A pattern whose parts can share a stretch of text in many ways tries all of them.
it('no regular expression takes longer than its text is long', { timeout: 400_000 }, async () => {
  const all = new Map([...written(), ...(await built())].map((one) => [`${one.source}/${one.flags}`, one]));
  const repeating = [...all.values()].filter(({ source }) => /[*+]|\{\d+,/u.test(source));
  expect(repeating.length).toBeGreaterThan(150);
  const allowed = repeating.filter(isAllowed).map(keyOf);
  expect(Object.keys(ALLOWED).filter((begun) => !allowed.some((key) => key.startsWith(begun)))).toEqual([]);
  const open = repeating.filter((one) => !isAllowed(one));
  const slow: (string | null)[] = [];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let one = open.pop(); one !== undefined; one = open.pop()) slow.push(await judged(one));
    }),
  );
  expect(slow.filter((one) => one !== null).toSorted()).toEqual([]);
});
