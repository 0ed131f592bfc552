import { z } from 'zod';
import { assertNever } from '#shared/assert.ts';

/** One control of a form that is made from a JSON Schema. `label` falls back to the field's name. */
export type FormField = { readonly name: string; readonly label: string } & (
  | { readonly kind: 'choice'; readonly choices: readonly string[]; readonly initial: string }
  | { readonly kind: 'toggle'; readonly initial: boolean }
  | {
      readonly kind: 'number';
      readonly min: number | null;
      readonly max: number | null;
      readonly isInteger: boolean;
      readonly initial: number | null;
    }
  | { readonly kind: 'text'; readonly maxLength: number | null; readonly isLong: boolean; readonly initial: string }
);

export type FormValues = Readonly<Record<string, unknown>>;

const Property = z.object({
  type: z.string().optional(),
  enum: z.array(z.string()).optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  maxLength: z.number().optional(),
});
type Property = z.infer<typeof Property>;

const ObjectSchema = z.object({ properties: z.record(z.string(), z.unknown()).default({}) });

/** Texts longer than this get a box of several lines. */
const LONG_TEXT = 200;

/**
 * The controls for an options schema (JSON Schema of a flat object, as zod writes it). A property of a shape that has no control
 * is left out: the exporter then uses its own default.
 */
export function fieldsOf(schema: unknown): FormField[] {
  const parsed = ObjectSchema.safeParse(schema);
  if (!parsed.success) return [];
  return Object.entries(parsed.data.properties).flatMap(([name, value]) => {
    const property = Property.safeParse(value);
    const field = property.success ? fieldOf(name, property.data) : null;
    return field === null ? [] : [field];
  });
}

function fieldOf(name: string, property: Property): FormField | null {
  const base = { name, label: property.description ?? name };
  const initial = property.default;
  if (property.enum !== undefined) {
    return { ...base, kind: 'choice', choices: property.enum, initial: typeof initial === 'string' ? initial : (property.enum[0] ?? '') };
  }
  switch (property.type) {
    case 'boolean':
      return { ...base, kind: 'toggle', initial: initial === true };
    case 'integer':
    case 'number':
      return {
        ...base,
        kind: 'number',
        // zod writes the limits of safe integers where there are none: no limit that a person needs to know.
        min: limitOf(property.minimum),
        max: limitOf(property.maximum),
        isInteger: property.type === 'integer',
        initial: typeof initial === 'number' ? initial : null,
      };
    case 'string': {
      const maxLength = property.maxLength ?? null;
      return {
        ...base,
        kind: 'text',
        maxLength,
        isLong: maxLength === null || maxLength > LONG_TEXT,
        initial: typeof initial === 'string' ? initial : '',
      };
    }
    case undefined:
    default:
      return null;
  }
}

function limitOf(value: number | undefined): number | null {
  return value === undefined || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? null : value;
}

export function initialValues(fields: readonly FormField[]): FormValues {
  return Object.fromEntries(fields.filter(({ initial }) => initial !== null).map(({ name, initial }) => [name, initial]));
}

/** False while a value cannot be what its field asks for (an empty number box, say): nothing is sent then. */
export function isComplete(fields: readonly FormField[], values: FormValues): boolean {
  return fields.every((field) => fits(field, values[field.name]));
}

function fits(field: FormField, value: unknown): boolean {
  switch (field.kind) {
    case 'choice':
      return typeof value === 'string' && field.choices.includes(value);
    case 'toggle':
      return typeof value === 'boolean';
    case 'number':
      return value === undefined
        ? field.initial === null
        : typeof value === 'number' &&
            (!field.isInteger || Number.isInteger(value)) &&
            value >= (field.min ?? -Infinity) &&
            value <= (field.max ?? Infinity);
    case 'text':
      return typeof value === 'string' && value.length <= (field.maxLength ?? Infinity);
    default:
      return assertNever(field);
  }
}

/** Of these choices those that the fields of another form offer, too. */
export function choicesToKeep(values: FormValues, names: readonly string[], fields: readonly FormField[]): FormValues {
  const isOffered = (name: string): boolean =>
    fields.some((field) => field.name === name && field.kind === 'choice' && field.choices.some((choice) => choice === values[name]));
  return Object.fromEntries(names.filter(isOffered).map((name) => [name, values[name]]));
}
