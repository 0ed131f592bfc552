import type { FormatGroup, FormatInfo } from '#shared/contract/views.ts';

/** What formats are for, as people read it, in the order in which they are listed. */
const PURPOSES: readonly (readonly [FormatGroup, string])[] = [
  ['data-set', 'data sets'],
  ['vision-language', 'training vision-language models'],
  ['generator', 'training video generators'],
  ['subtitles', 'subtitles of a video'],
  ['editing', 'cuts, for editing programs'],
  ['review', 'review without the studio'],
];

/** Read for one video at a time (`../subtitles`). */
const SUBTITLES = ['SubRip (SRT)', 'WebVTT'];

/** All formats as a table in Markdown, by what they are for: README has it. */
export function formatTable(formats: readonly FormatInfo[], cutLists: readonly string[]): string {
  const idsOf = (group: FormatGroup, direction: FormatInfo['direction']): string[] =>
    formats.filter((format) => format.group === group && format.direction === direction).map(({ id }) => `\`${id}\``);
  const rows = PURPOSES.map(([group, purpose]) => {
    const read = group === 'editing' ? cutLists : group === 'subtitles' ? SUBTITLES : idsOf(group, 'import');
    return `| ${purpose} | ${read.join(', ') || '–'} | ${idsOf(group, 'export').join(', ')} |`;
  });
  return ['| for | read | written |', '| --- | --- | --- |', ...rows, ''].join('\n');
}
