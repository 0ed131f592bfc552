import { sheetExporter, type SheetRow, STATUS_WORDS, stillAddress, type SheetText, type SheetVideo } from './contact-sheet.ts';
import { markupText } from './markup-text.ts';

/** Colours have a contrast of 4.5 and more on their grounds, in both themes. */
const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #fff; --ink: #1c1e21; --quiet: #5b626b; --line: #dcdfe3; --raised: #f5f6f8; --link: #0b62c4;
  --accepted: #14692f; --accepted-ground: #e3f4e8; --draft: #5b4a00; --draft-ground: #fbf1cc;
  --needs-work: #8a3b00; --needs-work-ground: #fde8d8; --rejected: #9b1c1c; --rejected-ground: #fde4e4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #17191c; --ink: #e6e8eb; --quiet: #a2a9b2; --line: #33383e; --raised: #202328; --link: #7db8ff;
    --accepted: #9fe0b3; --accepted-ground: #163323; --draft: #f0d878; --draft-ground: #39310f;
    --needs-work: #ffbf8f; --needs-work-ground: #40260f; --rejected: #ffb0b0; --rejected-ground: #451c1c;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1280px; padding: 2rem 1.5rem 4rem; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { margin: 0 0 1rem; font-size: 1.6rem; line-height: 1.2; }
h2 { margin: 0; font-size: 1.2rem; line-height: 1.3; overflow-wrap: anywhere; }
a { color: var(--link); }
nav ol { margin: 0 0 2rem; padding-left: 1.5rem; columns: 22rem auto; overflow-wrap: anywhere; }
section { margin-top: 2.5rem; padding-top: 1.2rem; border-top: 1px solid var(--line); }
.facts { margin: .15rem 0 0; color: var(--quiet); font-variant-numeric: tabular-nums; }
.label { margin: .9rem 0 0; font-size: .8rem; font-weight: 600; color: var(--quiet); }
.label .pill { margin-left: .4rem; }
.summary { margin: .2rem 0 0; max-width: 75ch; white-space: pre-line; overflow-wrap: anywhere; }
table { width: 100%; margin-top: 1rem; border-collapse: collapse; table-layout: fixed; }
th { padding: .4rem .6rem; text-align: left; font-size: .8rem; font-weight: 600; color: var(--quiet); border-bottom: 1px solid var(--line); }
td { padding: .7rem .6rem; vertical-align: top; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th:first-child, td:first-child { padding-left: 0; }
.text { white-space: pre-line; }
.place { width: 7.5rem; } .still { width: 15rem; } .status { width: 7.5rem; }
.place { font-variant-numeric: tabular-nums; }
.place b { display: block; font-size: 1.05rem; }
.place span, .none { display: block; color: var(--quiet); font-size: .85rem; }
.still img { display: block; width: 100%; height: auto; border-radius: 4px; background: var(--raised); }
.still .none { padding: 2.5rem .5rem; text-align: center; border-radius: 4px; background: var(--raised); }
.pill { display: inline-block; padding: .05rem .5rem; border-radius: 1rem; font-size: .8rem; font-weight: 600; white-space: nowrap; }
section:first-of-type { margin-top: 1rem; }
small + .pill { margin-top: .1rem; }
.status small { display: block; color: var(--quiet); }
.status small:not(:first-child) { margin-top: .4rem; }
.accepted { color: var(--accepted); background: var(--accepted-ground); }
.draft { color: var(--draft); background: var(--draft-ground); }
.needs-work { color: var(--needs-work); background: var(--needs-work-ground); }
.rejected { color: var(--rejected); background: var(--rejected-ground); }
@media (max-width: 760px) {
  thead { display: none; }
  tr { display: grid; grid-template-columns: 9rem 1fr; gap: .2rem .9rem; padding: .9rem 0; border-bottom: 1px solid var(--line); }
  td { display: block; width: auto; padding: 0; border: 0; grid-column: 2; }
  td.place { width: auto; } td.still { grid-column: 1; grid-row: 1 / span 6; width: auto; } td.status { width: auto; }
  td:empty { display: none; }
  td[data-title]::before { content: attr(data-title) ": "; color: var(--quiet); }
}
@media print {
  @page { size: A4 landscape; margin: 12mm; }
  :root { color-scheme: light; --ground: #fff; --ink: #000; --quiet: #444; --line: #bbb; --raised: #f5f6f8; --link: #000;
    --accepted: #14692f; --draft: #5b4a00; --needs-work: #8a3b00; --rejected: #9b1c1c; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav { display: none; }
  section { break-before: page; margin-top: 0; padding-top: 0; border-top: 0; }
  section:first-of-type { break-before: auto; }
  tr { break-inside: avoid; }
  thead { display: table-header-group; }
  .pill { padding: 0; background: none; }
  .still { width: 52mm; }
}
`;

/**
 * A page without scripts that takes nothing from elsewhere: a section for each video, a row for each shot. Every text of the project is escaped, and
 * the page's policy forbids all but its style and pictures.
 */
export const htmlSheetExporter = sheetExporter({
  id: 'contact-sheet',
  title: 'Contact sheet (HTML)',
  file: 'index.html',
  extension: 'html',
  head: (videos) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' file:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${titleOf(videos)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${videos.length === 1 ? 'Contact sheet' : `Contact sheet of ${videos.length} videos`}</h1>
${videos.length > 1 ? `<nav aria-label="Videos"><ol>\n${videos.map(({ anchor, title }) => `<li><a href="#${markupText(anchor)}" dir="auto">${markupText(title)}</a></li>\n`).join('')}</ol></nav>\n` : ''}`,
  video: (video) => `<section id="${markupText(video.anchor)}">
<h2 dir="auto">${markupText(video.title)}</h2>
<p class="facts">${markupText(video.facts)}</p>
${video.summary === null ? '' : `<p class="label">Summary ${pill(video.summary)}</p>\n<p class="summary" dir="auto">${markupText(video.summary.text)}</p>\n`}<table>
<thead><tr><th class="place" scope="col">Shot</th><th class="still" scope="col">Still</th><th scope="col">Caption</th>${column(video.hasNarration, 'Narration')}${column(video.hasSpeech, 'Speech')}<th class="status" scope="col">Status</th></tr></thead>
<tbody>
`,
  row: (row, video) =>
    [
      `<tr><td class="place"><b>${row.number}</b>${row.time}<span>${row.length}${row.transition === null ? '' : `, ${row.transition}`}</span></td>`,
      `<td class="still">${stillOf(row)}</td>`,
      textCell(row.caption?.text ?? '', 'No caption'),
      ...(video.hasNarration ? [textCell(row.narration?.text ?? '', '', 'Narration')] : []),
      ...(video.hasSpeech ? [textCell(row.speech, '', 'Speech')] : []),
      `<td class="status">${statusOf(row)}</td></tr>\n`,
    ].join(''),
  videoEnd: () => '</tbody>\n</table>\n</section>\n',
  foot: () => '</main>\n</body>\n</html>\n',
});

function titleOf(videos: readonly Pick<SheetVideo, 'title'>[]): string {
  const [only] = videos;
  return videos.length === 1 && only !== undefined
    ? `Contact sheet: ${markupText(only.title)}`
    : `Contact sheet of ${videos.length} videos`;
}

function column(isThere: boolean, title: string): string {
  return isThere ? `<th scope="col">${title}</th>` : '';
}

/** @param title is shown where there is no room for columns */
function textCell(text: string, none: string, title = ''): string {
  if (text === '') return none === '' ? '<td></td>' : `<td><span class="none">${none}</span></td>`;
  return `<td class="text" dir="auto"${title === '' ? '' : ` data-title="${title}"`}>${markupText(text)}</td>`;
}

function stillOf({ number, still }: SheetRow): string {
  if (still === null) return '<span class="none">No still</span>';
  return `<img src="${markupText(stillAddress(still))}" alt="Still of shot ${number}" loading="lazy">`;
}

/** Named where there are two. */
function statusOf({ caption, narration }: SheetRow): string {
  if (narration === null) return pill(caption);
  return `${caption === null ? '' : `<small>Caption</small>${pill(caption)}`}<small>Narration</small>${pill(narration)}`;
}

function pill(text: SheetText): string {
  return text === null ? '' : `<span class="pill ${text.status}">${STATUS_WORDS[text.status]}</span>`;
}
