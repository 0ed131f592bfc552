import { z } from 'zod';
import type { FileGrants } from '#core/base/files/file-grants.ts';
import type { DataSetChoice } from '#core/exchange/imports/open-data-set.ts';
import { findImporter } from '#core/exchange/formats/registry.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { Caller } from '#shared/contract/define.ts';
import type { ImportAsk } from '#shared/contract/import-preview.ts';
import { FormatOptions } from '#shared/domain/format-options.ts';
import { words } from '#shared/words/words.ts';

/** Who asks for an import. */
export interface ImportAsker extends Pick<Caller, 'role'> {
  /** Whose uploads are looked through; null: at this machine. */
  readonly sender: string | null;
}

/**
 * @throws AppError `not-found` for a format or grant that there is not, `invalid-input` for options that do not fit the format
 */
export function checkImport(
  grants: Pick<FileGrants, 'resolve' | 'resolveFolder'>,
  ask: ImportAsk,
  { sender, role }: ImportAsker,
): DataSetChoice {
  const importer = findImporter(ask.formatId);
  const chosen = importer.optionsSchema.safeParse(ask.options);
  if (!chosen.success)
    throw new AppError(
      'invalid-input',
      words('exchange.badImportOptions', { format: importer.title, problem: z.prettifyError(chosen.error) }),
    );
  return {
    formatId: importer.id,
    file: importer.isFolder ? grants.resolveFolder(ask.grantId) : grants.resolve(ask.grantId).path,
    mediaFolder: ask.mediaGrantId === undefined ? null : grants.resolveFolder(ask.mediaGrantId),
    sender,
    ...(role !== 'owner' && { keepsOthers: true }),
    options: FormatOptions.parse(chosen.data),
  };
}
