import { z } from 'zod';
import type { Exporter, Importer } from '#core/exchange/formats/format.ts';
import type { FormatInfo } from '#shared/contract/views.ts';
import { WrongUsage } from './wrong-usage.ts';

function optionNames({ optionsSchema }: Exporter | Importer): string[] {
  return Object.keys(z.toJSONSchema(optionsSchema, { io: 'input' }).properties ?? {});
}

const Described = z.object({
  type: z.string().optional(),
  enum: z.array(z.string()).optional(),
  /** One of these is no value at all. */
  anyOf: z.array(z.object({ enum: z.array(z.string()).optional() })).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  default: z.union([z.string(), z.number(), z.boolean()]).nullish(),
  description: z.string().default(''),
});

/** Longer ones, as the question of rows, are looked up in the studio. */
const MAX_SHOWN_DEFAULT = 30;

/** Behind the help of a command: its formats, and what may be given for each of their options. */
export function optionsHelp(formats: readonly FormatInfo[]): string {
  const described = formats.map(({ id, description, optionsSchema }) =>
    [`  ${id}: ${description}`, ...optionLines(optionsSchema).map((line) => `    ${line}`)].join('\n'),
  );
  return `\nFormats and their options:\n${described.join('\n')}`;
}

/** Each option of a schema (JSON Schema) with what may be given for it, and what counts where nothing is. */
function optionLines(schema: Readonly<Record<string, unknown>>): string[] {
  const properties = z.record(z.string(), z.unknown()).catch({}).parse(schema['properties']);
  return Object.entries(properties).map(([name, property]) => {
    const option = Described.catch({ description: '' }).parse(property);
    const preset = String(option.default ?? '');
    const shown = preset === '' || preset.length > MAX_SHOWN_DEFAULT ? '' : ` (default: ${preset})`;
    return `-o ${name}=${valuesOf(option)}  ${option.description}${shown}`;
  });
}

function valuesOf({ type, enum: own, anyOf, minimum, maximum }: z.output<typeof Described>): string {
  const choices = own ?? anyOf?.flatMap(({ enum: some = [] }) => some);
  if (choices !== undefined && choices.length > 0) return choices.join('|');
  if (type === 'boolean') return 'true|false';
  return minimum === undefined || maximum === undefined ? '…' : `${minimum}–${maximum}`;
}

export function hasOption(format: Exporter | Importer, name: string): boolean {
  return optionNames(format).includes(name);
}

/** @throws WrongUsage naming options that the format does not have: the core leaves them out, but here one is misspelt */
export function requireKnownOptions(format: Exporter | Importer, options: Readonly<Record<string, unknown>>): void {
  const known = optionNames(format);
  const unknown = Object.keys(options).filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new WrongUsage(`${format.title} has no option ${unknown.join(', ')}. It has: ${known.join(', ')}. Nothing was done.`);
}
