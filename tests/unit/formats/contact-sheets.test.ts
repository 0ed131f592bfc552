import { describe, expect, it } from 'vitest';
import { checkExport } from '#core/exchange/exports/check-export.ts';
import { readXml, type XmlElement } from '#core/exchange/formats/cut-lists/xml-tree.ts';
import type { VideoDocument } from '#core/project/documents/video-document.ts';
import { type ExportRun, runExport, videoDocument } from '../../helpers/video-documents.ts';

const NASTY = '<script>alert(1)</script> & "x" \'y\' | a\n![](http://x) [b](javascript:1) *c* `d`';

const walk = videoDocument({
  name: 'a "walk" #1.mp4',
  lastFrames: [39, 59, 99],
  shots: [{ visual: NASTY, narration: 'They talk.', speech: 'Hello | there.' }, { visual: 'A draft.', status: 'draft' }, {}],
  summary: 'A dog\n- runs.',
});
const run = videoDocument({ name: 'run.mp4', lastFrames: [24], shots: [{ visual: 'A runner.', status: 'needs-work' }] });

async function exported(
  formatId: string,
  options: Readonly<Record<string, unknown>> = {},
  documents: readonly VideoDocument[] = [walk, run],
): Promise<ExportRun> {
  const checked = checkExport({ formatId, options });
  return runExport(checked.exporter, documents, checked.options);
}

const all = ({ children, ...element }: XmlElement): XmlElement[] => [{ children, ...element }, ...children.flatMap(all)];

/** The page as a tree: what is written is well-formed but for elements that HTML leaves open. */
async function pageOf({ files }: ExportRun): Promise<XmlElement[]> {
  const page = (files['index.html'] ?? '').replace('<!doctype html>', '').replaceAll(/<(meta|img)([^>]*)>/gu, '<$1$2/>');
  return all(await readXml(page, () => Promise.resolve()));
}

describe('a contact sheet as HTML', () => {
  it('has a row for each shot with its time, still, texts, speech and status', async () => {
    const run = await exported('contact-sheet');
    const page = await pageOf(run);
    const rows = page.filter(({ name }) => name === 'tr').map((row) => all(row).flatMap(({ text }) => (text === '' ? [] : [text])));
    expect(rows[0]).toEqual(['Shot', 'Still', 'Caption', 'Narration', 'Speech', 'Status']);
    expect(rows[1]?.slice(0, 7)).toEqual(['00:00.000', '1', '1.6 s', NASTY, 'They talk.', 'Hello | there.', 'Caption']);
    expect(rows[2]).toEqual(['00:01.600', '2', '0.8 s', 'A draft.', 'Draft']);
    expect(rows[3]).toEqual(['00:02.400', '3', '1.6 s', 'No caption']);
    expect(rows[4]).toEqual(['Shot', 'Still', 'Caption', 'Status']);
    expect(rows[5]).toEqual(['00:00.000', '1', '1.0 s', 'A runner.', 'Needs work']);
    const stills = page.filter(({ name }) => name === 'img').map(({ attributes }) => decodeURIComponent(attributes['src'] ?? ''));
    expect(stills).toHaveLength(4);
    for (const still of stills) expect(Object.keys(run.files)).toContain(still);
    expect(run.counts).toEqual({ videos: 2, shots: 4 });
  });

  it('has no scripts, and nothing from elsewhere, whatever the texts of the project are', async () => {
    const run = await exported('contact-sheet');
    const page = await pageOf(run);
    const names = new Set(page.map(({ name }) => name));
    for (const name of ['script', 'iframe', 'object', 'link', 'form', 'base']) expect(names.has(name)).toBe(false);
    for (const { attributes } of page) {
      expect(Object.keys(attributes).filter((name) => name.startsWith('on') || name === 'style')).toEqual([]);
      for (const name of ['src', 'href']) expect(attributes[name] ?? '').toMatch(/^(?:$|#video-|stills\/)/u);
    }
    expect(run.files['index.html']).toContain(`default-src 'none'`);
  });

  it('with accepted texts alone leaves out the others, and says so', async () => {
    const { files, leftOut } = await exported('contact-sheet', { texts: 'accepted' });
    expect(files['index.html']).not.toContain('A draft.');
    expect(leftOut.map(({ where }) => where)).toEqual(['a "walk" #1.mp4, frames 40–59', 'run.mp4, frames 0–24']);
  });
});

describe('a contact sheet as Markdown', () => {
  it('has a table for each video, in which every sign stands for itself', async () => {
    const { files } = await exported('contact-sheet-md');
    const lines = (files['index.md'] ?? '').split('\n');
    expect(lines.slice(0, 9)).toEqual([
      '# Contact sheet of 2 videos',
      '',
      '## a "walk" \\#1.mp4',
      '',
      '00:04.000, 3 shots',
      '',
      'A dog  ',
      '\\- runs.',
      '',
    ]);
    const rows = lines.filter((line) => line.startsWith('| '));
    expect(rows[0]).toBe('| Shot | Still | Caption | Narration | Speech | Status |');
    expect(rows[2]).toContain(
      '| \\<script\\>alert(1)\\</script\\> \\& "x" \'y\' \\| a<br>!\\[\\](http://x) \\[b\\](javascript:1) \\*c\\* \\`d\\` |',
    );
    expect(rows[2]).toContain('| They talk. | Hello \\| there. | Accepted (caption)<br>Accepted (narration) |');
    // Only what is not escaped divides cells.
    expect(rows[2]?.split(/(?<!\\)\|/u)).toHaveLength(8);
  });
});
