import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isBeyondContract } from '#shared/contract/input-size.ts';
import { procedures } from '#shared/contract/procedures.ts';
import { ClientMessage } from '#shared/contract/wire.ts';
import { MAX_TEXT_LENGTH } from '#shared/domain/text.ts';
import { steps } from '#shared/steps/steps.ts';

/** Far below it, so that a reader cannot be held up by one value of a message. */
const MOST_ELEMENTS = 50_000;
const MOST_LETTERS = MAX_TEXT_LENGTH;

/** Places below `schema` that take texts, lists or anything at all without an end. */
function endless(schema: z.core.$ZodType, at: string): string[] {
  const inner = (of: z.core.$ZodType, name: string): string[] => endless(of, `${at}${name}`);
  if (schema instanceof z.ZodObject) return Object.entries(schema.shape).flatMap(([key, of]) => inner(of as z.core.$ZodType, `.${key}`));
  if (schema instanceof z.ZodArray) {
    const most = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }).maxItems ?? Infinity;
    return [...(most > MOST_ELEMENTS ? [`${at}[]`] : []), ...inner(schema.element, '[]')];
  }
  // How many names one object may have is looked at before any schema is (`input-size.ts`).
  if (schema instanceof z.ZodRecord) return [...inner(schema.keyType, '{key}'), ...inner(schema.valueType, '{value}')];
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((of, index) => inner(of, `|${index}`));
  if (schema instanceof z.ZodPipe) return inner(schema.in, '');
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return inner(schema.unwrap(), '');
  if (schema instanceof z.ZodEnum || schema instanceof z.ZodLiteral || schema instanceof z.ZodBoolean || schema instanceof z.ZodNull)
    return [];
  if (schema instanceof z.ZodNumber) return [];
  if (schema instanceof z.ZodString || schema instanceof z.ZodURL) return (schema.maxLength ?? Infinity) > MOST_LETTERS ? [at] : [];
  return [`${at} (${schema._zod.def.type})`];
}

describe('what a client may send', () => {
  it('has an end in each of its texts and lists', () => {
    const inputs = Object.entries(procedures).flatMap(([area, those]) =>
      Object.entries(those).map(([name, { input }]): [string, z.core.$ZodType] => [`${area}.${name}`, input]),
    );
    expect(inputs.length).toBeGreaterThan(50);
    expect(inputs.flatMap(([path, input]) => endless(input, path))).toEqual([]);
  });

  it('is found out to have none where it has none', () => {
    const open = z.object({ a: z.string(), b: z.array(z.int()).optional(), c: z.record(z.string(), z.string().max(3)), d: z.unknown() });
    expect(endless(open, 'open')).toEqual(['open.a', 'open.b[]', 'open.c{key}', 'open.d (unknown)']);
  });

  it('names a procedure and a step in few letters', () => {
    const long = 'x'.repeat(1_000_000);
    expect(ClientMessage.safeParse({ type: 'call', id: 1, path: long }).success).toBe(false);
    for (const { request } of steps) if (request !== null) expect(request.safeParse({ kind: long }).success).toBe(false);
  });

  it('holds lists and names alone, whatever a page could send', () => {
    expect(isBeyondContract({ shotIds: ['a'], at: [{ frame: 1, locked: null }] })).toBe(false);
    for (const other of [new Map([['a', 1]]), new Set(), new Uint8Array(2), new Error('words')])
      expect.soft(isBeyondContract({ a: [other] }), other.constructor.name).toBe(true);
  });
});
