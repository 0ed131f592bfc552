/** Text in quotes of either kind, as Python's `repr` writes it. */
const TEXT = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/uy;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** The texts of a list as Python writes it, `['Film & Animation', "Gray's"]`; null for anything else. */
export function pythonList(text: string): string[] | null {
  const list = text.trim();
  if (!list.startsWith('[') || !list.endsWith(']') || list.length < 2) return null;
  const inner = list.slice(1, -1);
  const found: string[] = [];
  let at = 0;
  while (at < inner.length) {
    at += /^\s*/u.exec(inner.slice(at, at + 100))?.[0].length ?? 0;
    if (at === inner.length && found.length === 0) return [];
    TEXT.lastIndex = at;
    const quoted = TEXT.exec(inner)?.[0];
    if (quoted === undefined) return null;
    found.push(quoted.slice(1, -1).replaceAll(/\\(.)/gsu, (_whole, sign: string) => ESCAPES[sign] ?? sign));
    at += quoted.length;
    const behind = /^\s*(?:,|$)/u.exec(inner.slice(at, at + 100))?.[0];
    if (behind === undefined) return null;
    at += behind.length;
  }
  return found;
}
