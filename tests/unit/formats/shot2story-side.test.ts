import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shot2storySideImporter } from '#core/exchange/formats/importers/shot2story-side.ts';
import { AppError } from '#shared/contract/errors.ts';
import { type ImportRun, runImport } from '../../helpers/run-import.ts';

/** Written by Python 3.11 and numpy 1.26.4, see the names. */
const FIXTURES = path.join(import.meta.dirname, '../../fixtures/pickles');
const pickle = (name: string): Buffer => readFileSync(path.join(FIXTURES, `${name}.pkl`));
const read = (content: Uint8Array | string, chunkLength = 7): Promise<ImportRun> =>
  runImport(shot2storySideImporter, Buffer.from(content).toString('latin1'), { chunkLength });
/** Each video with the first and last frames of its shots. */
const framesIn = ({ videos }: ImportRun) =>
  Object.fromEntries(videos.map(({ name, shots }) => [name, shots.map(({ startFrame, endFrame }) => [startFrame, endFrame - 1])]));

const PLAIN = {
  'LEwayCpIk20.78.mp4': [
    [0, 39],
    [40, 101],
  ],
  'é-1.mp4': [
    [0, 300],
    [301, 70_000],
  ],
};

describe('split info gives shots without texts', () => {
  it.each([2, 3, 4, 5])('from a pickle of protocol %i', async (protocol) => {
    const run = await read(pickle(`python-3.11-protocol-${protocol}`));
    expect(framesIn(run)).toEqual(PLAIN);
    expect(run).toMatchObject({ notes: [], refused: [] });
    expect(run.videos[0]).toMatchObject({
      summary: '',
      shots: [{ visual: '', narration: '', speech: '', entry: 0 }, { entry: 1 }],
      source: { format: 'shot2story-side', text: '{"LEwayCpIk20.78.mp4":[[0,39],[40,101]]}' },
    });
  });

  it.each([3, 4])('from one with arrays and numbers of numpy, protocol %i', async (protocol) => {
    const shots = [
      [0, 39],
      [40, 101],
    ];
    expect(framesIn(await read(pickle(`numpy-1.26-protocol-${protocol}`)))).toEqual({
      'a.mp4': shots,
      'b.mp4': [
        [0, 9],
        [10, 19],
      ],
      'c.mp4': [[0, 5]],
    });
  });

  it('from numbers of any size, and from arrays of tuples', async () => {
    expect(framesIn(await read(pickle('numpy-1.26-scalars-5')))).toEqual({
      'b.mp4': [
        [0, 9],
        [10, 19],
      ],
    });
    expect(framesIn(await read(pickle('numpy-1.26-objects-4')))).toEqual({
      'o.mp4': [
        [0, 9],
        [10, 19],
      ],
    });
  });

  it('from JSON and from CSV', async () => {
    expect(framesIn(await read(JSON.stringify(PLAIN, null, 2)))).toEqual(PLAIN);
    expect(
      framesIn(
        await read(
          'clip_id,start_frame,end_frame\r\nLEwayCpIk20.78,0,39\r\né-1.mp4,0,300\r\nLEwayCpIk20.78,40,101\r\né-1.mp4,301,70000\r\n',
        ),
      ),
    ).toEqual(PLAIN);
  });

  it('a video whose shots cannot be used is refused with its place', async () => {
    const { videos, refused } = await read(
      JSON.stringify({
        'a.mp4': [[0, 9]],
        'b.mp4': [[9, 3]],
        'c.mp4': 'x',
        'd.mp4': [
          [0, 1],
          [0, 2],
        ],
        '': [],
        'e.mp4': [[-4, 2]],
        'f.mp4': [[0, 9]],
      }),
    );
    expect(videos.map(({ name }) => name)).toEqual(['a.mp4', 'f.mp4']);
    expect(refused.map(({ record, name, reason }) => [record, name, reason])).toEqual([
      [2, 'b.mp4', 'shot 1 ends at frame 3, before it begins at frame 9'],
      [3, 'c.mp4', expect.stringContaining('its list of shots')],
      [4, 'd.mp4', 'two shots start at frame 0'],
      [5, '', 'the name of its video is empty'],
      [6, 'e.mp4', 'shot 1 begins at frame -4, and frames are counted from 0'],
    ]);
  });
});

describe('meta gives videos without shots, and keeps what it says of them', () => {
  const head = 'clip_id,categories,duration,youtube_id';
  it('as Shot2Story has it', async () => {
    const line = `LEwayCpIk20.78,['Film & Animation'],"['00:12:10.470', '00:12:23.490']",LEwayCpIk20`;
    const { videos, refused } = await read(`${head}\n${line}\n-x.1,['Howto, Style', "Gray's"],[],-x\n`);
    expect(refused.map(({ record, name, reason }) => [record, name, reason])).toEqual([
      [2, '-x.1', 'it has 6 cells, and the file has 4 columns'],
    ]);
    expect(videos).toMatchObject([{ name: 'LEwayCpIk20.78.mp4', shots: [], summary: '' }]);
    expect(JSON.parse(videos[0]?.source.text ?? '')).toEqual({
      clip_id: 'LEwayCpIk20.78',
      categories: ['Film & Animation'],
      duration: ['00:12:10.470', '00:12:23.490'],
      youtube_id: 'LEwayCpIk20',
    });
  });
});

describe('a pickle is data: what data does not need is refused with its operation and byte', () => {
  it.each([
    ['ordered-dict', 'operation STACK_GLOBAL at byte 39: it names “collections.OrderedDict”'],
    ['date', 'operation GLOBAL at byte 17: it names “datetime.date”'],
    ['set', 'operation 0x8f at byte 21: this operation is not needed for data'],
    ['floats', 'NumPy numbers of type “f8” are not read'],
    ['numpy-1.26-protocol-5-buffer', 'it names “numpy.core.numeric._frombuffer”'],
    ['not-a-dict', 'it does not hold a dictionary of videos and shots'],
  ])('%s', async (name, problem) => {
    await expect(read(pickle(name))).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining(problem) });
  });

  it('a list that holds itself is refused as a list of shots, and the others come in', async () => {
    const run = await read(pickle('circle'));
    expect(framesIn(run)).toEqual({ 'b.mp4': [[0, 9]] });
    expect(run.refused).toMatchObject([{ record: 1, name: 'a.mp4' }]);
  });

  it.each([
    ['of seven bytes', [0x8a, 7, ...Array<number>(7).fill(0x7f)]],
    ['below zero', [0x8a, 7, ...Array<number>(7).fill(0xff)]],
    ['of a thousand digits', [0x8b, 0, 2, 0, 0, ...Array<number>(512).fill(0x7f)]],
  ])('a number beyond all frames (%s) refuses its video alone', async (_what, number) => {
    const shots = (name: string, last: readonly number[]): number[] => [0x8c, 1, ...Buffer.from(name), 0x5d, 0x4b, 0, ...last, 0x86, 0x61];
    const bytes = Buffer.from([0x80, 4, 0x7d, 0x28, ...shots('a', number), ...shots('b', [0x4b, 9]), 0x75, 0x2e]);
    const run = await read(bytes);
    expect(framesIn(run)).toEqual({ 'b.mp4': [[0, 9]] });
    expect(run.refused).toMatchObject([
      { record: 1, name: 'a', reason: 'entry 2 of entry 1 of its list of shots is a number beyond all bounds' },
    ]);
  });

  it.each([
    ['protocol 0', Buffer.from('(dp0\n.'), 'it is a pickle of protocol 0, and only 2 to 5 are read. Save it anew in Python: pickle.dump('],
    ['protocol 1', Buffer.from('}q\0.'), 'it is a pickle of protocol 1'],
    ['protocol 9', Buffer.from([0x80, 9, 0x4e, 0x2e]), 'protocol 9 is not supported'],
    ['no end', Buffer.from([0x80, 4, 0x7d]), 'it ends at byte 3 without the operation STOP'],
    [
      'a text beyond the file',
      Buffer.from([0x80, 4, 0x58, 0xff, 0xff, 0, 0, 0x61]),
      'operation BINUNICODE at byte 2: the file ends in the middle of it',
    ],
    [
      'a text beyond all bounds',
      Buffer.from([0x80, 4, 0x8d, ...Array<number>(8).fill(0xff), 0x61]),
      'the text is longer than 1,000,000 bytes',
    ],
    ['a place far out in its memory', Buffer.from([0x80, 4, 0x4e, 0x72, 0xff, 0xff, 0xff, 0x7f, 0x2e]), 'is not a place in its memory'],
    ['what was never remembered', Buffer.from([0x80, 4, 0x68, 3, 0x2e]), 'nothing is stored at 3 in its memory'],
    ['nothing to take', Buffer.from([0x80, 4, 0x86, 0x2e]), 'operation TUPLE2 at byte 2: there is no value for it to take'],
    ['a state for a list', Buffer.from([0x80, 4, 0x5d, 0x4e, 0x62, 0x2e]), 'it sets the state of something that has none'],
    ['a call of a text', Buffer.from([0x80, 4, 0x8c, 1, 0x61, 0x29, 0x52, 0x2e]), 'it calls something that is not a NumPy name'],
    ['very many marks', Buffer.concat([Buffer.from([0x80, 4]), Buffer.alloc(5_000, 0x28)]), 'more than 1,000 marks'],
    [
      'more lists than memory holds',
      Buffer.concat([Buffer.from([0x80, 4, 0x5d]), Buffer.from('5d61'.repeat(4_000_001), 'hex')]),
      'more than 4,000,000 lists',
    ],
    ['very many values', Buffer.concat([Buffer.from([0x80, 4]), Buffer.alloc(1_000_002, 0x4e)]), 'more than 1,000,000 values'],
  ])('%s', async (_what, bytes, problem) => {
    await expect(read(bytes, 100_000)).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining(problem) });
  });

  it('one content that very many arrays share does not fill all memory', async () => {
    const text = (value: string): number[] => [0x8c, value.length, ...Buffer.from(value)];
    const name = (module: string, of: string): number[] => [...text(module), ...text(of), 0x93, 0x94];
    const setUp = [
      [0x80, 4, 0x5d, 0x42, 0x40, 0x42, 0x0f, 0, ...Buffer.alloc(1_000_000), 0x94, 0x61],
      [...name('numpy.core.multiarray', '_reconstruct'), 0x61, ...name('numpy', 'ndarray'), 0x61],
      [...name('numpy', 'dtype'), ...text('i1'), 0x85, 0x52, 0x94, 0x61],
    ].flat();
    // _reconstruct(ndarray,), built with (1, (1,000,000,), dtype, False, content).
    const array = [0x68, 1, 0x68, 2, 0x85, 0x52, 0x28, 0x4b, 1, 0x4a, 0x40, 0x42, 0x0f, 0, 0x85, 0x68, 4, 0x89, 0x68, 0, 0x74, 0x62, 0x61];
    const bytes = Buffer.concat([Buffer.from(setUp), ...Array.from({ length: 100 }, () => Buffer.from(array))]);
    await expect(read(bytes, 100_000)).rejects.toThrow('its arrays have more than 16,000,000 bytes');
  });

  it('one list that very many videos share does not make work without end', async () => {
    // {'a': shots, 'b': shots, …}: 9,000 shots that are written once and named by 231 videos.
    const shots = Array.from({ length: 9_000 }, (_, index) => [
      0x4d,
      index & 0xff,
      index >> 8,
      0x4d,
      index & 0xff,
      index >> 8,
      0x86,
    ]).flat();
    const more = Array.from({ length: 230 }, (_, index) => [
      ...Buffer.from(`\u008c\u0004${String(index).padStart(4, '0')}`, 'latin1'),
      0x68,
      0,
    ]).flat();
    const bytes = Buffer.from([0x80, 4, 0x7d, 0x28, 0x8c, 1, 0x61, 0x5d, 0x94, 0x28, ...shots, 0x65, ...more, 0x75, 0x2e]);
    await expect(read(bytes, 100_000)).rejects.toThrow('it has more than 2,000,000 shots');
  });
});

describe('whatever is in a file', () => {
  const attempt = async (content: Uint8Array): Promise<void> => {
    await read(content, 50).catch((error: unknown) => {
      if (!(error instanceof AppError && error.code === 'invalid-input')) throw error;
    });
  };

  it('it is read or refused by a named error', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array(), attempt));
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), async (bytes) => attempt(Buffer.concat([Buffer.from([0x80, 4]), bytes]))),
      { numRuns: 500 },
    );
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) =>
        attempt(Buffer.from(`clip_id,categories,duration,youtube_id\n${text}`)),
      ),
    );
  });

  it('also a pickle of which some bytes are others', async () => {
    const names = ['python-3.11-protocol-2', 'python-3.11-protocol-4', 'numpy-1.26-protocol-3', 'numpy-1.26-protocol-4'];
    const change = fc.tuple(fc.nat(500), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.array(change, { minLength: 1, maxLength: 6 }), async (name, changes) => {
        const bytes = pickle(name);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        await attempt(bytes);
      }),
      { numRuns: 1_000 },
    );
  });
});
