import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { FILE_RULES } from '#core/exchange/validate/file-rules.ts';
import { RULES } from '#core/exchange/validate/rules.ts';

const text = readFileSync(path.resolve(import.meta.dirname, '../../../docs/validate.md'), 'utf8');

it('the page on checks has every rule with its severity, in their order', () => {
  const rows = [...text.matchAll(/^\| `([a-z-]+)` \| `(refuse|repair|warn|note)` \|/gmu)].map(([, id, severity]) => ({ id, severity }));
  expect(rows).toEqual([...RULES, ...FILE_RULES].map(({ id, severity }) => ({ id, severity })));
});
