import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { FolderRow } from '#core/exchange/formats/format.ts';
import { clipsFolderImporter } from '#core/exchange/formats/importers/clips-folder.ts';
import { AppError } from '#shared/contract/errors.ts';
import { runImport } from '../../helpers/run-import.ts';

const row = (file: string, text: string | null = null, more: Partial<FolderRow> = {}): FolderRow => ({
  file,
  isMeta: false,
  text,
  ...more,
});
const lines = (...rows: readonly FolderRow[]): string => rows.map((one) => `${JSON.stringify(one)}\n`).join('');
const shotsIn = ({ videos }: Awaited<ReturnType<typeof runImport>>) =>
  videos.map(({ name, shots, summary }) => [
    name,
    shots.map(({ startFrame, endFrame, visual }) => [startFrame, endFrame - 1, visual]),
    summary,
  ]);

const clips = lines(
  row('a/walk_0_9.mp4', ' A man walks.\n'),
  row('a/walk_10_24.mp4', 'A dog runs.'),
  row('b/fish.mp4', 'A fish.'),
  row('b/still.mp4'),
);

it('clips whose video is not there are videos with one shot; other files have their text as summary', async () => {
  const run = await runImport(clipsFolderImporter, clips);
  expect(run).toMatchObject({ notes: [], refused: [] });
  expect(shotsIn(run)).toEqual([
    ['a/walk_0_9.mp4', [[0, 9, 'A man walks.']], ''],
    ['a/walk_10_24.mp4', [[0, 14, 'A dog runs.']], ''],
    ['b/fish.mp4', [], 'A fish.'],
    ['b/still.mp4', [], ''],
  ]);
});

it('clips whose video is there are its shots, also where it lies among them', async () => {
  const run = await runImport(clipsFolderImporter, clips + lines(row('walk.mov', 'A walk.')), {
    sources: ['walk.mov'],
    options: { split: 'val' },
  });
  expect(shotsIn(run)[0]).toEqual([
    'walk.mov',
    [
      [0, 9, 'A man walks.'],
      [10, 24, 'A dog runs.'],
    ],
    'A walk.',
  ]);
  expect(run.videos[0]?.split).toBe('val');
});

const curated = (span: readonly number[], ...windows: readonly object[]): string =>
  JSON.stringify({ span_uuid: 'x', source_video: '/data/in/walk.mp4', duration_span: span, framerate_source: 29.97, windows });

it('clips of NeMo Curator are shots of their source', async () => {
  const run = await runImport(
    clipsFolderImporter,
    lines(
      row(
        'metas/v0/1.json',
        curated([2, 4], { start_frame: 0, end_frame: 60, qwen_enhanced_caption: 'Not this.', qwen_caption: ' Second. ' }),
        { isMeta: true },
      ),
      row('metas/v0/2.json', curated([0, 2], { qwen_caption: 'First.' }, { qwen_caption: 'And on.' }), { isMeta: true }),
      row('metas/v0/3.json', curated([6, 5]), { isMeta: true }),
      row('metas/v0/4.json', '{', { isMeta: true }),
      row('metas/v0/5.json', '{}', { isMeta: true }),
    ),
  );
  expect(shotsIn(run)).toEqual([
    [
      'walk.mp4',
      [
        [0, 59, 'First.\nAnd on.'],
        [60, 119, 'Second.'],
      ],
      '',
    ],
  ]);
  expect(run.refused.map(({ record, name, reason }) => [record, name, reason])).toEqual([
    [3, 'metas/v0/3.json', 'it ends at frame 149, before it begins at frame 180'],
    [4, 'metas/v0/4.json', expect.stringContaining('is not valid JSON')],
    [5, 'metas/v0/5.json', expect.stringContaining('source_video')],
  ]);
});

it('a file that cannot be used is refused with its name, and the others come in', async () => {
  const bad = [row('x_9_3.mp4'), row('y.mp4', null, { problem: 'its text y.txt is not UTF-8' }), row('z.mp4', 'x'.repeat(300_000))];
  const run = await runImport(clipsFolderImporter, lines(row('a.mp4'), ...bad, row('b.mp4')), { chunkLength: 10_000 });
  expect(run.videos.map(({ name }) => name)).toEqual(['a.mp4', 'b.mp4']);
  expect(run.refused.map(({ record, name }) => [record, name])).toEqual([
    [2, 'x_9_3.mp4'],
    [3, 'y.mp4'],
    [4, 'z.mp4'],
  ]);
});

it('whatever the texts are, they are read, refused by file, or refused by a named error', async () => {
  const file = fc.oneof(fc.string(), fc.constantFrom('a_0_9.mp4', 'a_4_2.mp4', 'a.mp4', 'b/a.mov'));
  const rows = fc.array(fc.record({ file, isMeta: fc.boolean(), text: fc.oneof(fc.string(), fc.json(), fc.constant(null)) }));
  await fc.assert(
    fc.asyncProperty(rows, async (all) => {
      await runImport(clipsFolderImporter, lines(...all), { sources: ['a.mov'] }).catch((error: unknown) => {
        if (!(error instanceof AppError && error.code === 'invalid-input')) throw error;
      });
    }),
  );
});

it('a clip of NeMo Curator whose source is a folder is refused by name', async () => {
  const text = curated([0, 2], {}).replace('walk.mp4', '');
  const { videos, refused } = await runImport(clipsFolderImporter, lines(row('metas/v0/1.json', text, { isMeta: true })));
  expect([videos, refused]).toEqual([
    [],
    [{ record: 1, name: 'metas/v0/1.json', reason: 'source_video "/data/in/" is the name of a folder' }],
  ]);
});
