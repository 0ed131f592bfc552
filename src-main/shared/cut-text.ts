/** Ends with an ellipsis where it would be longer, and with no half of a letter. `maxLength` in UTF-16 units, the ellipsis included. */
export function cutText(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1).toWellFormed()}…`;
}
