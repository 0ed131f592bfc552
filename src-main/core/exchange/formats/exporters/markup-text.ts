/** What XML 1.0 has no place for. */
const NO_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** A text as XML and HTML have it, in an element as in an attribute; line breaks stay what they are in both. */
export function markupText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\r\n?/gu, '\n')
    .replaceAll(NO_XML, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** In quotes. Readers make blanks of line breaks in attributes, but not of references to them. */
export function attributeText(text: string): string {
  return `"${markupText(text).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`;
}
