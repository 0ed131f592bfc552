import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { llavaExporter } from '#core/exchange/formats/exporters/llava.ts';
import { llavaImporter } from '#core/exchange/formats/importers/llava.ts';
import { AppError } from '#shared/contract/errors.ts';
import { runImport } from '../../helpers/run-import.ts';
import { runExport, videoDocument } from '../../helpers/video-documents.ts';
import { expectWithin } from '../../helpers/longest-turn.ts';

const QUESTION =
  '<image>\nPlease describe this video. Do not include details that you are not sure of. This is what the speech in the video is saying: ';
const row = (video: string, answer: string, speech = '') => ({
  video,
  conversations: [
    { from: 'human', value: `${QUESTION}${speech}.` },
    { from: 'gpt', value: answer },
  ],
});
const rows = [
  row('a.78_0_39.mp4', 'A man runs.', 'go. go'),
  row('a.78_40_101.mp4', 'A dog jumps.'),
  row('a.78.mp4', 'They play.', 'go. go'),
];

describe('conversations come in', () => {
  const expected = {
    name: 'a.78.mp4',
    shots: [
      { startFrame: 0, endFrame: 40, visual: 'A man runs.', narration: '', speech: 'go. go', entry: 0 },
      { startFrame: 40, endFrame: 102, visual: 'A dog jumps.', narration: '', speech: '', entry: 1 },
    ],
    summary: 'They play.',
    split: null,
  };

  it.each([
    ['an array', JSON.stringify(rows)],
    ['an array as Python lays it out', `\uFEFF\n${JSON.stringify(rows, null, 4)}`],
    ['one row on each line', rows.map((one) => JSON.stringify(one)).join('\n')],
    ['lines with the ends of Windows and empty ones', `${rows.map((one) => JSON.stringify(one)).join('\r\n\r\n')}\r\n`],
  ])('from %s, whatever pieces it is read in: clips as shots, the whole as the summary', async (_what, text) => {
    for (const chunkLength of [1, 7, 100_000]) {
      const { videos, notes, refused } = await runImport(llavaImporter, text, { chunkLength });
      expect({ notes, refused }).toEqual({ notes: [], refused: [] });
      expect(videos).toEqual([{ ...expected, source: { format: 'llava', text: expect.any(String) } }]);
      expect(JSON.parse(videos[0]?.source.text ?? '')).toEqual(rows);
    }
  });

  it('in the words of other trainers', async () => {
    const question = 'Please describe this video. This is what the speech in the video is saying: hi.';
    const texts = [
      {
        videos: ['clips/b_0_9.mp4'],
        messages: [
          { role: 'system', content: 'Be exact.' },
          { role: 'user', content: `<video>\n${question}` },
          { role: 'assistant', content: 'One.' },
        ],
      },
      {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'video', path: 'clips/b_10_19.mp4' },
              { type: 'text', text: question },
            ],
          },
          { role: 'assistant', content: [{ type: 'text', text: 'Two.' }] },
        ],
      },
    ];
    const prompt = 'Please describe this video. This is what the speech in the video is saying: {asr}.';
    const { videos, refused } = await runImport(llavaImporter, JSON.stringify(texts), { options: { prompt, split: 'val' } });
    expect(refused).toEqual([]);
    expect(videos).toMatchObject([
      {
        name: 'clips/b.mp4',
        split: 'val',
        shots: [
          { endFrame: 10, visual: 'One.', speech: 'hi' },
          { endFrame: 20, visual: 'Two.', speech: 'hi' },
        ],
      },
    ]);
  });

  it('with rows of several videos between each other, and a video that is called as a clip is', async () => {
    const mixed = [
      row('a_0_9.mp4', 'a1'),
      row('b_0_9.mp4', 'b1'),
      row('c_1_2_0_9.mp4', 'c1'),
      row('a_10_19.mp4', 'a2'),
      row('c_1_2.mp4', 'c'),
      row('b.mkv', 'b'),
      row('b.mov', 'another b'),
    ];
    const { videos, refused } = await runImport(llavaImporter, JSON.stringify(mixed));
    expect(refused).toEqual([]);
    expect(videos.map(({ name, shots, summary }) => [name, shots.map(({ visual }) => visual), summary])).toEqual([
      ['a.mp4', ['a1', 'a2'], ''],
      ['b.mkv', ['b1'], 'b'],
      ['c_1_2.mp4', ['c1'], 'c'],
      ['b.mov', [], 'another b'],
    ]);
  });

  it.each([
    ['before and after the words', '<video>\n <image>\n{}\n<video> \n<image>\n', 'What is seen? go. go.'],
    ['after them, again and again', `{}${'\n<video> '.repeat(3)}`, 'What is seen? go. go.'],
    ['between them, where they stay', `<video>\n{}`, 'What is <video>\n<image> seen? go. go.'],
  ])('without the tokens that stand %s', async (_where, frame, question) => {
    const turns = [
      { from: 'human', value: frame.replace('{}', question) },
      { from: 'gpt', value: 'A dog.' },
    ];
    const options = { prompt: question.replace('go. go', '{asr}') };
    const { videos } = await runImport(llavaImporter, JSON.stringify([{ video: 'a_0_9.mp4', conversations: turns }]), { options });
    expect(videos).toMatchObject([{ shots: [{ speech: 'go. go' }] }]);
  });

  it('in no time, also where tokens stand again and again before the end', async () => {
    const turns = [
      { from: 'human', value: `What?\n${'<video>\n'.repeat(26)}Go.` },
      { from: 'gpt', value: 'A dog.' },
    ];
    await expectWithin({ allMs: 500 }, async () => {
      const { videos } = await runImport(llavaImporter, JSON.stringify([{ video: 'a_0_9.mp4', conversations: turns }]));
      expect(videos).toMatchObject([{ shots: [{ visual: 'A dog.' }] }]);
    });
  });

  it('without speech where the question is another one, and the file says in how many rows', async () => {
    const other = [
      {
        video: 'a_0_9.mp4',
        conversations: [
          { from: 'human', value: '<video>\nWhat is seen?' },
          { from: 'gpt', value: 'A dog.' },
        ],
      },
    ];
    const { videos, notes } = await runImport(llavaImporter, JSON.stringify(other));
    expect(videos).toMatchObject([{ shots: [{ visual: 'A dog.', speech: '' }] }]);
    expect(notes).toEqual(['the file: 1 rows have another question than the prompt that was given, so no speech was read from them']);
  });
});

describe('a row that cannot be used is refused with its place, and the others come in', () => {
  const turns = row('x', 'y').conversations;
  it.each([
    [{ conversations: turns }, 'it names no video'],
    [{ video: 'a.mp4' }, 'neither conversations nor messages'],
    [{ videos: ['a.mp4', 'b.mp4'], conversations: turns }, 'it names 2 videos, not one'],
    [{ videos: [['1.jpg', '2.jpg']], conversations: turns }, 'its video is not the name of a file'],
    [{ video: '', conversations: turns }, 'the name of its video is empty'],
    [{ video: 'a.mp4', conversations: [...turns, ...turns] }, 'it has 2 questions and 2 answers'],
    [{ video: 'a.mp4', conversations: turns.slice(0, 1) }, 'it has 1 questions and 0 answers'],
    [row('a_9_5.mp4', 'x'), 'its clip ends at frame 5'],
    [row('a_0_9999999999.mp4', 'x'), 'ends later than any video'],
    [row('a.78_0_12.mp4', 'x'), 'record 1 is a shot of the same video that starts at the same frame, 0'],
    ['words', 'it is the text "words", not an object'],
  ])('%#', async (bad, reason) => {
    const { videos, refused } = await runImport(llavaImporter, JSON.stringify([rows[0], bad, rows[1]]));
    expect(videos).toMatchObject([{ shots: [{ startFrame: 0 }, { startFrame: 40 }] }]);
    expect(refused).toEqual([expect.objectContaining({ record: 2, reason: expect.stringContaining(reason) })]);
  });

  it('also a line that is no JSON', async () => {
    const { videos, refused } = await runImport(
      llavaImporter,
      `${JSON.stringify(rows[0])}\n{"video": \n{}, {}\n${JSON.stringify(rows[1])}`,
    );
    expect(videos).toMatchObject([{ shots: [{}, {}] }]);
    expect(refused.map(({ record, reason }) => `${record}: ${reason}`)).toEqual([
      '2: it is not valid JSON: Unexpected end of JSON input, in the record that begins at line 2, column 1 of the file',
      '3: it is not valid JSON: Unexpected non-whitespace character, line 3, column 3 of the file',
    ]);
  });

  it.each([
    ['', 'it is empty'],
    ['video,caption', 'does not start with a JSON array'],
    ['[{"video": "a.mp4"', 'ends in the middle'],
  ])('a file that is none at all is refused as a whole: %j', async (text, message) => {
    await expect(runImport(llavaImporter, text)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining(message),
    });
  });
});

const video = videoDocument({
  name: 'abc.78.mov',
  lastFrames: [39, 101],
  shots: [{ visual: 'A man runs.', speech: 'go.' }, { visual: 'A dog jumps.' }],
  summary: 'A man runs and a dog jumps.',
});

it.each([{}, { layout: 'python' }, { token: '<video>', idField: true }] as const)(
  'what was exported comes in again (%j)',
  async (chosen) => {
    const { files } = await runExport(llavaExporter, [video], llavaExporter.optionsSchema.parse(chosen));
    const { videos, notes, refused } = await runImport(llavaImporter, files['llava.json'] ?? '');
    expect({ notes, refused }).toEqual({ notes: [], refused: [] });
    expect(videos).toMatchObject([
      {
        name: 'abc.78.mov',
        shots: [
          { startFrame: 0, endFrame: 40, visual: 'A man runs.', speech: 'go.' },
          { startFrame: 40, endFrame: 102, visual: 'A dog jumps.', speech: '' },
        ],
        summary: 'A man runs and a dog jumps.',
      },
    ]);
  },
);

describe('whatever is in a file', () => {
  const attempt = async (text: string): Promise<void> => {
    await runImport(llavaImporter, text, { chunkLength: 5 }).catch((error: unknown) => {
      if (!(error instanceof AppError && error.code === 'invalid-input')) throw error;
    });
  };

  it('it is read, refused by record, or refused by a named error', async () => {
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary' }), attempt));
    const prefix = fc.constantFrom('[', '{', '[{"video":', '{"video":"a_0_9.mp4","conversations":[', '\uFEFF [');
    await fc.assert(fc.asyncProperty(prefix, fc.string({ unit: 'binary' }), async (head, text) => attempt(head + text)));
  });

  it('also where it is JSON of any shape', async () => {
    const name = fc.oneof(fc.string(), fc.constantFrom('a_0_9.mp4', 'a_5_7.mp4', 'a.mp4'));
    const turn = fc.record(
      { from: fc.constantFrom('human', 'gpt', 'x'), value: fc.oneof(fc.string(), fc.jsonValue()) },
      { requiredKeys: [] },
    );
    const anyRow = fc.oneof(fc.jsonValue(), fc.record({ video: fc.oneof(name, fc.jsonValue()), conversations: fc.array(turn) }));
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow), fc.boolean(), async (all, isLines) =>
        attempt(isLines ? all.map((one) => JSON.stringify(one)).join('\n') : JSON.stringify(all)),
      ),
    );
  });
});
