import { expect, it } from 'vitest';
import type { RefusedRecord } from '#core/exchange/formats/format.ts';
import { createExactParser, PassedElement } from '#core/exchange/formats/importers/exact-parser.ts';
import { shot2storyImporter } from '#core/exchange/formats/importers/shot2story.ts';

const record = { video: 'a.mp4', video_names: ['a_0_9.mp4'], captions: ['A dog.'] };

async function read(chunks: Iterable<string>): Promise<{ names: string[]; refused: RefusedRecord[] }> {
  const names: string[] = [];
  const refused: RefusedRecord[] = [];
  const context = {
    options: { split: null },
    signal: new AbortController().signal,
    onNote: () => undefined,
    onRefused: (one: RefusedRecord) => refused.push(one),
  };
  async function* slowly(): AsyncGenerator<string> {
    yield* chunks;
  }
  for await (const { video } of shot2storyImporter.parse(slowly(), context)) names.push(video.name);
  return { names, refused };
}

it.each([
  ['{"name":"deep","a":[[1]]}', 'depth'],
  ['{"name":"deep","a":[{"b":{}}],"name":"later"}', 'depth'],
  ['[[[]]]', 'depth'],
  ['{"name":"many","a":[1,2,3,4,5,6]}', 'parts'],
  ['{"name":"many","a":1,"b":2,"c":3,"d":4}', 'parts'],
])('an element beyond the limits is passed over, and those around it are read: %s', (vast, beyond) => {
  const text = `[{"name":"a","b":[1]},${vast},7,{"a":{}},"last"]`;
  for (const chunkLength of [1, 5, 1_000]) {
    const found: unknown[] = [];
    const parser = createExactParser({
      limits: { depth: 2, parts: 9 },
      nameKey: 'name',
      onElement: (value) => found.push(value),
      onError: (error) => found.push(error),
    });
    for (let at = 0; at < text.length; at += chunkLength) parser.write(text.slice(at, at + chunkLength));
    expect(parser.isEnded()).toBe(true);
    const name = /"name":"(\w+)"/.exec(vast)?.[1] ?? null;
    expect(found).toEqual([{ name: 'a', b: [1] }, new PassedElement(beyond as PassedElement['beyond'], name), 7, { a: {} }, 'last']);
  }
});

it('a record with more keys and values than any has is refused by name, and the others are read', async () => {
  const keys = Array.from({ length: 130_000 }, (_, index) => `"key ${index}": 1`);
  const vast = `{"video": "vast.mp4", ${keys.join(', ')}}`;
  const { names, refused } = await read(['[', JSON.stringify(record), ',', vast, ',', JSON.stringify(record), ']']);
  expect(names).toEqual(['a.mp4', 'a.mp4']);
  expect(refused).toEqual([{ record: 2, name: 'vast.mp4', reason: 'it holds more than 250,000 keys and values' }]);
});

it('what nests without end takes no memory, and the file is reported as unfinished', async () => {
  const before = process.memoryUsage().heapUsed;
  let most = 0;
  function* brackets(): Generator<string> {
    for (let chunk = 0; chunk < 60; chunk++) {
      yield '['.repeat(50_000);
      most = Math.max(most, process.memoryUsage().heapUsed - before);
    }
  }
  await expect(read(brackets())).rejects.toThrow('ends in the middle of a record');
  expect(most).toBeLessThan(200 * 1024 ** 2);
});
