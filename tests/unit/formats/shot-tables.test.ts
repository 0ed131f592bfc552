import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkExport } from '#core/exchange/exports/check-export.ts';
import { cellsOf } from '#core/exchange/formats/cut-lists/lines.ts';
import { type ExportRun, runExport, videoDocument } from '../../helpers/video-documents.ts';

const walk = videoDocument({
  name: 'walk.mp4',
  split: 'train',
  lastFrames: [39, 59],
  shots: [
    { visual: '=1+1, "two"\tlines', narration: 'They\ntalk.', speech: 'Hello.', screenText: 'EXIT' },
    { visual: 'A draft.', status: 'draft' },
  ],
});
const run = videoDocument({ name: 'run.mp4', lastFrames: [24], shots: [{}] });

async function exported(formatId: string, options: Readonly<Record<string, unknown>> = {}): Promise<ExportRun> {
  const checked = checkExport({ formatId, options });
  return runExport(checked.exporter, [walk, run], checked.options);
}

describe('a table of shots', () => {
  it('as JSONL has a row for each shot of all videos, with its texts and what people think of them', async () => {
    const { files, counts, leftOut } = await exported('shots-jsonl');
    const rows = (files['shots.jsonl'] ?? '')
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(rows[0]).toEqual({
      video: 'walk.mp4',
      split: 'train',
      shot: 1,
      start_frame: 0,
      end_frame: 40,
      start_us: 0,
      end_us: 1_600_000,
      start_time: '00:00.000',
      transition: 'cut',
      transition_start_frame: 0,
      transition_end_frame: 0,
      cut_origin: 'start',
      cut_confidence: null,
      cut_locked: false,
      visual: '=1+1, "two"\tlines',
      visual_status: 'accepted',
      narration: 'They\ntalk.',
      narration_status: 'accepted',
      speech: 'Hello.',
      screen_text: 'EXIT',
    });
    expect(rows).toMatchObject([{}, { video: 'walk.mp4', shot: 2, visual: '', visual_status: 'draft' }, { video: 'run.mp4', shot: 1 }]);
    expect(counts).toEqual({ rows: 3 });
    expect(leftOut).toEqual([{ where: 'walk.mp4, frames 40–59', reason: 'visual caption not accepted yet (draft)' }]);
  });

  it('as CSV and TSV has the same columns and cells, whatever signs are in them', async () => {
    const jsonl = await exported('shots-jsonl', { texts: 'all' });
    const [first = ''] = (jsonl.files['shots.jsonl'] ?? '').split('\n', 1);
    const row = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).parse(JSON.parse(first));
    for (const [formatId, file, separator] of [
      ['shots-csv', 'shots.csv', ','],
      ['shots-tsv', 'shots.tsv', '\t'],
    ] as const) {
      const { files } = await exported(formatId, { texts: 'all' });
      const lines = (files[file] ?? '').split('\r\n');
      expect(lines).toHaveLength(5);
      expect(lines[0]?.split(separator)).toEqual(Object.keys(row));
      expect(cellsOf(lines[1] ?? '', separator)).toEqual(Object.values(row).map((value) => (value === null ? '' : String(value))));
    }
  });

  it('for spreadsheets has no cell that would be calculated', async () => {
    const { files } = await exported('shots-csv', { spreadsheet: true });
    expect(files['shots.csv']?.startsWith('\uFEFFvideo,split,')).toBe(true);
    expect(files['shots.csv']).toContain(`"'=1+1, ""two""\tlines"`);
  });
});
