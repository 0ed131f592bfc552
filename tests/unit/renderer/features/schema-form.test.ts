import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { choicesToKeep, fieldsOf, initialValues, isComplete } from '../../../../src-renderer/features/transfer/schema-form.ts';

/** Options as an exporter states them; the form sees only the JSON Schema that zod makes of it. */
const options = z.object({
  texts: z.enum(['accepted', 'all']).default('accepted').describe('Which texts'),
  speech: z.boolean().default(true).describe('With the speech'),
  shards: z.int().min(1).max(1000).default(1).describe('Number of files'),
  threshold: z.number().min(0).max(1).optional(),
  prompt: z.string().min(1).max(4000).default('Describe: {asr}').describe('Prompt'),
  prefix: z.string().max(40).default(''),
  nested: z.object({ a: z.string() }).optional(),
});
const fields = fieldsOf(z.toJSONSchema(options, { io: 'input' }));

describe('a form from a JSON schema', () => {
  test('has one control per option, of the fitting kind, with its limits', () => {
    expect(fields).toEqual([
      { name: 'texts', label: 'Which texts', kind: 'choice', choices: ['accepted', 'all'], initial: 'accepted' },
      { name: 'speech', label: 'With the speech', kind: 'toggle', initial: true },
      { name: 'shards', label: 'Number of files', kind: 'number', min: 1, max: 1000, isInteger: true, initial: 1 },
      { name: 'threshold', label: 'threshold', kind: 'number', min: 0, max: 1, isInteger: false, initial: null },
      { name: 'prompt', label: 'Prompt', kind: 'text', maxLength: 4000, isLong: true, initial: 'Describe: {asr}' },
      { name: 'prefix', label: 'prefix', kind: 'text', maxLength: 40, isLong: false, initial: '' },
    ]);
  });

  test('does not show the limits of whole numbers as limits', () => {
    const [field] = fieldsOf(z.toJSONSchema(z.object({ seed: z.int().default(0) }), { io: 'input' }));
    expect(field).toMatchObject({ min: null, max: null });
  });

  test('begins with values that the schema itself accepts', () => {
    expect(options.safeParse(initialValues(fields)).success).toBe(true);
    expect(isComplete(fields, initialValues(fields))).toBe(true);
  });

  test('is incomplete while a value does not fit', () => {
    const values = initialValues(fields);
    expect(isComplete(fields, { ...values, shards: undefined })).toBe(false);
    expect(isComplete(fields, { ...values, shards: 0 })).toBe(false);
    expect(isComplete(fields, { ...values, shards: 1.5 })).toBe(false);
    expect(isComplete(fields, { ...values, texts: 'none' })).toBe(false);
    expect(isComplete(fields, { ...values, prefix: 'x'.repeat(41) })).toBe(false);
  });

  test('of something that is no object schema is empty', () => {
    expect(fieldsOf(undefined)).toEqual([]);
    expect(fieldsOf({ type: 'string' })).toEqual([]);
  });
});

test('what was chosen stays where another form offers it, too', () => {
  const given = { texts: 'all', split: 'val', speech: false };
  expect(choicesToKeep(given, ['texts', 'split'], fields)).toEqual({ texts: 'all' });
  expect(choicesToKeep({ texts: 'none' }, ['texts'], fields)).toEqual({});
});
