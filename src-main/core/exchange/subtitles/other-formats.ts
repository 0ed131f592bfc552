/** How other subtitle formats are told, each by what only its files have. */
const MARKS: readonly (readonly [name: string, mark: RegExp])[] = [
  ['SubStation Alpha (ASS, SSA)', /^\s*\[Script Info\]/imu],
  ['TTML', /<(?:\w+:)?tt[\s>]/u],
  ['SAMI', /<SAMI>/iu],
  ['MicroDVD', /^\{\d+\}\{\d+\}/mu],
  ['LRC', /^\[\d{1,3}:\d{2}[.:]\d{2,3}\]/mu],
];

/** The name of the subtitle format of a text that is neither SubRip nor WebVTT; null for what is none that is known. */
export function otherSubtitleFormat(text: string): string | null {
  return MARKS.find(([, mark]) => mark.test(text))?.[0] ?? null;
}
