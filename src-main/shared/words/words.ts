import { cutText } from '#shared/cut-text.ts';
import { z } from 'zod';
import { parseJson } from '../parse-json.ts';
import { english } from './english.ts';

type Areas = typeof english;
type EveryKey = { [A in keyof Areas]: `${A}.${keyof Areas[A] & string}` }[keyof Areas];
type WithoutCount<K> = K extends `${infer Stem}_one` | `${infer Stem}_other` ? Stem : K;

/** The key of a sentence of ours; one with a plural is named without its ending. */
export type WordsKey = WithoutCount<EveryKey>;

type SentenceAt<K> = K extends `${infer A}.${infer Name}`
  ? A extends keyof Areas
    ? Name extends keyof Areas[A]
      ? Areas[A][Name]
      : never
    : never
  : never;
type Sentence<K extends string> = SentenceAt<K> | SentenceAt<`${K}_one`> | SentenceAt<`${K}_other`>;
type BlankName<B extends string> = B extends `${infer Name}, number` ? Name : B;
type Blanks<S> = S extends `${string}{{${infer B}}}${infer Rest}` ? BlankName<B> | Blanks<Rest> : never;
type BlanksOf<K extends string> = Blanks<Sentence<K>> | (`${K}_other` extends EveryKey ? 'count' : never);

/** What stands in a blank: a name, a number, what somebody else's program said, or words of ours again. */
export type WordsValue = string | number | Words;

/** A key that came over the wire or from the database: of another version, perhaps, or of nobody. Code makes Words of `WordsKey` alone. */
const ReceivedKey = z.string().max(200).brand<'WordsKey'>();

/** A sentence for people, to be worded in the language of whoever reads it. */
export interface Words {
  readonly key: WordsKey | z.infer<typeof ReceivedKey>;
  readonly values: Readonly<Record<string, WordsValue>>;
}

/** Words in words in words: an error names what it is about, and the error that it came from. Twice as deep as any of ours. */
const MAX_DEPTH = 10;

/** Made level by level: one that calls itself would go down as deep as whoever wrote a project liked, and throw a RangeError there. */
function wordsOfDepth(depth: number): z.ZodType<Words> {
  const plainly = [z.string(), z.number()] as const;
  return z.object({
    key: ReceivedKey,
    values: z.record(z.string(), depth <= 1 ? z.union(plainly) : z.union([...plainly, wordsOfDepth(depth - 1)])),
  });
}

export const Words = wordsOfDepth(MAX_DEPTH);

type Values<K extends string> = [BlanksOf<K>] extends [never] ? [] : [values: Readonly<Record<BlanksOf<K>, WordsValue>>];

/** Names a sentence of `english` and fills in its blanks; a wrong key, or a blank too few, does not compile. */
export function words<K extends WordsKey>(key: K, ...[values]: Values<K>): Words {
  return { key, values: values ?? {} };
}

/** The same sentences in a language; what is missing is said in English. */
export interface Language {
  /** BCP 47, for plurals and numbers. */
  readonly locale: string;
  readonly sentences: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** For the log, the command line, and wherever nobody chose a language. */
export function inEnglish(said: Words): string {
  return inLanguage({ locale: 'en', sentences: english }, said);
}

/** Nobody reads on for longer, and what a job says of its failure is shorter still. */
const MAX_WORDED_LENGTH = 10_000;
/** Short of that, so that the sentence around it, which says what to do, is read to its end. */
const MAX_BLANK_LENGTH = 5_000;

/** However often a sentence names a blank, and however words are nested, it takes no longer than to word each of them once. */
export function inLanguage(language: Language, said: Words): string {
  return worded(language, said, 1);
}

function worded(language: Language, { key, values }: Words, depth: number): string {
  if (depth > MAX_DEPTH) return '…';
  const sentence = sentenceIn(language, key, values['count']) ?? sentenceIn({ locale: 'en', sentences: english }, key, values['count']);
  // Of a newer studio's project: what is in the blanks says something, too.
  if (sentence === undefined)
    return cutText([key, ...Object.values(values).map((value) => inBlank(language, value, depth))].join(' '), MAX_WORDED_LENGTH);
  const inBlanks = new Map<string, string>();
  const filled = sentence.replaceAll(/\{\{(\w+)(, number)?\}\}/gu, (blank, name: string, isNumber: string | undefined) => {
    const said = inBlanks.get(blank) ?? inBlank(language, own(values, name) ?? '', depth, isNumber !== undefined);
    inBlanks.set(blank, said);
    return said;
  });
  // At each level, so that a blank which a sentence names twice does not double what is in it again and again.
  return cutText(filled, MAX_WORDED_LENGTH);
}

function inBlank(language: Language, value: WordsValue, depth: number, isNumber = false): string {
  if (typeof value === 'object') return worded(language, value, depth + 1);
  return isNumber && typeof value === 'number' ? value.toLocaleString(language.locale) : cutText(String(value), MAX_BLANK_LENGTH);
}

function sentenceIn({ locale, sentences }: Language, key: string, count: WordsValue | undefined): string | undefined {
  const [area = '', name = ''] = key.split('.');
  const plural = typeof count === 'number' ? new Intl.PluralRules(locale).select(count) : 'other';
  const ofArea = own(sentences, area) ?? {};
  return own(ofArea, name) ?? own(ofArea, `${name}_${plural}`);
}

/** Keys come from projects of anybody, too: what every object has besides is no sentence. */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** What is worded already: by another program, by the page itself, or by an earlier version. */
export function plain(text: string): Words {
  return words('common.plain', { text });
}

/** Longer and deeper ones were not written here. An error that names a stored label has one level more. */
const MAX_STORED_LENGTH = 10_000;
const StoredWords = wordsOfDepth(MAX_DEPTH / 2);

/** Of what is kept, which a project may have no longer that comes from elsewhere (`core/project/row-limits.ts`). */
const MAX_KEPT_LENGTH = 2_500;
/** Of what is kept of longer ones, each sign of which may take six in JSON. */
const MAX_BEGINNING_LENGTH = 400;

/** As it is kept in a column of text. What names something very long is kept in English, as far as people read. */
export function storedWords({ key, values }: Words): string {
  const stored = JSON.stringify({ key, values });
  return stored.length <= MAX_KEPT_LENGTH ? stored : JSON.stringify(plain(cutText(inEnglish({ key, values }), MAX_BEGINNING_LENGTH)));
}

/** Records of earlier versions have an English text in the place of a key. */
export function readStoredWords(stored: string): Words {
  const found = stored.startsWith('{') && stored.length <= MAX_STORED_LENGTH ? StoredWords.safeParse(parseJson(stored)) : null;
  return found?.success === true ? found.data : plain(stored);
}
