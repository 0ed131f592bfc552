import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shot2storyExporter } from '#core/exchange/formats/exporters/shot2story.ts';
import type { ExportContext } from '#core/exchange/formats/format.ts';
import { shot2storyImporter } from '#core/exchange/formats/importers/shot2story.ts';
import { clipFileName } from '#core/media/clip-place.ts';
import { parseExactJson } from '#shared/domain/exact-number.ts';
import { escapeSpecialTokens } from '#shared/domain/special-tokens.ts';
import { Shot2StoryOrigin } from '#shared/domain/video.ts';
import { type ImportRun, runImport } from '../../helpers/run-import.ts';
import { runExport, videoDocument } from '../../helpers/video-documents.ts';

const importText = (text: string, chunkLength = 7): Promise<ImportRun> => runImport(shot2storyImporter, text, { chunkLength });

const record = {
  video: 'LEwayCpIk20.78.mp4',
  image_id: 'LEwayCpIk20.78.mp4',
  nvid: 'LEwayCpIk20.78.mp4',
  id: 7,
  whole_caption: 'A summary.',
  whole_ASR: 'hello there world',
  video_names: ['LEwayCpIk20.78_0_39.mp4', 'LEwayCpIk20.78_40_101.mp4'],
  audio_captions: ['He says hello.', 'Placeholder for audio caption.'],
  captions: ['A man waves.', 'Placeholder for visual caption.'],
  ASR: ['hello there', 'world'],
  source: { youtube: 'LEwayCpIk20' },
};

describe('reading', () => {
  it('gives shots with half-open frames, empty texts for placeholders, and the record as it stands there', async () => {
    const { videos } = await importText(JSON.stringify([record]));
    expect(videos).toEqual([
      {
        name: 'LEwayCpIk20.78.mp4',
        shots: [
          { startFrame: 0, endFrame: 40, visual: 'A man waves.', narration: 'He says hello.', speech: 'hello there', entry: 0 },
          { startFrame: 40, endFrame: 102, visual: '', narration: '', speech: 'world', entry: 1 },
        ],
        summary: 'A summary.',
        split: null,
        source: { format: 'shot2story', text: JSON.stringify(record) },
      },
    ]);
  });

  it.each([
    ['{"a":1}', 'does not start with a JSON array'],
    ['', 'is empty'],
    ['[{"video": "a.mp4"', 'ends in the middle of record 1'],
    ['[{"video": "a.mp4"}', 'ends after record 1, without the bracket that closes it'],
    ['[\n{"video": "a.mp4"}\n}]', 'after record 1: unexpected “}” between its records, line 3, column 1 of the file'],
  ])('refuses a file like %.30s with what is wrong', async (text, message) => {
    await expect(importText(text)).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining(message) });
  });

  it.each([
    ['"captions": ["x\ty"]', 'it is not valid JSON: Bad control character in string literal, line 6, column 17 of the file'],
    ['"captions": ["\u0000"]', 'it is not valid JSON: Bad control character in string literal, line 6, column 16 of the file'],
    ['"captions": nonsense', "it is not valid JSON: Unexpected token 'o', in the record that begins at line 4, column 2 of the file"],
  ])('a record that is no JSON is refused by number and place, and the others are read: %j', async (broken, reason) => {
    const [before, behind] = ['b.mp4', 'c.mp4'].map((video) => JSON.stringify({ ...record, video }));
    const text = `\uFEFF\n[${before},\n\n {"video": "broken.mp4",\n\n ${broken}}, ${behind}]`;
    const { videos, refused } = await importText(text);
    expect(videos.map(({ name }) => name)).toEqual(['b.mp4', 'c.mp4']);
    expect(refused).toEqual([{ record: 2, name: 'broken.mp4', reason }]);
  });

  it.each([
    [{ ...record, captions: ['one'] }, 'captions has 1 entries, video_names 2'],
    [{ ...record, video_names: ['x.mp4', 'y.mp4'] }, '"x.mp4" does not end in'],
    [{ ...record, video_names: ['x_5_4.mp4', 'y_9_9.mp4'] }, '"x_5_4.mp4" ends at frame 4, before it begins at frame 5'],
    [{ ...record, video_names: ['x_0_99999999999999999999.mp4', 'y_9_9.mp4'] }, 'ends later than any video'],
    [{ ...record, video_names: ['x_0_9.mp4', 'y_0_12.mp4'] }, 'two shots start at frame 0'],
    [{ ...record, captions: 5 }, 'captions'],
    [{ ...record, video: '' }, 'video is empty'],
    [{ ...record, video: 'a\u0000b.mp4' }, 'control characters'],
    [{ ...record, video: `${'a'.repeat(300)}.mp4` }, 'longer than 255'],
    [{ ...record, deep: Array.from({ length: 200 }).reduce<unknown>((inner) => [inner], 1) }, 'nested deeper'],
    [null, 'not an object'],
    [7, 'not an object'],
  ])('leaves out a record that cannot be used, says where and why, and reads the others (%#)', async (bad, reason) => {
    const { videos, refused } = await importText(JSON.stringify([record, bad, record]));
    expect(videos).toHaveLength(2);
    expect(refused).toEqual([expect.objectContaining({ record: 2, reason: expect.stringContaining(reason) })]);
  });

  it.each([
    [
      'shots',
      {
        video_names: Array.from({ length: 10_001 }, (_, index) => `v_${index}_${index}.mp4`),
        captions: Array.from({ length: 10_001 }, () => ''),
        audio_captions: null,
        ASR: null,
      },
      'video_names',
    ],
    ['speech', { whole_ASR: 'word '.repeat(800_001) }, 'whole_ASR'],
    ['words beside its texts', { source: '"'.repeat(33_600_000) }, 'longer than 64 MB'],
  ])('leaves out a record with more %s than any video has, and reads the others', async (_what, tooMuch, named) => {
    const { videos, refused } = await importText(JSON.stringify([record, { ...record, ...tooMuch }, record]), 1_000_000);
    expect(videos).toHaveLength(2);
    expect(refused).toEqual([expect.objectContaining({ record: 2, reason: expect.stringContaining(named) })]);
  });

  it('reads null and NaN as no text, and says where; words that look alike stay', async () => {
    const odd = `[${JSON.stringify({ ...record, captions: ['Nan waves.', null], ASR: ['nan', 'NaN and Infinity'], whole_ASR: null, rating: 'RATING' }).replace('"RATING"', 'NaN')}, ${JSON.stringify(record).replace('"hello there","world"', '-Infinity, NaN')}]`;
    for (const chunkLength of [1, 7, 10_000]) {
      const { videos, notes, refused } = await importText(odd, chunkLength);
      expect(refused).toEqual([]);
      expect(videos.map(({ shots }) => shots.map(({ visual, speech }) => [visual, speech]))).toEqual([
        [
          ['Nan waves.', ''],
          ['', 'NaN and Infinity'],
        ],
        [
          ['A man waves.', ''],
          ['', ''],
        ],
      ]);
      expect(JSON.parse(videos[0]?.source.text ?? '')).toMatchObject({ whole_ASR: null, rating: null });
      const name = record.video;
      expect(notes).toEqual([
        `${name}: captions of shot 2 is null or NaN, treated as empty`,
        `${name}: ASR of shot 1 is null or NaN, treated as empty`,
        `${name}: whole_ASR is null or NaN, treated as empty`,
        `${name}: ASR of shot 1, 2 is null or NaN, treated as empty`,
        'the file: 3 times it has NaN or Infinity where a value should be; treated as missing',
      ]);
    }
  });

  it('leaves words in texts as they are, wherever the file is cut while it is read', async () => {
    const texts = ['ends in a backslash \\\\', 'An Infinity pool, and NaN.', '\\"NaN'];
    const text = JSON.stringify([{ ...record, captions: texts.slice(0, 2), ASR: texts.slice(1) }]);
    for (let chunkLength = 1; chunkLength < 60; chunkLength++) {
      const { videos, notes } = await importText(text, chunkLength);
      expect(videos[0]?.shots.map(({ visual, speech }) => [visual, speech])).toEqual([
        [texts[0], texts[1]],
        [texts[1], texts[2]],
      ]);
      expect(notes).toEqual([]);
    }
  });

  it('refuses a record with more words than are written in a moment, and one whose name is as long as a book', async () => {
    const long = { ...record, whole_caption: 'a'.repeat(150_000), captions: ['b'.repeat(200_000), ''], ASR: ['', ''] };
    const many = { ...long, video_names: [], captions: [], audio_captions: [], ASR: [] };
    const names = Array.from({ length: 25 }, (_, index) => `LEwayCpIk20.78_${index}_${index}.mp4`);
    const texts = names.map(() => 'a'.repeat(170_000));
    const tooLong = { ...many, video_names: names, captions: texts, audio_captions: texts, ASR: texts };
    const named = { ...record, video: `€${'a'.repeat(12_000_000)}` };
    const { videos, refused } = await importText(JSON.stringify([long, tooLong, named, record]), 65_536);
    expect(videos).toHaveLength(2);
    expect(refused.map(({ record: number, reason }) => [number, reason])).toEqual([
      [2, 'its texts have more than 4,000,000 characters'],
      [3, 'video is longer than 255 characters'],
    ]);
  });

  it('gives frames of which a file says nothing to no caption, and reports it', async () => {
    const { videos, notes } = await importText(
      JSON.stringify([{ ...record, video_names: ['LEwayCpIk20.78_5_39.mp4', 'LEwayCpIk20.78_45_101.mp4'] }]),
    );
    const [first] = record.captions;
    expect(videos[0]?.shots.map(({ startFrame, endFrame, visual }) => [startFrame, endFrame, visual])).toEqual([
      [0, 5, ''],
      [5, 40, first],
      [40, 45, ''],
      [45, 102, ''],
    ]);
    expect(notes).toEqual([expect.stringContaining('frames 0–4'), expect.stringContaining('frames 40–44')]);
  });

  it('closes small gaps and overlaps between shots and reports it', async () => {
    const { videos, notes } = await importText(
      JSON.stringify([{ ...record, video_names: ['LEwayCpIk20.78_2_39.mp4', 'LEwayCpIk20.78_42_101.mp4'] }]),
    );
    expect(videos[0]?.shots.map((shot) => [shot.startFrame, shot.endFrame])).toEqual([
      [0, 42],
      [42, 102],
    ]);
    expect(notes).toHaveLength(1);
  });

  it('sorts shots that are out of order, each with its texts, and reports it', async () => {
    const { video_names: names, captions, audio_captions: narration, ASR: speech } = record;
    const reversed = {
      ...record,
      video_names: names.toReversed(),
      captions: captions.toReversed(),
      audio_captions: narration.toReversed(),
      ASR: speech.toReversed(),
    };
    const { videos, notes } = await importText(JSON.stringify([reversed]));
    const asWritten = (await importText(JSON.stringify([record]))).videos;
    expect(videos[0]?.shots).toEqual(asWritten[0]?.shots.map((shot) => ({ ...shot, entry: 1 - shot.entry })));
    expect(notes).toEqual([
      'LEwayCpIk20.78.mp4: its shots are out of order: here they are sorted by their frames; an export to Shot2Story has them in the order of the file',
    ]);
  });

  it('reports shots that name clips of another video', async () => {
    const named = (video: string, ...clips: string[]) => ({ ...record, video, image_id: video, nvid: video, video_names: clips });
    const { videos, notes } = await importText(
      JSON.stringify([
        named('walk.mp4', 'run_0_39.mp4', 'walk_40_101.mp4'),
        // As the studio, and other systems, write their own.
        named('walk.mp4', 'walk-2_0_39.mp4', 'WALK_40_101.mp4'),
        named('train/walk?.mp4', 'train/walk?_0_39.mp4', 'train_walk__40_101.mp4'),
      ]),
    );
    expect(videos.map(({ shots }) => shots.map(({ endFrame }) => endFrame))).toEqual([...Array(3).fill([40, 102])]);
    expect(notes).toEqual([
      'walk.mp4: video_names of shot 1 names clips of another video ("run_0_39.mp4"); their frames were read as those of this video, so look whether its shots and texts fit it',
    ]);
  });
});

/** Special tokens are written in brackets, and a missing value of Python's is no speech: both have tests of their own. */
const isPlain = (text: string): boolean => escapeSpecialTokens(text, 'square').replaced.length === 0 && !/^(?:nan|null|none)$/iu.test(text);
const sentence = fc
  .string({ minLength: 1, maxLength: 30 })
  .filter((text) => text.trim() === text && text !== '' && !text.startsWith('Placeholder') && isPlain(text));
const anyVideo = fc
  .record({
    name: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,10}$/).map((base) => `${base}.mp4`),
    lengths: fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 6 }),
    texts: fc.array(fc.record({ visual: sentence, narration: sentence, speech: sentence }), { minLength: 6, maxLength: 6 }),
    summary: sentence,
  })
  .map(({ name, lengths, texts, summary }) => {
    let end = -1;
    return videoDocument({ name, lastFrames: lengths.map((length) => (end += length)), shots: texts.slice(0, lengths.length), summary });
  });

const defaults = shot2storyExporter.optionsSchema.parse({});

describe('a round trip', () => {
  it('loses nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyVideo, { maxLength: 3 }),
        fc.constantFrom('compact' as const, 'python' as const),
        async (documents, layout) => {
          const { files, leftOut } = await runExport(shot2storyExporter, documents, { ...defaults, layout });
          const { videos, notes } = await importText(files['shot2story.json'] ?? '');
          expect([leftOut, notes]).toEqual([[], []]);
          expect(videos.map((video) => [video.name, video.summary])).toEqual(
            documents.map(({ video, texts }) => [video.name, texts.find((text) => text.kind === 'summary')?.text]),
          );
          videos.forEach((video, index) => {
            const source = documents[index];
            const textOf = (shotId: string | undefined, kind: string): string | undefined =>
              source?.texts.find((text) => text.shotId === shotId && text.kind === kind)?.text;
            expect(video.shots).toEqual(
              source?.shots.map((shot, at) => ({
                startFrame: shot.startFrame,
                endFrame: shot.endFrame,
                visual: textOf(shot.id, 'visual'),
                narration: textOf(shot.id, 'narration'),
                speech: source.segments[at]?.text,
                entry: at,
              })),
            );
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('has text on the screen only when asked to, in an array of its own', async () => {
    const cards = videoDocument({
      name: 'cards.mp4',
      lastFrames: [9, 19],
      shots: [{ visual: 'A card.', screenText: 'THE END' }, { visual: 'A dog.' }],
      summary: 'Over.',
    });
    const recordWith = async (screenText: boolean): Promise<unknown> => {
      const { files } = await runExport(shot2storyExporter, [cards], { ...defaults, screenText });
      return JSON.parse(files['shot2story.json'] ?? '')[0];
    };
    expect(await recordWith(false)).not.toHaveProperty('OCR');
    expect(await recordWith(true)).toMatchObject({ OCR: ['THE END', ''], captions: ['A card.', 'A dog.'] });
  });

  it.each(['', 'train/'])('gives back what an older studio kept of an imported file, in a folder “%s”', async (folder) => {
    const name = folder + record.video;
    const kept =
      '{"imageId":"LEwayCpIk20.78.mp4","nvid":"nv","id":7012345678901234567,"wholeAsr":"hello there world","extra":{"rates":[1.0,-0.0,1e400]}}';
    const back = videoDocument({
      name,
      lastFrames: [39, 101],
      shots: [{ visual: 'A man waves.', speech: 'hello there' }, {}],
      shot2story: Shot2StoryOrigin.parse(parseExactJson(kept)),
    });
    const unwritten: ExportContext<unknown>['clipOf'] = ({ fileBase }, shot) => ({
      file: clipFileName(fileBase, shot, 'exact'),
      mode: null,
    });
    for (const layout of ['compact', 'python'] as const) {
      const { files } = await runExport(shot2storyExporter, [back], { ...defaults, layout }, unwritten);
      expect((files['shot2story.json'] ?? '').replaceAll(/\s/gu, '')).toBe(
        `[{"video":"${name}","image_id":"LEwayCpIk20.78.mp4","nvid":"nv","id":7012345678901234567,"whole_caption":"","whole_ASR":"hellothereworld",` +
          `"video_names":["${folder}LEwayCpIk20.78_0_39.mp4","${folder}LEwayCpIk20.78_40_101.mp4"],"captions":["Amanwaves.",""],"audio_captions":["",""],` +
          `"ASR":["hellothere",""],"rates":[1.0,-0.0,1e400]}]`,
      );
    }
  });
});

it('has no record of a video of which nobody accepted a text, and says so', async () => {
  const drafts = videoDocument({
    name: 'drafts.mp4',
    lastFrames: [9, 19],
    shots: [{ visual: 'A draft.', status: 'draft', speech: 'hello' }, {}],
  });
  const mixed = videoDocument({
    name: 'mixed.mp4',
    lastFrames: [9, 19],
    shots: [{ visual: 'A draft.', status: 'draft' }, { visual: 'A dog.' }],
  });
  const options = shot2storyExporter.optionsSchema.parse({});
  const { files, counts, leftOut } = await runExport(shot2storyExporter, [drafts, mixed], options);
  expect(JSON.parse(files['shot2story.json'] ?? '')).toMatchObject([{ video: 'mixed.mp4', id: 0, captions: ['', 'A dog.'] }]);
  expect(counts).toEqual({ videos: 1, shots: 2, texts: 1 });
  expect(leftOut).toContainEqual({ where: 'drafts.mp4', reason: 'none of its texts is accepted, so it has no record' });
  expect(leftOut).toContainEqual({ where: 'drafts.mp4, frames 0–9', reason: 'visual caption not accepted yet (draft)' });
  const all = await runExport(shot2storyExporter, [drafts, mixed], { ...options, texts: 'all' });
  expect(all.counts).toEqual({ videos: 2, shots: 4, texts: 3 });
});

it('writes special tokens of trainers as text in every array, and says so with their place', async () => {
  const shots = [
    { visual: 'A <image> sign.', narration: 'He says <|im_end|>.', speech: 'play the <audio>', screenText: '<|vision_start|>' },
  ];
  const signs = videoDocument({ name: 'x.mp4', lastFrames: [9], shots, summary: 'It ends </s>' });
  const { files, leftOut } = await runExport(shot2storyExporter, [signs], {
    ...shot2storyExporter.optionsSchema.parse({}),
    screenText: true,
  });
  expect(JSON.parse(files['shot2story.json'] ?? '')).toMatchObject([
    {
      whole_caption: 'It ends [/s]',
      whole_ASR: 'play the [audio]',
      captions: ['A [image] sign.'],
      audio_captions: ['He says [im_end].'],
      ASR: ['play the [audio]'],
      OCR: ['[vision_start]'],
    },
  ]);
  expect(leftOut.map(({ where }) => where)).toEqual([...Array(2).fill('x.mp4'), ...Array(4).fill('x.mp4, frames 0–9')]);
  expect(leftOut.map(({ reason }) => reason)).toContain(
    'training tools would read a part of the narration caption as a special token; written as text: <|im_end|> → [im_end]',
  );
});
