import { z } from 'zod';
import type { Exporter, Importer } from '#core/exchange/formats/format.ts';
import { WrongUsage } from './wrong-usage.ts';

/** @throws WrongUsage naming options that the format does not have: the core leaves them out, but here one is misspelt */
export function requireKnownOptions({ title, optionsSchema }: Exporter | Importer, options: Readonly<Record<string, unknown>>): void {
  const known = Object.keys(z.toJSONSchema(optionsSchema, { io: 'input' }).properties ?? {});
  const unknown = Object.keys(options).filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new WrongUsage(`${title} has no option ${unknown.join(', ')}. It has: ${known.join(', ')}. Nothing was done.`);
}
