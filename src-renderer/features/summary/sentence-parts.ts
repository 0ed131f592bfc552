import type { ShotId } from '#shared/domain/ids.ts';
import type { SentenceLink } from '#shared/domain/text.ts';

/** A stretch of a summary; with shots: a sentence that rests on them. */
export interface SentencePart {
  readonly text: string;
  readonly shotIds: readonly ShotId[];
}

/** No summary has as many sentences. */
const MAX_LINKS = 2_000;

/**
 * Cuts a summary at its links, in reading order. Joining the parts gives the text. Links that point outside of it or into
 * an earlier link are left out: their words stay, without shots.
 */
export function sentenceParts(text: string, links: readonly SentenceLink[]): SentencePart[] {
  const parts: SentencePart[] = [];
  let at = 0;
  for (const link of links.slice(0, MAX_LINKS).toSorted((a, b) => a.start - b.start)) {
    if (link.start < at || link.end <= link.start || link.end > text.length) continue;
    if (link.start > at) parts.push({ text: text.slice(at, link.start), shotIds: [] });
    parts.push({ text: text.slice(link.start, link.end), shotIds: link.shotIds });
    at = link.end;
  }
  if (at < text.length) parts.push({ text: text.slice(at), shotIds: [] });
  return parts;
}
