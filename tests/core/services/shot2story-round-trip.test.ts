import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VideoId } from '#shared/domain/ids.ts';
import type { VideoListItem } from '#shared/domain/video.ts';
import { exactJson } from '../../helpers/exact-json.ts';
import { startTestCore } from '../../helpers/test-core.ts';

/** A new project with what is in these files, and a way to have it exported. */
async function imported(...texts: readonly string[]) {
  const test = startTestCore();
  return inProject(test, 'Demo', texts);
}

type Test = ReturnType<typeof startTestCore>;

async function inProject(test: Test, name: string, texts: readonly string[]) {
  const { projects, jobs, videos, shots, exports, history, transcripts } = test.core.services;
  await projects.createIn(test.dataDir, name);
  const file = path.join(test.dataDir, 'set.json');
  for (const text of texts) {
    writeFileSync(file, text);
    const { grantId } = await test.core.files.grantPath(file);
    jobs.enqueue([{ kind: 'import-dataset', formatId: 'shot2story', grantId, options: {} }], false, 'ann');
    await jobs.idle();
  }
  const job = jobs.list().at(-1);
  const folder = path.join(test.dataDir, `out ${name}`);
  async function exported(options: Record<string, unknown> = {}) {
    const { manifest } = await exports.write(
      { formatId: 'shot2story', options: { texts: 'all', ...options } },
      { folder, manifestName: 'manifest.json' },
      { signal: new AbortController().signal, onProgress: () => undefined },
    );
    return { text: readFileSync(path.join(folder, 'shot2story.json'), 'utf8'), reasons: manifest.leftOut.map(({ reason }) => reason) };
  }
  const { api } = test.as('ann');
  const first = (): VideoListItem & { readonly id: VideoId } => {
    const [video] = videos.list();
    if (video === undefined) throw new Error('a video expected');
    return video;
  };
  return { ...test, api, job, videos, shots, history, transcripts, exported, first };
}

/** Keys with JSON text under them, so that whatever can be written can be compared. */
type Pairs = readonly (readonly [key: string, raw: string])[];

const written = (pairs: Pairs): string => `{${pairs.map(([key, raw]) => `${JSON.stringify(key)}: ${raw}`).join(', ')}}`;
const list = (raws: readonly string[]): string => `[${raws.join(', ')}]`;
const withKey = (pairs: Pairs, key: string, raw: string): Pairs => pairs.map(([each, old]) => [each, each === key ? raw : old]);

const oddText = fc.oneof(
  fc.string({ maxLength: 12 }).map((text) => JSON.stringify(text)),
  fc.constantFrom(
    'null',
    '""',
    '"   "',
    '" leading and trailing "',
    '"nan"',
    '"NaN"',
    '"Placeholder for visual caption."',
    '"Placeholder for audio caption."',
    '"caf\\u00e9 \\ud83d\\ude00 \\ud800"',
    '"a\\/b \\"quoted\\" \\\\"',
    '"An <image> of </s>."',
    '"line\\nbreak\\u0000"',
  ),
);
const oddValue = fc.oneof(
  fc.constantFrom(
    '1.0',
    '-0.0',
    '1e5',
    '12345678901234567890',
    '0.1234567890123456789',
    'true',
    'null',
    '{}',
    '[]',
    '{"b": [1.50, {"a": 1}], "a": 2, "a": 3}',
  ),
  fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value)),
);

interface OddRecord {
  readonly pairs: Pairs;
  readonly names: readonly string[];
  readonly starts: readonly number[];
}

/** Shots in any order, with gaps and overlaps; keys in any order, and without those that need not be there. */
const oddRecord: fc.Arbitrary<OddRecord> = fc
  .record({
    base: fc.constantFrom('walk', 'LEwayCpIk20.78', '-9xY.1', 'train/walk'),
    clipBase: fc.constantFrom(null, 'other', 'W alk'),
    ext: fc.constantFrom('.mp4', '.webm', '.MP4'),
    shots: fc.uniqueArray(fc.record({ start: fc.nat(200), length: fc.integer({ min: 1, max: 90 }) }), {
      minLength: 1,
      maxLength: 5,
      selector: ({ start }) => start,
    }),
    texts: fc.array(fc.tuple(oddText, oddText, oddText), { minLength: 5, maxLength: 5 }),
    hasNarration: fc.constantFrom('list', 'null', 'missing'),
    hasSpeech: fc.constantFrom('list', 'null', 'missing'),
    summary: fc.option(oddText, { nil: null }),
    wholeSpeech: fc.option(oddText, { nil: null }),
    id: fc.option(fc.constantFrom('7', '1.0', '1e5', '7012345678901234567', '"seven"'), { nil: null }),
    named: fc.subarray(['image_id', 'nvid']),
    unknown: fc.uniqueArray(fc.tuple(fc.constantFrom('source', '10', '2', '__proto__', 'constructor', 'OCR', 'é'), oddValue), {
      selector: ([key]) => key,
    }),
    order: fc.array(fc.nat(1000), { minLength: 20, maxLength: 20 }),
  })
  .map((given) => {
    const { base, clipBase, ext, shots, texts, order } = given;
    const video = JSON.stringify(`${base}${ext}`);
    const names = shots.map(({ start, length }) => JSON.stringify(`${clipBase ?? base}_${start}_${start + length - 1}${ext}`));
    const ofShots = (place: 0 | 1 | 2): string => list(shots.map((_shot, index) => texts[index]?.[place] ?? '""'));
    const optional = (key: string, raw: string | null): Pairs => (raw === null ? [] : [[key, raw]]);
    const choice = (which: string, raw: string): string | null => (which === 'missing' ? null : which === 'null' ? 'null' : raw);
    const pairs: Pairs = [
      ['video', video],
      ['video_names', list(names)],
      ['captions', ofShots(0)],
      ['per shot', list(shots.map((_shot, index) => `${index}.0`))],
      ...optional('audio_captions', choice(given.hasNarration, ofShots(1))),
      ...optional('ASR', choice(given.hasSpeech, ofShots(2))),
      ...optional('whole_caption', given.summary),
      ...optional('whole_ASR', given.wholeSpeech),
      ...optional('id', given.id),
      ...given.named.map((key) => [key, video] as const),
      ...given.unknown,
    ];
    const sorted = pairs.map((pair, index) => ({ pair, at: order[index] ?? 0 })).toSorted((left, right) => left.at - right.at);
    return { pairs: sorted.map(({ pair }) => pair), names, starts: shots.map(({ start }) => start) };
  });

/** Frames in the middle of a video that a person may cut it at, where no shot of it begins. */
function freeFrame({ starts }: OddRecord): number {
  const last = Math.max(...starts);
  let frame = last - 1;
  while (starts.includes(frame)) frame--;
  return frame;
}

describe('a Shot2Story file that nobody edited', { timeout: 120_000 }, () => {
  it('comes out as it came, whatever is in it', async () => {
    const test = startTestCore();
    let count = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(oddRecord, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('compact', 'python'),
        async (records, layout) => {
          const text = list(records.map(({ pairs }) => written(pairs)));
          const { exported, job } = await inProject(test, `P${count++}`, [text]);
          expect(job?.result).toMatchObject({ videos: records.length, refusedRecords: 0 });
          const { text: back } = await exported({ layout });
          expect(exactJson(back)).toBe(exactJson(text));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('comes out as it came after the import was taken back and done again, and after the video was taken out and put back', async () => {
    const text = `[{"nvid": "w.mp4", "video": "w.mp4", "id": 1.0, "video_names": ["w_5_9.mp4"], "captions": [" A dog. "], "2": [1e3], "1": null}]`;
    const { history, videos, exported, first } = await imported(text);
    history.undo('ann');
    expect(videos.list()).toEqual([]);
    history.redo('ann');
    expect(exactJson((await exported()).text)).toBe(exactJson(text));
    videos.remove([first().id], 'ann');
    history.undo('ann');
    expect(exactJson((await exported()).text)).toBe(exactJson(text));
  });
});

describe('after an edit', { timeout: 120_000 }, () => {
  it('of a caption, a narration or the summary, only that differs', async () => {
    const test = startTestCore();
    let count = 0;
    const kinds = { visual: 'captions', narration: 'audio_captions', summary: 'whole_caption' } as const;
    await fc.assert(
      fc.asyncProperty(
        oddRecord,
        fc.nat(4),
        fc.constantFrom('visual' as const, 'narration' as const, 'summary' as const),
        async (record, nth, kind) => {
          const { exported, api, shots, first } = await inProject(test, `E${count++}`, [list([written(record.pairs)])]);
          const place = nth % record.names.length;
          const order = [...record.starts.keys()].toSorted((left, right) => (record.starts[left] ?? 0) - (record.starts[right] ?? 0));
          const shotId = kind === 'summary' ? null : (shots.list(first().id)[order.indexOf(place)]?.id ?? null);
          await api.texts.edit({ videoId: first().id, shotId, kind, text: 'Somebody wrote this.' });
          const key = kinds[kind];
          const now = '"Somebody wrote this."';
          const there = record.pairs.find(([each]) => each === key)?.[1];
          const elements = (raws: readonly string[]): string => list(raws.map((raw, index) => (index === place ? now : raw)));
          const asNow =
            kind === 'summary' ? now : elements(there === undefined || there === 'null' ? record.names.map(() => '""') : partsOf(there));
          const expected = there === undefined ? [...record.pairs, [key, asNow] as const] : withKey(record.pairs, key, asNow);
          expect(exactJson((await exported()).text)).toBe(exactJson(list([written(expected)])));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('of the cuts, the shots concerned have other names, and all others are as they came', async () => {
    const test = startTestCore();
    let count = 0;
    await fc.assert(
      fc.asyncProperty(
        oddRecord.filter((record) => record.starts.length > 1 && freeFrame(record) > 0),
        async (record) => {
          const { exported, shots, history, first } = await inProject(test, `C${count++}`, [list([written(record.pairs)])]);
          const before = exactJson((await exported()).text);
          const names = (text: string): string[] => JSON.parse(text)[0].video_names;
          shots.split(first().id, { frame: freeFrame(record) }, 'ann');
          const after = (await exported()).text;
          expect(names(after)).toHaveLength(record.names.length + 1);
          const kept = record.names.map((name) => String(JSON.parse(name))).filter((name) => names(after).includes(name));
          expect(kept.length).toBeGreaterThanOrEqual(record.names.length - 1);
          // In the order in which they came.
          expect(names(after).filter((name) => kept.includes(name))).toEqual(kept);
          expect(JSON.parse(after)[0]['per shot'].filter((one: unknown) => one !== null)).toEqual(
            record.names.map((_name, index) => index),
          );
          for (const [key, raw] of record.pairs)
            if (!['video_names', 'captions', 'audio_captions', 'ASR', 'per shot'].includes(key) && !raw.startsWith('['))
              expect(exactJson(after)).toContain(`${JSON.stringify(key)}:${exactJson(raw)}`);
          history.undo('ann');
          expect(exactJson((await exported()).text)).toBe(before);
        },
      ),
      { numRuns: 25 },
    );
  });
});

/** Of a list of simple values. */
function partsOf(raw: string): string[] {
  return raw.match(/"(?:[^"\\]|\\.)*"|null/gu) ?? [];
}
