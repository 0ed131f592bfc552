import { z } from 'zod';
import type { Exporter, Importer } from '#core/exchange/formats/format.ts';
import { WrongUsage } from './wrong-usage.ts';

function optionNames({ optionsSchema }: Exporter | Importer): string[] {
  return Object.keys(z.toJSONSchema(optionsSchema, { io: 'input' }).properties ?? {});
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
