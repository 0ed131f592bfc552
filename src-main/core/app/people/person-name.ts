/** Names under which the studio itself appears in history. */
const RESERVED = new Set(['studio', 'command line']);

/** Signs without a picture, also such as count as letters or marks to Unicode, and the empty one of Braille, which looks like a blank. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

/** As it is kept: without signs that cannot be seen, and with single blanks. */
export function cleanName(name: string): string {
  return name
    .normalize('NFC')
    .replaceAll(UNSEEN, '')
    .replaceAll(/[\s\u2800]+/gu, ' ')
    .trim();
}

/** Equal for names that people would take for one. */
export function nameKey(name: string): string {
  return cleanName(name.normalize('NFKC')).toLocaleLowerCase('en');
}

export function isReservedName(name: string): boolean {
  return RESERVED.has(nameKey(name));
}
