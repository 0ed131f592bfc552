import { expect, it } from 'vitest';
import { llavaExporter } from '#core/exchange/formats/exporters/llava.ts';
import { runExport, videoDocument } from '../../helpers/video-documents.ts';
import { inEnglish } from '#shared/words/words.ts';
import { expectWithin } from '../../helpers/longest-turn.ts';

const defaults = llavaExporter.optionsSchema.parse({});
const video = videoDocument({
  name: 'abc.78.mp4',
  lastFrames: [39, 101],
  shots: [{ visual: 'A man runs.', speech: 'go go' }, { visual: 'A dog jumps.' }],
  summary: 'A man runs and a dog jumps.',
});

it('writes one row per shot and one for the video, the prompt byte for byte', async () => {
  const { files, counts, leftOut } = await runExport(llavaExporter, [video], defaults);
  expect(JSON.parse(files['llava.json'] ?? '')).toEqual([
    {
      video: 'abc.78_0_39.mp4',
      conversations: [
        {
          from: 'human',
          value:
            '<image>\nPlease describe this video. Do not include details that you are not sure of. This is what the speech in the video is saying: go go.',
        },
        { from: 'gpt', value: 'A man runs.' },
      ],
    },
    {
      video: 'abc.78_40_101.mp4',
      conversations: [
        {
          from: 'human',
          value:
            '<image>\nPlease describe this video. Do not include details that you are not sure of. This is what the speech in the video is saying: .',
        },
        { from: 'gpt', value: 'A dog jumps.' },
      ],
    },
    {
      video: 'abc.78.mp4',
      conversations: [
        {
          from: 'human',
          value:
            '<image>\nPlease describe this video. Do not include details that you are not sure of. This is what the speech in the video is saying: go go.',
        },
        { from: 'gpt', value: 'A man runs and a dog jumps.' },
      ],
    },
  ]);
  expect(counts).toEqual({ rows: 3 });
  expect(leftOut).toEqual([]);
});

it('lays rows out as Python’s json.dump(indent=4) does', async () => {
  const one = videoDocument({ name: 'é.mp4', lastFrames: [1], shots: [{ visual: 'Café 🎬' }] });
  const { files } = await runExport(llavaExporter, [one], { ...defaults, layout: 'python', prompt: 'Describe.', videoRows: false });
  // Printed by: python3 -c 'import json,sys; json.dump([...], sys.stdout, indent=4)'
  expect(files['llava.json']).toBe(`[
    {
        "video": "\\u00e9_0_1.mp4",
        "conversations": [
            {
                "from": "human",
                "value": "<image>\\nDescribe."
            },
            {
                "from": "gpt",
                "value": "Caf\\u00e9 \\ud83c\\udfac"
            }
        ]
    }
]`);
});

it('says what it leaves out and why, and never invents a row', async () => {
  const mixed = videoDocument({
    name: 'mixed.mp4',
    lastFrames: [9, 19, 29, 39],
    shots: [{ visual: 'Good.' }, { visual: 'Draft.', status: 'draft' }, { visual: 'Bad.', status: 'rejected' }, {}],
  });
  const { files, leftOut } = await runExport(llavaExporter, [mixed], defaults);
  expect(JSON.parse(files['llava.json'] ?? '')).toHaveLength(1);
  expect(leftOut).toEqual([
    { where: 'mixed.mp4, frames 10–19', reason: 'visual caption not accepted yet (draft)' },
    { where: 'mixed.mp4, frames 20–29', reason: 'visual caption rejected' },
    { where: 'mixed.mp4, frames 30–39', reason: 'no visual caption' },
    { where: 'mixed.mp4', reason: 'no summary' },
  ]);
  const all = await runExport(llavaExporter, [mixed], { ...defaults, texts: 'all' });
  expect(JSON.parse(all.files['llava.json'] ?? '')).toHaveLength(2);
});

it('leaves out a shot whose clip has not been written, and reports it; a copied clip is named as it is called', async () => {
  const { files, leftOut } = await runExport(llavaExporter, [video], { ...defaults, requireClips: true }, (_document, shot) =>
    shot.startFrame === 0 ? { file: 'abc.78_0_39.mp4', mode: null } : { file: 'abc.78_40_99.copy.mp4', mode: 'copy' },
  );
  expect((JSON.parse(files['llava.json'] ?? '') as { video: string }[]).map(({ video }) => video)).toEqual([
    'abc.78_40_99.copy.mp4',
    'abc.78.mp4',
  ]);
  expect(leftOut).toEqual([{ where: 'abc.78.mp4, frames 0–39', reason: 'its clip abc.78_0_39.mp4 has not been written yet' }]);
});

it('leaves out what is not there unless it is to be named all the same, and shows checks each row that it writes', async () => {
  const away = { ...video, video: { ...video.video, state: 'missing' as const } };
  const unwritten = (_document: unknown, shot: { startFrame: number }): { file: string; mode: null } => ({
    file: `abc.78_${shot.startFrame}.mp4`,
    mode: null,
  });
  const without = await runExport(llavaExporter, [away], defaults, unwritten);
  expect(without.files).toEqual({ 'llava.json': '[]\n' });
  expect(without.causes.map(({ cause, reason }) => [cause, inEnglish(reason)])).toEqual([
    ['no-clip', 'its clip abc.78_0.mp4 has not been written yet'],
    ['no-clip', 'its clip abc.78_40.mp4 has not been written yet'],
    ['no-media', 'its video file is missing'],
  ]);
  const named = await runExport(llavaExporter, [away], { ...defaults, requireClips: false }, unwritten);
  expect(named.leftOut).toEqual([]);
  expect(named.rows.map(({ media }) => [media.files[0], media.isElsewhere])).toEqual([
    ['abc.78_0.mp4', true],
    ['abc.78_40.mp4', true],
    ['abc.78.mp4', true],
  ]);
});

it('names clips that are written along as they are called, without their folder', async () => {
  const { files, rows } = await runExport(llavaExporter, [video], { ...defaults, withClips: true });
  const names = ['abc.78_0_39.mp4', 'abc.78_40_101.mp4', 'abc.78_0_101.mp4'];
  expect((JSON.parse(files['llava.json'] ?? '') as { video: string }[]).map((row) => row.video)).toEqual(names);
  expect(rows.map(({ media }) => media.files[0])).toEqual(names.map((name) => `clips/${name}`));
});

it('takes a caption of signs that nobody sees for none', async () => {
  const unseen = videoDocument({ name: 'x.mp4', lastFrames: [9], shots: [{ visual: '\u200B \u2060' }] });
  const { leftOut } = await runExport(llavaExporter, [unseen], { ...defaults, videoRows: false });
  expect(leftOut).toEqual([{ where: 'x.mp4, frames 0–9', reason: 'no visual caption' }]);
});

it('neutralises image and video tokens inside texts', async () => {
  const hostile = videoDocument({ name: 'x.mp4', lastFrames: [9], shots: [{ visual: 'A <video> sign.', speech: 'say <image>' }] });
  const { files, leftOut } = await runExport(llavaExporter, [hostile], { ...defaults, videoRows: false });
  expect(files['llava.json']?.match(/<image>|<video>/g)).toEqual(['<image>']);
  expect(leftOut).toHaveLength(2);
});

it('writes special tokens of every trainer as text, wherever they stand, and says so with their place', async () => {
  const shots = [{ visual: 'A <|vision_start|> sign.', speech: 'and then <|im_end|> he said <audio>', screenText: '[INST]' }];
  const signs = videoDocument({ name: 'x.mp4', lastFrames: [9], shots, summary: 'Ends with </s>' });
  const { files, leftOut } = await runExport(llavaExporter, [signs], { ...defaults, prompt: '<video> {asr} {screen_text}' });
  const rows = JSON.parse(files['llava.json'] ?? '') as { conversations: { value: string }[] }[];
  const question = '<image>\n[video] and then [im_end] he said [audio] (INST)';
  expect(rows.map((row) => row.conversations.map(({ value }) => value))).toEqual([
    [question, 'A [vision_start] sign.'],
    [question, 'Ends with [/s]'],
  ]);
  expect(leftOut).toContainEqual({
    where: 'x.mp4, frames 0–9',
    reason: 'training tools would read parts of the speech as special tokens; written as text: <|im_end|> → [im_end], <audio> → [audio]',
  });
  expect(leftOut).toContainEqual({
    where: 'x.mp4, frames 0–9',
    reason: 'training tools would read a part of the question as a special token; written as text: <video> → [video]',
  });
  expect(leftOut).toContainEqual({
    where: 'x.mp4',
    reason: 'training tools would read a part of the caption as a special token; written as text: </s> → [/s]',
  });
});

it('quotes imported speech with its blanks as it came, of shots and of the video, until somebody changes it', async () => {
  const [first, second] = [' hello there ', 'bye'];
  const record = {
    video: 'abc.mp4',
    video_names: ['abc_0_39.mp4', 'abc_40_101.mp4'],
    captions: ['A man.', 'A dog.'],
    ASR: [first, second],
  };
  const said = videoDocument({
    name: 'abc.mp4',
    lastFrames: [39, 101],
    shots: [
      { visual: 'A man.', speech: first },
      { visual: 'A dog.', speech: second },
    ],
    summary: 'Both.',
    source: JSON.stringify({ ...record, whole_caption: 'Both.', whole_ASR: ' hello there bye' }),
  });
  const quoted = async (document: typeof said): Promise<(string | undefined)[]> => {
    const { files } = await runExport(llavaExporter, [document], { ...defaults, prompt: 'saying: {asr}.' });
    const rows = JSON.parse(files['llava.json'] ?? '') as { conversations: { value: string }[] }[];
    return rows.map(({ conversations }) => conversations[0]?.value.replace('<image>\n', ''));
  };
  expect(await quoted(said)).toEqual(['saying:  hello there .', 'saying: bye.', 'saying:  hello there bye.']);
  const segments = said.segments.map((segment, index) =>
    index === 1 ? { ...segment, text: 'so long', origin: 'human' as const } : segment,
  );
  expect(await quoted({ ...said, segments })).toEqual(['saying:  hello there .', 'saying: so long.', 'saying: hello there so long.']);
});

it('leaves the sentence about speech out when speech is off', async () => {
  const { files } = await runExport(llavaExporter, [video], { ...defaults, speech: false });
  expect(JSON.parse(files['llava.json'] ?? '')[0].conversations[0].value).toBe(
    '<image>\nPlease describe this video. Do not include details that you are not sure of.',
  );
});

it.each([
  { shards: 1, lengths: [6] },
  { shards: 2, lengths: [3, 3] },
  { shards: 4, lengths: [1, 2, 1, 2] },
  { shards: 5, lengths: [1, 1, 1, 1, 2] },
  { shards: 40, lengths: [1, 1, 1, 1, 1, 1] },
])('spreads rows evenly over at most $shards files, loses none and leaves none empty', async ({ shards, lengths }) => {
  const { files, causes } = await runExport(llavaExporter, [video, video], { ...defaults, shards });
  const rows = Object.keys(files)
    .toSorted()
    .map((file) => JSON.parse(files[file] ?? '') as { video: string }[]);
  expect(rows.map(({ length }) => length)).toEqual(lengths);
  expect(causes.map(({ cause, reason }) => [cause, inEnglish(reason)])).toEqual(
    shards === 40 ? [['fewer-files', 'there are rows for 6 files only, not for 40']] : [],
  );
  expect(rows.flat().map((row) => row.video)).toEqual([video, video].flatMap(() => ['abc.78_0_39.mp4', 'abc.78_40_101.mp4', 'abc.78.mp4']));
});

it('puts text on the screen into a prompt that asks for it', async () => {
  const cards = videoDocument({
    name: 'cards.mp4',
    lastFrames: [9, 19],
    shots: [{ visual: 'A card.', speech: 'so {screen_text}', screenText: 'THE END' }, { visual: 'A dog.' }],
  });
  const { files } = await runExport(llavaExporter, [cards], { ...defaults, prompt: 'Read {screen_text}. Hear {asr}.', videoRows: false });
  const rows = JSON.parse(files['llava.json'] ?? '') as { conversations: { value: string }[] }[];
  expect(rows.map((row) => row.conversations[0]?.value)).toEqual([
    '<image>\nRead THE END. Hear so {screen_text}.',
    '<image>\nRead . Hear .',
  ]);
});

it('asks no question that quotes again and again, and writes no row of many megabytes', async () => {
  const asks = (times: number): boolean => llavaExporter.optionsSchema.safeParse({ prompt: '{asr}'.repeat(times) }).success;
  expect([asks(8), asks(9)]).toEqual([true, false]);
  const long = videoDocument({
    name: 'long.mp4',
    lastFrames: [9, 19],
    shots: [{ visual: 'A dog.', speech: 'word '.repeat(150_000) }, { visual: 'A cat.' }],
  });
  const { files, leftOut } = await runExport(llavaExporter, [long], { ...defaults, prompt: '{asr}'.repeat(8), videoRows: false });
  expect((JSON.parse(files['llava.json'] ?? '') as { video: string }[]).map(({ video }) => video)).toEqual(['long_10_19.mp4']);
  expect(leftOut).toEqual([{ where: 'long.mp4, frames 0–9', reason: 'its row would have more than 4,000,000 characters' }]);
  const once = await runExport(llavaExporter, [long], { ...defaults, prompt: '{asr}', videoRows: false });
  expect(JSON.parse(once.files['llava.json'] ?? '')).toHaveLength(2);
});

it('leaves out the sentence that would quote speech, and takes no time over a prompt of blanks', async () => {
  const questions = async (prompt: string): Promise<string[]> => {
    const { files } = await runExport(llavaExporter, [video], { ...defaults, prompt, speech: false });
    const rows = JSON.parse(files['llava.json'] ?? '[]') as { conversations: { value: string }[] }[];
    return rows.map(({ conversations }) => conversations[0]?.value ?? '');
  };
  expect((await questions('What is shown? Speech: {asr}. Be short!'))[0]).toBe('<image>\nWhat is shown? Be short!');
  await expectWithin({ allMs: 5_000 }, async () => {
    expect((await questions(' '.repeat(20_000)))[0]).toBe('<image>\n');
  });
});
