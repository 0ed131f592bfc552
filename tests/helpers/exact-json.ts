/**
 * JSON text in one form, for comparing: without blanks and with strings escaped alike, but numbers, the order of keys and keys that stand twice as they are. No parser
 * has a part in it.
 */
export function exactJson(text: string): string {
  return (text.match(/"(?:[^"\\]|\\.)*"|[^\s"]/gu) ?? [])
    .map((token) => (token.startsWith('"') ? JSON.stringify(JSON.parse(token)) : token))
    .join('');
}
