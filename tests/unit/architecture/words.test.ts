import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '#shared/contract/errors.ts';
import { english } from '#shared/words/english.ts';
import { type RawSentence, rawSentences, stringsIn } from '../../helpers/raw-sentences.ts';

const root = path.join(import.meta.dirname, '..', '..', '..');
const sources = globSync('{src-main,src-renderer,src-preload}/**/*.{ts,tsx}', { cwd: root })
  .map((file) => file.split(path.sep).join('/'))
  .filter((file) => !/shared\/words\/|i18n\/en/u.test(file))
  .map((file) => ({ file, text: readFileSync(path.join(root, file), 'utf8') }));

/** Who may word something by itself, and why. */
interface Allowed {
  readonly files: RegExp;
  readonly kind: RawSentence['kind'];
  /** Left out: all of this kind. */
  readonly texts?: RegExp;
  readonly reason: string;
}

const ALLOWED: readonly Allowed[] = [
  { files: /^src-main\/shared\/contract\/errors\.ts$/u, kind: 'plain', reason: 'what other programs and earlier versions said' },
  { files: /^src-main\/shared\/steps\/problem\.ts$/u, kind: 'plain', reason: 'records of earlier versions' },
  { files: /^src-main\/(?:shared\/steps|core\/steps\/clips)\//u, kind: 'plain', reason: 'notes, which are English' },
  { files: /^src-main\/core\/jobs\/job-failure\.ts$/u, kind: 'plain', reason: 'what other programs said, cut to its length' },
  { files: /^src-main\/hosts\/electron\/core-supervisor\.ts$/u, kind: 'plain', reason: 'what a core said that could not word it' },
  { files: /^src-main\/hosts\/cli\/commands\/endpoint\.ts$/u, kind: 'plain', reason: 'what zod says of an endpoint, on the command line' },
  { files: /^src-renderer\//u, kind: 'plain', reason: 'what the page has worded by its own texts' },
  {
    files: /^src-main\/core\/(?:exchange\/(?:formats\/importers|imports)\/|project\/videos\/named-files\.ts$)/u,
    kind: 'report',
    reason: 'notes on records, which are English',
  },
  { files: /^src-renderer\/app\/shell\/StatusBar\.tsx$/u, kind: 'page', texts: /^(?:ffmpeg |v)\{/u, reason: 'a name and a version' },
];

function isAllowed(file: string, { kind, text }: RawSentence): boolean {
  return ALLOWED.some((allowed) => allowed.kind === kind && allowed.files.test(file) && (allowed.texts?.test(text) ?? true));
}

describe('no sentence is written where it is used instead of among the others', () => {
  it('in the studio', () => {
    const raw = sources.flatMap(({ file, text }) =>
      rawSentences(file, text)
        .filter((found) => !isAllowed(file, found))
        .map(({ line, text: shown }) => `${file}:${line} ${shown}`),
    );
    expect(raw).toEqual([]);
  });

  it('where something is allowed it is needed', () => {
    const idle = ALLOWED.filter(
      ({ files, kind }) =>
        !sources.some(({ file, text }) => files.test(file) && rawSentences(file, text).some((found) => found.kind === kind)),
    );
    expect(idle).toEqual([]);
  });

  it.each([
    ['plain with a literal', 'plain', `import { plain } from '#shared/words/words.ts'; throw new AppError('busy', plain('It is busy'));`],
    ['plain with a value', 'plain', `import { plain } from '../words/words.ts'; const said = plain(text);`],
    ['plain handed on', 'plain', `import { plain } from '#shared/words/words.ts'; const all = notes.map(plain);`],
    ['a notice', 'report', `events.emit('notice', { level: 'info', title: 'Model installed', message });`],
    ['a notice with a value in it', 'report', 'events.emit("notice", { level: "info", title, message: `${name} is ready` });'],
    ['something left out', 'report', `context.onLeftOut(placeOf(document), 'no shots found yet');`],
    ['something left out for one of two reasons', 'report', `onLeftOut(where, isSpeech ? 'no speech' : words('exchange.noCaptions'));`],
    ['a note with a value in it', 'report', 'context.onNote(name, `${count} times it has NaN`);'],
    ['a problem in an object', 'report', `noteProblem({ where, reason: 'It failed' });`],
    ['a text of an element', 'page', `const Page = () => <p>Nothing here</p>;`],
    ['a text in braces', 'page', `const Page = () => <p>{isOpen ? 'Open' : t('shell.closed')}</p>;`],
    ['a label', 'page', `const Page = () => <Button aria-label="Close" />;`],
    ['a composed label', 'page', 'const Page = () => <Button title={`Close ${name}`} />;'],
  ])('is found: %s', (_what, kind, source) => {
    expect(rawSentences('toy.tsx', source).map((found) => found.kind)).toEqual([kind]);
  });

  it.each([
    ['words', `context.onLeftOut(where, words('exchange.noShots'), 'special-tokens');`],
    ['another function of that name', `function plain(text: string) { return text; } plain('a b');`],
    ['what is not read', `const Page = () => <Button className="wide label" title={t('common.close')}>{' · '}{count}</Button>;`],
    ['marks between values', 'const Page = () => <Text title={`${from} – ${to}`}>×</Text>;'],
    ['other events', `events.emit('changed', { table: 'videos', title: 'a b' });`],
  ])('is not seen in: %s', (_what, source) => {
    expect(rawSentences('toy.tsx', source)).toEqual([]);
  });

  it('is no error either: its key does not compile', () => {
    // @ts-expect-error -- a sentence is no key
    expect(new AppError('busy', { key: 'Raw sentence', values: {} })).toBeInstanceOf(AppError);
  });
});

/** Keys, those with a plural without its ending. */
function keysOf(texts: object, prefix = ''): string[] {
  return Object.entries(texts).flatMap(([name, text]: [string, unknown]) =>
    typeof text === 'object' && text !== null ? keysOf(text, `${prefix}${name}.`) : [`${prefix}${name.replace(/_(?:one|other)$/u, '')}`],
  );
}

/** Those that no source names, whole or by their beginning and end. */
function unused(keys: readonly string[], all: readonly { readonly file: string; readonly text: string }[]): string[] {
  const named = all.map(({ file, text }) => stringsIn(file, text));
  const whole = new Set(named.flatMap(({ whole: each }) => [...each]));
  const composed = named.flatMap((each) => each.composed).filter(({ prefix }) => /^[a-zA-Z]+\./u.test(prefix));
  return [...new Set(keys)].filter(
    (key) => !whole.has(key) && !composed.some(({ prefix, suffix }) => key.startsWith(prefix) && key.endsWith(suffix)),
  );
}

describe('every sentence is said somewhere', () => {
  it('of the core', () => {
    expect(unused(keysOf(english), sources).filter((key) => key !== 'common.plain')).toEqual([]);
  });

  it('of the page', async () => {
    // By its path, for the page is another project of the type checker.
    const { en } = (await import(path.join(root, 'src-renderer', 'i18n', 'en.ts'))) as { en: object };
    const page = sources.filter(({ file }) => file.startsWith('src-renderer/'));
    expect(unused(keysOf(en), page)).toEqual([]);
  });

  it('one that nothing names is found, and one that is put together is not', () => {
    const texts = { list: { empty: 'Nothing', rows_one: 'One row', rows_other: 'Rows', state: { open: 'Open', shut: 'Shut' } } };
    const toy = { file: 'toy.ts', text: "t('list.rows', { count }); t(`list.state.${state}`);" };
    expect(unused(keysOf(texts), [toy])).toEqual(['list.empty']);
  });
});
