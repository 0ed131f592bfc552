import fc from 'fast-check';
import { z } from 'zod';

/** The part of JSON Schema that zod writes for the inputs of the contract. */
interface JsonSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
}

/** Values that really exist, by the name of the key that they may stand under: `videoId`, `jobId`, … */
export type KnownValues = ReadonlyMap<string, readonly unknown[]>;

type Json = fc.Arbitrary<unknown>;

/** An address where nothing listens: whatever is tried, nobody outside is asked. */
const NOWHERE = 'http://127.0.0.1:9/v1';

/** Keys whose values decide what is reached or how long it takes, whatever else is tried. */
const FIXED: ReadonlyMap<string, Json> = new Map<string, Json>([
  ['allowNetwork', fc.constant(false)],
  ['baseUrl', fc.constant(NOWHERE)],
  ['timeoutSeconds', fc.constant(5)],
]);

const LONG = 'long '.repeat(2_000);

const nested = (depth: number): unknown => (depth === 0 ? [] : [nested(depth - 1)]);

/** Nothing of it harms anybody; all of it is what a careless program trips over. */
const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  0.5,
  1e308,
  -1e308,
  2 ** 53,
  2 ** 31,
  1e-320,
  '',
  ' ',
  'null',
  '0',
  '\u0000',
  'a\u0000b',
  '\u2028',
  '\ud800',
  '🎬',
  'ﬀ',
  LONG,
  '../other',
  '/',
  '%2e%2e',
  'file:///nothing',
  'C:\\nothing',
  '*',
  '"',
  "'",
  '`',
  '\\',
  '{{prompt}}',
  '$1',
  'NEAR(',
  'AND OR',
  '__proto__',
  'constructor',
  [],
  {},
  [[]],
  [null],
  [{}],
  { '': '' },
  nested(20),
  nested(200),
  Array.from({ length: 2_000 }, () => null),
  Array.from({ length: 500 }, (_, index) => String(index)),
  { length: 3 },
  { toString: 1 },
];

const oddValue: Json = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...ODD_VALUES) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

/** Inputs of a procedure: some that its schema takes, some that are taken apart. JSON-safe. */
export function inputsOf(input: z.ZodType, known: KnownValues): Json {
  const valid = arbitraryOf(z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as JsonSchema, '', known);
  const changed = fc
    .tuple(valid, fc.array(changeArbitrary, { minLength: 1, maxLength: 3 }))
    .map(([value, changes]) => changes.reduce(applyChange, value));
  return fc.oneof({ weight: 6, arbitrary: valid }, { weight: 4, arbitrary: changed }, { weight: 1, arbitrary: oddValue });
}

function arbitraryOf(schema: JsonSchema, key: string, known: KnownValues): Json {
  const fixed = FIXED.get(key);
  if (fixed !== undefined) return fixed;
  const real = known.get(singular(key));
  const made = shapeOf(schema, key, known);
  if (real === undefined || real.length === 0 || (schema.type !== 'string' && schema.type !== 'integer')) return made;
  return fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...real) }, { weight: 1, arbitrary: made });
}

function shapeOf(schema: JsonSchema, key: string, known: KnownValues): Json {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map((choice) => arbitraryOf(choice, key, known)));
  switch (schema.type ?? 'anything') {
    case 'string':
      return strings(schema);
    case 'integer':
      return fc.integer({
        min: Math.ceil(Math.max(schema.minimum ?? lowest(schema), -(2 ** 31))),
        max: Math.min(schema.maximum ?? 2 ** 31, 2 ** 31),
      });
    case 'number':
      return fc.double({ min: schema.minimum ?? lowest(schema), max: schema.maximum ?? 1e9, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(arbitraryOf(schema.items ?? {}, key, known), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 6, Math.max(6, schema.minItems ?? 0)),
      });
    case 'object':
      return objects(schema, known);
    default:
      return oddValue;
  }
}

function lowest({ exclusiveMinimum }: JsonSchema): number {
  return exclusiveMinimum === undefined ? -1e9 : exclusiveMinimum + 1e-9;
}

function strings({ pattern, minLength = 0, maxLength = 60 }: JsonSchema): Json {
  // A pattern without a length of its own would give strings without end.
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern, 'u')).filter((text) => text.length <= maxLength);
  return fc.string({ unit: 'binary', minLength, maxLength: Math.min(maxLength, Math.max(minLength, 60)) });
}

function objects({ properties = {}, required = [], additionalProperties }: JsonSchema, known: KnownValues): Json {
  const members = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, arbitraryOf(schema, name, known)]));
  const named = fc.record(members, { requiredKeys: [...required] });
  if (typeof additionalProperties !== 'object') return named;
  return fc
    .tuple(named, fc.dictionary(fc.string({ maxLength: 12 }), arbitraryOf(additionalProperties, '', known), { maxKeys: 4 }))
    .map(([fixed, free]) => ({ ...free, ...fixed }));
}

/** `videoIds` holds what `videoId` is; `mediaGrantId` is a `grantId`. */
function singular(key: string): string {
  const one = key.replace(/s$/, '');
  return one.endsWith('GrantId') ? 'grantId' : one;
}

interface Change {
  readonly how: 'replace' | 'remove' | 'add' | 'wrap' | 'double';
  /** Which of the places in the value; counted round. */
  readonly place: number;
  readonly value: unknown;
}

const changeArbitrary: fc.Arbitrary<Change> = fc.record({
  how: fc.constantFrom('replace', 'replace', 'remove', 'add', 'wrap', 'double'),
  place: fc.nat(1_000),
  value: oddValue,
});

type Container = Record<string, unknown> | unknown[];

/** Changes one place of a JSON value; what decides whom the studio reaches stays as it is. */
function applyChange(input: unknown, { how, place, value }: Change): unknown {
  const copy = structuredClone(input);
  const places = placesOf(copy).filter(({ key }) => !FIXED.has(key));
  const chosen = places[place % Math.max(1, places.length)];
  if (chosen === undefined) return how === 'wrap' ? [copy] : value;
  const { holder, key } = chosen;
  const old: unknown = Reflect.get(holder, key);
  if (how === 'remove') Reflect.deleteProperty(holder, key);
  else if (how === 'add') Reflect.set(holder, Array.isArray(holder) ? String(holder.length) : 'unknownKey', value);
  else if (how === 'double' && Array.isArray(old)) Reflect.set(holder, key, [...(old as unknown[]), ...(old as unknown[])]);
  else Reflect.set(holder, key, how === 'wrap' ? [old] : value);
  return copy;
}

function placesOf(value: unknown): { holder: Container; key: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Container;
  return Object.entries(holder).flatMap(([key, inner]) => [{ holder, key }, ...placesOf(inner)]);
}
