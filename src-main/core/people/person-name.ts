/** Names under which the studio itself appears in history. */
const RESERVED = new Set(['studio', 'command line']);

/** As it is kept: without signs that cannot be seen, and with single blanks. */
export function cleanName(name: string): string {
  return name.normalize('NFC').replaceAll(/[\p{Cc}\p{Cf}]/gu, '').replaceAll(/\s+/gu, ' ').trim();
}

/** Equal for names that people would take for one. */
export function nameKey(name: string): string {
  return cleanName(name).normalize('NFKC').toLocaleLowerCase('en');
}

export function isReservedName(name: string): boolean {
  return RESERVED.has(nameKey(name));
}
