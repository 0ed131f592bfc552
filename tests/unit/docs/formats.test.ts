import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { formatTable } from '#core/exchange/formats/format-table.ts';
import { cutListTitles, exporters, formatInfos } from '#core/exchange/formats/registry.ts';

const root = path.resolve(import.meta.dirname, '../../..');

it('README has the table of formats that `shotluck formats --markdown` prints', () => {
  expect(readFileSync(path.join(root, 'README.md'), 'utf8')).toContain(formatTable(formatInfos(), cutListTitles()));
});

it('every format is in the table, and in docs/formats.md', () => {
  const table = formatTable(formatInfos(), cutListTitles());
  const page = readFileSync(path.join(root, 'docs/formats.md'), 'utf8');
  for (const { id } of [...exporters, ...formatInfos()]) {
    expect(table).toContain(`\`${id}\``);
    expect(page).toContain(`\`${id}\``);
  }
});
