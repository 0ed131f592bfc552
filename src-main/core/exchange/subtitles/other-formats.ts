/** How other subtitle formats are recognised, each by what only its files have. */
const MARKS: readonly (readonly [name: string, mark: RegExp])[] = [
  ['SubStation Alpha (ASS, SSA)', /^[ \t]*\[Script Info\]/imu],
  ['TTML', /<(?:\w+:)?tt[\s>]/u],
  ['SAMI', /<SAMI>/iu],
  ['MicroDVD', /^\{\d+\}\{\d+\}/mu],
  ['LRC', /^\[\d{1,3}:\d{2}[.:]\d{2,3}\]/mu],
];

/** Each shows itself at its beginning. */
const HEAD_LENGTH = 20_000;

/** The name of the subtitle format of a text that is neither SubRip nor WebVTT; null for what is none that is known. */
export function otherSubtitleFormat(text: string): string | null {
  const head = text.slice(0, HEAD_LENGTH);
  return MARKS.find(([, mark]) => mark.test(head))?.[0] ?? null;
}
