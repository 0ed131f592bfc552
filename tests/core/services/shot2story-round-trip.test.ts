import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importedShotId } from '#core/project/videos/imported-ids.ts';
import { exactJson } from '../../helpers/exact-json.ts';
import { importedSet, setInProject } from '../../helpers/imported-set.ts';
import { makeProbe, startTestCore } from '../../helpers/test-core.ts';

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

/** Rows of a video, of which each has what it likes. */
const oddRows: fc.Arbitrary<(video: number) => Pairs[]> = fc
  .record({
    shots: fc.uniqueArray(fc.record({ start: fc.nat(200), length: fc.integer({ min: 1, max: 90 }) }), {
      minLength: 1,
      maxLength: 4,
      selector: ({ start }) => start,
    }),
    texts: fc.array(fc.array(fc.option(oddText, { nil: null }), { minLength: 5, maxLength: 5 }), { minLength: 4, maxLength: 4 }),
    unknown: fc.uniqueArray(fc.tuple(fc.constantFrom('source', '10', '2', '__proto__', 'é'), oddValue), { selector: ([key]) => key }),
    image: fc.constantFrom('own', 'other', 'missing'),
    turn: fc.nat(5),
  })
  .map(
    ({ shots, texts, unknown, image, turn }) =>
      (video) =>
        shots.map(({ start, length }, index) => {
          const name = JSON.stringify(`v ${video}.1_${start}_${start + length - 1}.mp4`);
          const [caption, ...others] = texts[index] ?? [];
          // Each needs one of the keys by which it is known.
          const keys = ['audio_caption', 'asr', 'whole_ASR', 'whole_caption'];
          const optional = keys.flatMap((key, at): Pairs => (typeof others[at] === 'string' ? [[key, others[at]]] : []));
          const pairs: Pairs = [
            ['video', name],
            ...(image === 'missing' ? [] : [['image_id', image === 'own' ? name : '"another.mp4"'] as const]),
            ...(typeof caption === 'string' || !optional.some(([key]) => key === 'asr') ? [['caption', caption ?? 'null'] as const] : []),
            ...optional,
            ...unknown,
          ];
          return [...pairs.slice(turn), ...pairs.slice(0, turn)];
        }),
  );

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
          const { exported, job } = await setInProject(test, `P${count++}`, [text]);
          expect(job?.result).toMatchObject({ videos: records.length, refusedRecords: 0 });
          const { text: back } = await exported({ layout });
          expect(exactJson(back)).toBe(exactJson(text));
        },
      ),
      { numRuns: 16 },
    );
  });

  it('comes out as it came where records have no shots, and is a record like others once somebody cuts its video', async () => {
    const text = '[{"video_names": [], "video": "w.mp4", "captions": [], "ASR": null, "whole_caption": "Dogs.", "id": 1.0}]';
    const { core, videos, shots, exported, first } = await importedSet(text);
    expect(exactJson((await exported()).text)).toBe(exactJson(text));
    videos.setProbe(first().id, makeProbe(100), null);
    shots.ensureTiled(first().id, 'ann');
    expect(exactJson((await exported()).text)).toBe(exactJson(text));
    core.services.shots.split(first().id, { frame: 40 }, 'ann');
    expect(JSON.parse((await exported()).text)).toMatchObject([{ video_names: ['w_0_39.mp4', 'w_40_99.mp4'], captions: ['', ''] }]);
  });

  it('comes out as it came after the import was taken back and done again, and after the video was taken out and put back', async () => {
    const text = `[{"nvid": "w.mp4", "video": "w.mp4", "id": 1.0, "video_names": ["w_5_9.mp4"], "captions": [" A dog. "], "2": [1e3], "1": null}]`;
    const { history, videos, exported, first } = await importedSet(text);
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
          const { exported, api, first } = await setInProject(test, `E${count++}`, [list([written(record.pairs)])]);
          const place = nth % record.names.length;
          const shotId = kind === 'summary' ? null : importedShotId(first().id, place);
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
      { numRuns: 16 },
    );
  });

  it('of the cuts, the shots concerned have other names, and all others are as they came', async () => {
    const test = startTestCore();
    let count = 0;
    await fc.assert(
      fc.asyncProperty(
        oddRecord.filter((record) => record.starts.length > 1 && freeFrame(record) > 0),
        async (record) => {
          const { exported, shots, history, first } = await setInProject(test, `C${count++}`, [list([written(record.pairs)])]);
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
      { numRuns: 10 },
    );
  });
});

describe('frames of which a file says nothing', () => {
  const text = `[{"video": "w.mp4", "video_names": ["w_60_89.mp4", "w_10_19.mp4"], "captions": ["A dog.", "A cat."]}]`;

  it('are shots without texts, so no caption is of other frames than it was written for, and go into no file', async () => {
    const { shots, exported, first } = await importedSet(text);
    expect(shots.list(first().id).map(({ startFrame, endFrame }) => [startFrame, endFrame])).toEqual([
      [0, 10],
      [10, 20],
      [20, 60],
      [60, 90],
    ]);
    expect(exactJson((await exported()).text)).toBe(exactJson(text));
  });

  it('go out once somebody has written about them', async () => {
    const { api, shots, exported, first } = await importedSet(text);
    const [, , unsaid] = shots.list(first().id);
    await api.texts.edit({ videoId: first().id, shotId: unsaid?.id ?? null, kind: 'visual', text: 'A cow.' });
    expect(JSON.parse((await exported()).text)).toMatchObject([
      { video_names: ['w_60_89.mp4', 'w_10_19.mp4', 'w_20_59.mp4'], captions: ['A dog.', 'A cat.', 'A cow.'] },
    ]);
  });

  it('may be those behind the last shot, once the file is found', async () => {
    const { core, shots, exported, first } = await importedSet(text);
    core.services.videos.setProbe(first().id, makeProbe(200), null);
    shots.ensureTiled(first().id, 'ann');
    expect(shots.list(first().id).map(({ endFrame }) => endFrame)).toEqual([10, 20, 60, 90, 200]);
    expect(exactJson((await exported()).text)).toBe(exactJson(text));
  });
});

describe('speech', () => {
  const text = `[{"video": "w.mp4", "ASR": [" one ", "two", null], "video_names": ["w_0_9.mp4", "w_10_19.mp4", "w_20_29.mp4"], "captions": ["", "", ""], "whole_ASR": "One. Two!"}]`;

  it('of one shot that somebody corrected is written with that of the whole video, and that of the others is as it came', async () => {
    const { api, transcripts, exported, first } = await importedSet(text);
    const videoId = first().id;
    const [, two] = transcripts.get(videoId);
    if (two === undefined) throw new Error('speech expected');
    await api.transcripts.edit({ videoId, segmentId: two.id, text: 'three' });
    expect(exactJson((await exported()).text)).toBe(exactJson(text.replace('"two"', '"three"').replace('"One. Two!"', '"one three"')));
  });

  it('is as it came where its cut was moved and it still belongs to its shot', async () => {
    const { shots, exported, first } = await importedSet(text);
    const [, second] = shots.list(first().id);
    if (second === undefined) throw new Error('a shot expected');
    shots.moveBoundary(first().id, { shotId: second.id, frame: 11 }, 'ann');
    expect(exactJson((await exported()).text)).toBe(exactJson(text.replace('w_0_9', 'w_0_10').replace('w_10_19', 'w_11_19')));
  });
});

describe('texts that are left out', () => {
  it('are empty and reported, and fillers that nobody wrote over are not', async () => {
    const text = `[{"video": "w.mp4", "video_names": ["w_0_9.mp4", "w_10_19.mp4", "w_20_29.mp4"], "captions": ["A dog.", "A cat.", "Placeholder for visual caption."]}]`;
    const { api, shots, exported, first } = await importedSet(text);
    const shotId = shots.list(first().id)[0]?.id ?? null;
    await api.texts.edit({ videoId: first().id, shotId, kind: 'visual', text: 'A dog!' });
    const [current] = await api.texts.current({ videoId: first().id });
    if (current === undefined) throw new Error('a text expected');
    await api.texts.setStatus({ revisionIds: [current.id], status: 'accepted' });
    const { text: back, reasons } = await exported({ texts: 'accepted' });
    expect(exactJson(back)).toBe(exactJson(text.replace('A dog.', 'A dog!').replace('A cat.', '')));
    expect(reasons).toEqual(['visual caption not accepted yet (draft)']);
  });
});

describe('a file with a row for each shot', () => {
  it('comes out as it came, whatever is in it, and with one other text where that was edited', { timeout: 120_000 }, async () => {
    const test = startTestCore();
    let count = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(oddRows, { minLength: 1, maxLength: 3 }), fc.constantFrom('compact', 'python'), async (videos, layout) => {
        const all = videos.flatMap((rows, video) => rows(video));
        const { exported, job, api, first } = await setInProject(test, `R${count++}`, [list(all.map(written))]);
        expect(job?.result).toMatchObject({ records: all.length, videos: videos.length, refusedRecords: 0 });
        expect(exactJson((await exported({ rows: 'shots', layout })).text)).toBe(exactJson(list(all.map(written))));
        const ofFirst = videos[0]?.(0) ?? [];
        const startOf = (row: Pairs): number => Number(/_(\d+)_\d+\./u.exec(row.find(([key]) => key === 'video')?.[1] ?? '')?.[1]);
        const edited = ofFirst.toSorted((left, right) => startOf(left) - startOf(right))[0] ?? [];
        const now = '"Somebody wrote this."';
        const asNow = edited.some(([key]) => key === 'caption') ? withKey(edited, 'caption', now) : [...edited, ['caption', now] as const];
        const place = ofFirst.indexOf(edited);
        await api.texts.edit({
          videoId: first().id,
          shotId: importedShotId(first().id, place),
          kind: 'visual',
          text: 'Somebody wrote this.',
        });
        const expected = all.map((row, index) => (index === place ? asNow : row));
        expect(exactJson((await exported({ rows: 'shots' })).text)).toBe(exactJson(list(expected.map(written))));
      }),
      { numRuns: 10 },
    );
  });

  it.each(['20k_train.json', '43k_human_shot_train.json'])('comes out as it came, as one like %s of published data', async (name) => {
    const text = readFileSync(path.join(import.meta.dirname, '../../fixtures/shot2story', name), 'utf8');
    const { exported, job, videos } = await importedSet(text);
    expect(job).toMatchObject({ state: 'done', result: { videos: 2, records: JSON.parse(text).length, refusedRecords: 0 } });
    expect(videos.list().map(({ name: video }) => path.extname(video))).toEqual(['.mp4', '.mp4']);
    const rows = name.includes('_shot_') ? 'shots' : 'videos';
    expect(exactJson((await exported({ rows })).text)).toBe(exactJson(text));
    // Python's own layout, byte for byte.
    if (rows === 'shots') expect((await exported({ rows, layout: 'python' })).text).toBe(text.trimEnd());
  });

  it('is exported as records for each video, and a file of these as rows', async () => {
    const file = (name: string): string => readFileSync(path.join(import.meta.dirname, '../../fixtures/shot2story', name), 'utf8');
    const ofRows = await importedSet(file('43k_human_shot_train.json'));
    expect(JSON.parse((await ofRows.exported()).text)[0]).toEqual({
      video: '-qVmXt1aBcD.12.mp4',
      image_id: '-qVmXt1aBcD.12.mp4',
      nvid: '-qVmXt1aBcD.12.mp4',
      id: 0,
      whole_caption: 'A baker weighs flour, and then covers the dough with a cloth to let it rest.',
      whole_ASR: 'so the first thing we do is weigh the flour then it rests',
      video_names: ['-qVmXt1aBcD.12_0_85.mp4', '-qVmXt1aBcD.12_86_140.mp4'],
      captions: ['A baker in a white apron weighs flour on an old pair of scales.', 'He lays a striped cloth over a bowl of dough.'],
      audio_captions: ['He explains that the flour has to be weighed and not measured in cups.', ''],
      ASR: [' so the first thing we do is weigh the flour ', 'then it rests'],
    });
    const ofRecords = await importedSet(file('20k_train.json'));
    const rows = JSON.parse((await ofRecords.exported({ rows: 'shots' })).text);
    expect(rows).toHaveLength(3);
    expect(rows[1]).toEqual({
      video: 'LuYwRt3bKp0.78_102_236.mp4',
      image_id: 'LuYwRt3bKp0.78_102_236.mp4',
      caption: 'Water falls from a dented can onto a row of onions.',
      audio_caption: 'She warns against watering them too much.',
      asr: ' and not too much water',
      whole_ASR: ' onions like it dry and not too much water',
      whole_caption: 'A gardener plants a row of onions and waters them with a dented can.',
    });
  });

  it('has its rows gathered to videos where they stand apart, and rows that cannot be used named with their place', async () => {
    const row = (video: string, more = ''): string => `{"caption": "${video}", "video": "${video}"${more}}`;
    const bad = [row('a_0_4.mp4'), row('nonsense.mp4'), '{"caption": 7, "video": "a_90_99.mp4"}'];
    const text = list([row('b_10_19.mp4', ', "n": 1.0'), row('a_0_9.mp4'), row('b_0_9.mp4'), ...bad, row('a_10_19.mp4')]);
    const { exported, job, videos } = await importedSet(text);
    expect(videos.list().map(({ name, shotCount }) => [name, shotCount])).toEqual([
      ['b.mp4', 2],
      ['a.mp4', 2],
    ]);
    expect(job?.result).toMatchObject({
      records: 7,
      refused: [
        { where: 'record 4, a_0_4.mp4', reason: 'record 2 is a shot of the same video that starts at the same frame, 0' },
        { where: 'record 5, nonsense.mp4', reason: expect.stringContaining('does not end in') },
        { where: 'record 6, a_90_99.mp4', reason: expect.stringContaining('caption') },
      ],
    });
    const rows = [row('b_10_19.mp4', ', "n": 1.0'), row('b_0_9.mp4'), row('a_0_9.mp4'), row('a_10_19.mp4')];
    expect(exactJson((await exported({ rows: 'shots' })).text)).toBe(exactJson(list(rows)));
  });

  it('has other rows where somebody edited it, and no others', async () => {
    const of = (frames: string, caption: string, summary: string): string =>
      `{"video": "v_${frames}.webm", "n": 1.0, "image_id": "v_${frames}.webm", "caption": ${caption}, "whole_caption": ${summary}}`;
    const { api, shots, exported, first } = await importedSet(list([of('0_9', '" A. "', '"S."'), of('12_39', 'null', 'null')]));
    const videoId = first().id;
    await api.texts.edit({ videoId, shotId: null, kind: 'summary', text: 'T.' });
    shots.split(videoId, { frame: 32 }, 'ann');
    expect(exactJson((await exported({ rows: 'shots' })).text)).toBe(
      exactJson(list([of('0_9', '" A. "', '"T."'), of('12_31', 'null', '"T."'), of('32_39', '""', '"T."').replace('1.0', 'null')])),
    );
  });
});

/** Of a list of simple values. */
function partsOf(raw: string): string[] {
  return raw.match(/"(?:[^"\\]|\\.)*"|null/gu) ?? [];
}
