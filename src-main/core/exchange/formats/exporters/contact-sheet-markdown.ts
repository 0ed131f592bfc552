import { sheetExporter, STATUS_WORDS, stillAddress, type SheetText } from './contact-sheet.ts';

/** Markdown with tables, as GitHub, GitLab, Obsidian and others show it. Source: GitHub Flavored Markdown 0.29. */
export const markdownSheetExporter = sheetExporter({
  id: 'contact-sheet-md',
  title: 'Contact sheet (Markdown)',
  file: 'index.md',
  extension: 'md',
  head: (videos) => (videos.length === 1 ? '' : `# Contact sheet of ${videos.length} videos\n\n`),
  video: ({ title, facts, summary, hasNarration, hasSpeech }) => {
    const columns = ['Shot', 'Still', 'Caption', ...(hasNarration ? ['Narration'] : []), ...(hasSpeech ? ['Speech'] : []), 'Status'];
    const said = summary === null ? '' : `${paragraph(summary.text)}\n\n(${STATUS_WORDS[summary.status]})\n\n`;
    return `## ${inline(title)}\n\n${facts}\n\n${said}| ${columns.join(' | ')} |\n|${' --- |'.repeat(columns.length)}\n`;
  },
  row: (row, { hasNarration, hasSpeech }) => {
    const cells = [
      `${row.number}<br>${row.time}<br>${row.length}${row.transition === null ? '' : `, ${row.transition}`}`,
      row.still === null
        ? ''
        : `![Still of shot ${row.number}](${stillAddress(row.still).replaceAll(/[()]/gu, (sign) => (sign === '(' ? '%28' : '%29'))})`,
      inline(row.caption?.text ?? ''),
      ...(hasNarration ? [inline(row.narration?.text ?? '')] : []),
      ...(hasSpeech ? [inline(row.speech)] : []),
      [statusOf(row.caption, 'caption'), statusOf(row.narration, 'narration')].filter((status) => status !== '').join('<br>'),
    ];
    return `| ${cells.join(' | ')} |\n`;
  },
  videoEnd: () => '\n',
  foot: () => '',
});

function statusOf(text: SheetText, what: string): string {
  return text === null ? '' : `${STATUS_WORDS[text.status]} (${what})`;
}

/** What begins or ends something in Markdown, or in the HTML that it may hold. */
const SIGNS = /[\\`*_{}[\]<>#|~&$]/gu;
/** What begins a list, a heading or a line at the beginning of a line. */
const LINE_SIGNS = /^(\s*)([-+=]|\d+(?=[.)]))/u;

/** A text as one line. */
function inline(text: string): string {
  return linesOf(text).join('<br>');
}

/** A text of several lines, with its empty ones. */
function paragraph(text: string): string {
  return linesOf(text).join('  \n');
}

function linesOf(text: string): string[] {
  return text
    .toWellFormed()
    .split(/\r\n?|[\n\v\f\u0085\u2028\u2029]/u)
    .map((line) => {
      const escaped = line
        .replaceAll(/\p{Cc}+/gu, ' ')
        .trim()
        .replaceAll(SIGNS, '\\$&');
      return escaped.replace(LINE_SIGNS, (_whole, blanks: string, sign: string) =>
        /\d/u.test(sign) ? `${blanks}${sign}\\` : `${blanks}\\${sign}`,
      );
    });
}
