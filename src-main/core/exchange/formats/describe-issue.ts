import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** What is expected, in plain words; others are named as they are. */
const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
};
const MAX_QUOTED_LENGTH = 40;
/** How the schema library begins its own sentences; any other was written for people, as what follows the name of a field. */
const OWN_SENTENCE = /^(?:Invalid|Too|Unrecognized)\b/u;

/**
 * What a schema finds wrong with something from a file, in plain words: which field, what stands there, and what was expected. Places in lists are counted from 1.
 * @param name of the whole, which has no key: `its list of shots`
 */
export function describeIssue(issue: Issue, value: unknown, name = 'it'): string {
  const closest = issue.code === 'invalid_union' ? closestIn(issue.errors) : null;
  if (closest !== null) return describeIssue({ ...closest, path: [...issue.path, ...closest.path] }, value, name);
  return `${fieldOf(issue.path, name)} ${problemOf(issue, valueAt(value, issue.path))}`;
}

function fieldOf(path: readonly PropertyKey[], name: string): string {
  const parts = path.map((part) =>
    typeof part === 'number' ? `entry ${(part + 1).toLocaleString('en')}` : String(part).slice(0, MAX_QUOTED_LENGTH),
  );
  const isInside = parts.length === 0 || typeof path[0] === 'number';
  return [...parts.toReversed(), ...(isInside ? [name] : [])].join(' of ');
}

function problemOf(issue: Issue, value: unknown): string {
  if (!OWN_SENTENCE.test(issue.message)) return issue.message;
  // Larger than any that is counted with.
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) return 'is a number beyond all bounds';
  if (issue.code === 'too_big') return `${beyond(issue.origin, 'more')} ${issue.maximum.toLocaleString('en')}${unitOf(issue.origin)}`;
  if (issue.code === 'too_small') return `${beyond(issue.origin, 'fewer')} ${issue.minimum.toLocaleString('en')}${unitOf(issue.origin)}`;
  const kinds = kindsIn(issue);
  if (kinds.length === 0) return 'is not what is expected there';
  return value === undefined ? 'is missing' : `is ${received(value)}, not ${kinds.join(' or ')}`;
}

/** What may stand there. */
function kindsIn(issue: Issue): string[] {
  if (issue.code === 'invalid_type') return [kindOf(issue.expected)];
  if (issue.code !== 'invalid_union') return [];
  return [...new Set(issue.errors.flatMap(([first]) => (first === undefined ? [] : kindsIn(first))))];
}

function beyond(origin: string, which: 'more' | 'fewer'): string {
  return unitOf(origin) === '' ? `is ${which === 'more' ? 'greater' : 'less'} than` : `has ${which} than`;
}

function unitOf(origin: string): string {
  return origin === 'string' ? ' characters' : origin === 'array' ? ' entries' : '';
}

function kindOf(expected: string): string {
  return KINDS[expected] ?? expected;
}

function received(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value !== 'string') return String(value);
  const text = value.length > MAX_QUOTED_LENGTH ? `${value.slice(0, MAX_QUOTED_LENGTH - 1)}…` : value;
  return `the text "${text}"`;
}

/** Of several shapes that something may have, what is wrong with the one that it comes closest to; null where it has none of their kinds. */
function closestIn(shapes: readonly (readonly Issue[])[]): Issue | null {
  const inside = shapes.filter(([first]) => first !== undefined && (first.path.length > 0 || first.code !== 'invalid_type'));
  const [closest] = inside.toSorted((left, right) => left.length - right.length);
  return closest?.[0] ?? null;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const part of path) at = typeof at === 'object' && at !== null ? (at as Readonly<Record<PropertyKey, unknown>>)[part] : undefined;
  return at;
}
