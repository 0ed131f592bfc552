/** Ends with an ellipsis where it would be longer, and with no half of a letter. `maxLength` in UTF-16 units, the ellipsis included. */
export function cutText(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1).toWellFormed()}…`;
}

/** A text without the letters at its end that are `endings`; letter by letter, for a pattern would look from each of them to the end. */
export function withoutEnd(text: string, endings: RegExp): string {
  let end = text.length;
  while (end > 0 && endings.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
