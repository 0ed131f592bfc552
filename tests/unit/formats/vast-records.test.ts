import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shot2storyExporter } from '#core/exchange/formats/exporters/shot2story.ts';
import type { Importer, RefusedRecord } from '#core/exchange/formats/format.ts';
import { createArraySplitter, PassedElement, type SplitElement } from '#core/exchange/formats/importers/array-splitter.ts';
import { llavaImporter } from '#core/exchange/formats/importers/llava.ts';
import { createRowGatherer } from '#core/exchange/formats/importers/row-gatherer.ts';
import { shot2storyImporter } from '#core/exchange/formats/importers/shot2story.ts';
import { readShotRow } from '#core/exchange/formats/shot2story-record.ts';
import { runExport, videoDocument } from '../../helpers/video-documents.ts';
import { expectWithin } from '../../helpers/longest-turn.ts';

const record = { video: 'a.mp4', video_names: ['a_0_9.mp4'], captions: ['A dog.'] };

async function read(
  chunks: Iterable<string>,
  importer: Importer = shot2storyImporter,
): Promise<{ names: string[]; refused: RefusedRecord[] }> {
  const names: string[] = [];
  const refused: RefusedRecord[] = [];
  const context = {
    options: importer.optionsSchema.parse({}),
    signal: new AbortController().signal,
    onNote: () => undefined,
    onRefused: (one: RefusedRecord) => refused.push(one),
    sourceOf: () => null,
    clockOf: () => Promise.resolve(null),
  };
  async function* slowly(): AsyncGenerator<string> {
    yield* chunks;
  }
  for await (const { video } of importer.parse(slowly(), context)) names.push(video.name);
  return { names, refused };
}

it.each<[string, PassedElement['beyond']]>([
  ['{"name":"deep","a":[[1]]}', 'depth'],
  ['{"name":"deep","a":[{"b":{}}],"name":"later"}', 'depth'],
  ['[[[]]]', 'depth'],
  ['{"name":"many","a":[1,2,3,4,5,6]}', 'parts'],
  ['{"name":"many","a":1,"b":2,"c":3,"d":4}', 'parts'],
  [`{"name":"${'long'.repeat(30)}"}`, 'length'],
])('an element beyond the limits is passed over, and those around it are read: %s', (vast, beyond) => {
  const text = `[{"name":"a","b":[1]},${vast},7,{"a":{}},"last"]`;
  for (const chunkLength of [1, 5, 1_000]) {
    const splitter = createArraySplitter({ depth: 2, parts: 9, length: 100 });
    const found: SplitElement[] = [];
    for (let at = 0; at < text.length; at += chunkLength) found.push(...splitter.write(text.slice(at, at + chunkLength)));
    expect(splitter.isEnded()).toBe(true);
    expect(found).toEqual(['{"name":"a","b":[1]}', new PassedElement(beyond, vast), '7', '{"a":{}}', '"last"']);
  }
});

it('elements of any shape are found, wherever the text is cut while it is read', () => {
  const odd = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom('a\\"', '\\\\', '"', '],[', '{"', '\\'),
    fc.dictionary(fc.constantFrom('"', '\\', '\\"', ']', ','), fc.jsonValue()),
  );
  const blank = fc.constantFrom('', ' ', '\n\t', '\r\n');
  fc.assert(
    fc.property(fc.array(fc.tuple(blank, odd, blank)), fc.integer({ min: 1, max: 30 }), blank, (elements, chunkLength, end) => {
      const texts = elements.map(([, value]) => JSON.stringify(value));
      const text = `${end}[${elements.map(([before, , after], index) => before + texts[index] + after).join(',')}]${end}`;
      const splitter = createArraySplitter({ depth: 50, parts: 10_000, length: 1_000_000 });
      const found: SplitElement[] = [];
      for (let at = 0; at < text.length; at += chunkLength) found.push(...splitter.write(text.slice(at, at + chunkLength)));
      expect(found).toEqual(texts);
      expect(splitter.isEnded()).toBe(true);
    }),
  );
});

it.each(['[1 2]', '[,1]', '[1,]', '[]]', '[1]x', '[}'])('an array that is none is refused where that shows: %s', (text) => {
  const splitter = createArraySplitter({ depth: 2, parts: 9, length: 100 });
  expect(() => [...splitter.write(text)]).toThrow('between its records');
});

it('a record with more keys and values than any has is refused by name, and the others are read', async () => {
  const keys = Array.from({ length: 130_000 }, (_, index) => `"key ${index}": 1`);
  const vast = `{"video": "vast.mp4", ${keys.join(', ')}}`;
  const { names, refused } = await read(['[', JSON.stringify(record), ',', vast, ',', JSON.stringify(record), ']']);
  expect(names).toEqual(['a.mp4', 'a.mp4']);
  expect(refused).toEqual([
    { record: 2, name: 'vast.mp4', reason: 'it holds more than 250,000 keys and values (it begins at line 1, column 70 of the file)' },
  ]);
});

it.each([
  ['in an array', ['[', ',', ']'], 'line 1, column 70 of the file'],
  ['on a line of its own', ['', '\n', ''], 'line 2, column 1 of the file'],
])(
  'a record that is longer than any is refused by number and place, takes no memory, and the others are read: %s',
  async (_where, [open = '', between = '', close = ''], place) => {
    const before = process.memoryUsage().heapUsed;
    let most = 0;
    const row = JSON.stringify({
      video: 'a_0_9.mp4',
      conversations: [
        { from: 'human', value: '?' },
        { from: 'gpt', value: 'A dog.' },
      ],
    });
    const [short, vast] = open === '' ? [row, row] : [JSON.stringify(record), JSON.stringify(record)];
    function* chunks(): Generator<string> {
      yield `${open}${short}${between}${vast.slice(0, -1)},"x":"`;
      for (let chunk = 0; chunk < 70; chunk++) {
        yield 'x'.repeat(1024 ** 2);
        most = Math.max(most, process.memoryUsage().heapUsed - before);
      }
      yield `"}${between}${short.replaceAll('a_0_9', 'b_0_9').replaceAll('a.mp4', 'b.mp4')}${close}`;
    }
    const { names, refused } = await read(chunks(), open === '' ? llavaImporter : shot2storyImporter);
    expect(names).toEqual(['a.mp4', 'b.mp4']);
    expect(refused).toMatchObject([{ record: 2, reason: `it is longer than 64 MB (it begins at ${place})` }]);
    expect(most).toBeLessThan(200 * 1024 ** 2);
  },
);

it('what nests without end takes no memory, and the file is reported as unfinished', async () => {
  const before = process.memoryUsage().heapUsed;
  let most = 0;
  function* brackets(): Generator<string> {
    for (let chunk = 0; chunk < 60; chunk++) {
      yield '['.repeat(50_000);
      most = Math.max(most, process.memoryUsage().heapUsed - before);
    }
  }
  await expect(read(brackets())).rejects.toThrow('ends in the middle of record 1, which begins at line 1');
  expect(most).toBeLessThan(200 * 1024 ** 2);
});

it('rows of very many videos are given out before they take all memory, those first that began first', () => {
  const gatherer = createRowGatherer(100);
  const row = (name: string, at: number) => `{"video": "${name}_${at}_${at}.mp4", "caption": "x"}`;
  const texts = [row('a', 0), row('b', 0), row('a', 1), row('c', 0), row('a', 2)];
  const given = texts.flatMap((text, index) => [...gatherer.add(index + 1, readShotRow(JSON.parse(text)), text)]);
  const found = [...given, ...gatherer.takeAll()].map(({ record: first, lastRecord, text }) => [first, lastRecord, text]);
  expect(found).toEqual([
    [1, 3, `[${texts[0]},${texts[2]}]`],
    [2, 2, `[${texts[1]}]`],
    // Too late to belong to the others: the import says that it is another record of the same video.
    [4, 4, `[${texts[3]}]`],
    [5, 5, `[${texts[4]}]`],
  ]);
});

describe('what a file says besides goes out again', () => {
  const record = (further: object, names = ['a_0_9.mp4', 'a_10_19.mp4']): string =>
    JSON.stringify({ video: 'a.mp4', video_names: names, captions: names.map(() => 'x'), ...further });
  const further = (count: number, value: unknown): object =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`key ${index}`, value]));
  const exported = (source: string, shotCount: number, rows: 'videos' | 'shots', texts: object = { summary: 'They play.' }) => {
    const lastFrames = Array.from({ length: shotCount }, (_, index) => index * 10 + 9);
    const document = videoDocument({ name: 'a.mp4', lastFrames, shots: [], source, ...texts });
    return runExport(shot2storyExporter, [document], shot2storyExporter.optionsSchema.parse({ texts: 'all', rows }));
  };

  it.each(['videos', 'shots'] as const)('in a moment, also where it says very much: by %s', async (rows) => {
    const source = rows === 'videos' ? record(further(30_000, 0)) : `[${JSON.stringify({ video: 'a_0_9.mp4', ...further(20_000, 0) })}]`;
    await expectWithin({ allMs: 1_000 }, async () => {
      const { files } = await exported(source, 2, rows);
      expect(files['shot2story.json']?.includes('"key 19999":')).toBe(true);
    });
  });

  it.each(['videos', 'shots'] as const)(
    'unless shots that came later had to have it all, too: then the video is named (by %s)',
    async (rows) => {
      const source =
        rows === 'videos' ? record(further(1_200, [1, 2])) : `[${JSON.stringify({ video: 'a_0_9.mp4', ...further(1_200, 0) })}]`;
      await expect(exported(source, 10_000, rows)).rejects.toMatchObject({
        code: 'unsupported',
        message: expect.stringContaining('a.mp4'),
      });
    },
  );

  it('in a moment, where each shot of thousands has a row and the record has thousands of keys', async () => {
    await expectWithin({ allMs: 1_200 }, () => exported(record(further(20_000, 0), []), 6_000, 'shots', {}));
  });
});
