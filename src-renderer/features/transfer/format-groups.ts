import { FormatGroup, type FormatInfo } from '#shared/contract/views.ts';

/** Formats by what they are for, in the order of `FormatGroup`, and in their own order within. */
export function inGroups(formats: readonly FormatInfo[]): { readonly group: FormatGroup; readonly formats: readonly FormatInfo[] }[] {
  return FormatGroup.options
    .map((group) => ({ group, formats: formats.filter((format) => format.group === group) }))
    .filter((each) => each.formats.length > 0);
}
