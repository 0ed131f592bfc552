import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { checkExport } from '#core/exchange/exports/check-export.ts';
import { exporters } from '#core/exchange/formats/registry.ts';
import { type ExportRun, runExport, videoDocument } from '../../helpers/video-documents.ts';

const PROMPT = { prompt: 'What happens?' };
const ANSWERS = ['A street, part 1.', 'A street, part 2.', 'Somebody walks down a street.'] as const;

const walk = videoDocument({
  name: 'walk.mp4',
  lastFrames: [39, 59],
  shots: [{ visual: ANSWERS[0], speech: 'Hello <image>.', screenText: 'EXIT' }, { visual: ANSWERS[1] }],
  summary: ANSWERS[2],
});
const run = videoDocument({ name: 'run.mp4', lastFrames: [39], shots: [{ visual: 'A runner.' }], split: 'val' });
const oneShot = videoDocument({ name: 'still.mp4', lastFrames: [9], shots: [{ visual: 'A tree.' }], summary: 'Only a tree.' });

/** An export as its format's options have it. */
async function exported(formatId: string, options: Readonly<Record<string, unknown>> = {}, documents = [walk, run]): Promise<ExportRun> {
  const checked = checkExport({ formatId, options });
  return runExport(checked.exporter, documents, checked.options);
}

const jsonOf = ({ files }: ExportRun, file: string): unknown => JSON.parse(files[file] ?? '');
const linesOf = ({ files }: ExportRun, file: string): unknown[] =>
  (files[file] ?? '')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

const CLIPS = ['videos/walk_0_39.mp4', 'videos/walk_40_59.mp4', 'videos/walk_0_59.mp4'] as const;
const IDS = ['walk_0_39', 'walk_40_59', 'walk_all'] as const;
const FOLDER = '/path/to/this/folder';

const talk = (token: string, answer: string) => [
  { from: 'human', value: `${token}\nWhat happens?` },
  { from: 'gpt', value: answer },
];

describe('an export for', () => {
  it('qwen-vl-finetune has one <video> for each path, and the lines that name its files', async () => {
    const done = await exported('qwen-vl-finetune', PROMPT);
    expect(jsonOf(done, 'train.json')).toEqual(
      CLIPS.map((video, index) => ({ video, conversations: talk('<video>', ANSWERS[index] ?? '') })),
    );
    expect(jsonOf(done, 'val.json')).toHaveLength(1);
    expect(done.files['data_dict.py']).toContain(
      `data_dict["shotluck_train"] = {\n    "annotation_path": "${FOLDER}/train.json",\n    "data_path": "${FOLDER}"\n}`,
    );
  });

  it('LLaVA-NeXT has the video at <image>, ids, and a YAML list for each split', async () => {
    const done = await exported('llava-next', PROMPT);
    expect(jsonOf(done, 'train.json')).toEqual(
      CLIPS.map((video, index) => ({ id: IDS[index], video, conversations: talk('<image>', ANSWERS[index] ?? '') })),
    );
    expect(done.files['train.yaml']).toBe(`datasets:\n  - json_path: "${FOLDER}/train.json"\n    sampling_strategy: all\n`);
    expect(done.files['train.yaml']).not.toContain('val');
  });

  it('ms-swift has messages with paths below the folder that ROOT_IMAGE_DIR names', async () => {
    const done = await exported('ms-swift', PROMPT);
    expect(linesOf(done, 'train.jsonl')).toEqual(
      CLIPS.map((clip, index) => ({
        messages: [
          { role: 'user', content: '<video>\nWhat happens?' },
          { role: 'assistant', content: ANSWERS[index] },
        ],
        videos: [clip],
      })),
    );
  });

  it('axolotl has the video as a part of the question', async () => {
    const done = await exported('axolotl', PROMPT);
    const [first] = linesOf(done, 'train.jsonl');
    const video = { type: 'video', path: CLIPS[0] };
    expect(first).toEqual({
      messages: [
        { role: 'user', content: [video, { type: 'text', text: 'What happens?' }] },
        { role: 'assistant', content: [{ type: 'text', text: ANSWERS[0] }] },
      ],
    });
  });

  it('InternVL has pictures that load everywhere, or clips, and trains on no other split', async () => {
    const done = await exported('internvl', { ...PROMPT, frames: 3 });
    expect(linesOf(done, 'train.jsonl')[0]).toEqual({
      id: 'walk_0_39',
      image: ['frames/walk_0_39/01_frame6.jpg', 'frames/walk_0_39/02_frame20.jpg', 'frames/walk_0_39/03_frame33.jpg'],
      conversations: talk('Frame-1: <image>\nFrame-2: <image>\nFrame-3: <image>', ANSWERS[0]),
    });
    expect(jsonOf(done, 'meta_train.json')).toEqual({
      shotluck_train: { root: FOLDER, annotation: `${FOLDER}/train.jsonl`, data_augment: false, repeat_time: 1, length: 3 },
    });
    const clips = await exported('internvl', { ...PROMPT, media: 'clips' });
    expect(linesOf(clips, 'train.jsonl')[0]).toEqual({ id: IDS[0], video: CLIPS[0], conversations: talk('<video>', ANSWERS[0]) });
  });

  it('TRL has as many pictures as parts that stand for them, and none twice where a shot is short', async () => {
    const done = await exported('trl', { ...PROMPT, frames: 32 });
    const rows = linesOf(done, 'train/metadata.jsonl') as { file_names: string[]; messages: { content: { type: string }[] }[] }[];
    expect(rows.map(({ file_names }) => file_names.length)).toEqual([32, 20, 32]);
    for (const { file_names, messages } of rows) {
      expect(messages[0]?.content.filter(({ type }) => type === 'image')).toHaveLength(file_names.length);
      expect(new Set(file_names).size).toBe(file_names.length);
    }
    expect(linesOf(done, 'validation/metadata.jsonl')).toHaveLength(1);
  });

  const row = { kind: 'shot', speech: '', screen_text: '', source: 'walk.mp4' };
  const table = [
    {
      ...row,
      file_name: 'walk_0_39.mp4',
      caption: ANSWERS[0],
      speech: 'Hello [image].',
      screen_text: 'EXIT',
      start_frame: 0,
      end_frame: 40,
    },
    { ...row, file_name: 'walk_40_59.mp4', caption: ANSWERS[1], start_frame: 40, end_frame: 60 },
    {
      ...row,
      file_name: 'walk_0_59.mp4',
      caption: ANSWERS[2],
      speech: 'Hello [image].',
      screen_text: 'EXIT',
      kind: 'video',
      start_frame: 0,
      end_frame: 60,
    },
  ];
  const times = [
    { start_us: 0, duration_us: 1_600_000 },
    { start_us: 1_600_000, duration_us: 800_000 },
    { start_us: 0, duration_us: 2_400_000 },
  ];

  it('Hugging Face VideoFolder has its metadata in the folders of the splits, every key in every row', async () => {
    const done = await exported('videofolder');
    expect(linesOf(done, 'train/metadata.jsonl')).toEqual(table.map((each, index) => ({ ...each, ...times[index] })));
    expect(linesOf(done, 'validation/metadata.jsonl')).toHaveLength(1);
    expect(Object.keys(done.files)).not.toContain('metadata.jsonl');
  });

  it('Hugging Face VideoFolder calls the source of a clip as its file is called, also where two are called so', async () => {
    const namesake = { ...run, fileName: 'run-2.mp4', fileBase: 'run-2' };
    const [row] = linesOf(await exported('videofolder', {}, [namesake]), 'validation/metadata.jsonl');
    expect(row).toMatchObject({ file_name: 'run-2_0_39.mp4', source: 'run.mp4' });
  });

  it('Hugging Face VideoFolder keeps texts from being read as times', async () => {
    const dated = videoDocument({ name: 'cctv.mp4', lastFrames: [9], shots: [{ visual: 'A yard.', screenText: '2026-01-05 09:00:00' }] });
    const [row] = linesOf(await exported('videofolder', {}, [dated]), 'train/metadata.jsonl');
    expect(row).toMatchObject({ screen_text: '2026-01-05 09:00:00\n', caption: 'A yard.' });
  });

  it('Parquet has the same rows with types', async () => {
    const done = await exported('parquet');
    const bytes = new Uint8Array(Buffer.from(done.files['train/metadata.parquet'] ?? '', 'latin1'));
    const rows = await parquetReadObjects({ file: bytes.buffer });
    const big = times.map(({ start_us, duration_us }) => ({ start_us: BigInt(start_us), duration_us: BigInt(duration_us) }));
    expect(rows).toEqual(table.map((each, index) => ({ ...each, ...big[index] })));
  });

  it.each(['musubi-tuner', 'diffusion-pipe'])(
    '%s has a caption beside each clip and no question, and settings that name the folder',
    async (id) => {
      const { files } = await exported(id);
      expect(files).toMatchObject({
        'train/walk_0_39.txt': ANSWERS[0],
        'train/walk_40_59.txt': ANSWERS[1],
        'validation/run_0_39.txt': 'A runner.',
      });
      expect(Object.keys(files).filter((file) => file.endsWith('.txt'))).toHaveLength(3);
      expect(files['dataset.toml']).toContain(`= "${FOLDER}/train"`);
      expect(files['dataset.toml']).not.toContain('validation');
      if (id === 'musubi-tuner') expect(files['dataset.toml']).toContain('source_fps = 25.0');
    },
  );

  it('the LTX-2 trainer has video and caption, and nothing else', async () => {
    const done = await exported('ltx-2');
    expect(linesOf(done, 'train.jsonl')).toEqual([0, 1].map((index) => ({ caption: ANSWERS[index], video: CLIPS[index] })));
  });
});

it('names of clips hold nothing that a loader takes for more than a name, and no two videos share them', async () => {
  const names = ['day.1 test.mp4', 'day 1.test.mp4', 'Eval-2.mp4', 'attested.mp4', 'shareVideoGPTV_7.mp4'];
  const documents = names.map((name) => videoDocument({ name, lastFrames: [9], shots: [{ visual: 'A day.' }] }));
  const rows = linesOf(await exported('ltx-2', {}, documents), 'train.jsonl') as { video: string }[];
  expect(rows.map(({ video }) => video)).toEqual([
    'videos/day_1_xtest_0_9.mp4',
    'videos/day_1_xtest-2_0_9.mp4',
    'videos/xEval-2_0_9.mp4',
    'videos/attested_0_9.mp4',
    'videos/shareVideo-GPTV_7_0_9.mp4',
  ]);
});

it('a video that is one shot gives generators its clip once, and readers of rows both texts', async () => {
  const beside = await exported('diffusion-pipe', { videoRows: true }, [oneShot]);
  expect(beside.files).toMatchObject({ 'train/still_0_9.txt': 'A tree.' });
  expect(beside.leftOut).toEqual([{ where: 'still.mp4', reason: 'its only shot has the same clip; the caption of the shot is used' }]);
  const rows = linesOf(await exported('videofolder', {}, [oneShot]), 'train/metadata.jsonl');
  expect(rows).toMatchObject([
    { kind: 'shot', caption: 'A tree.', file_name: 'still_0_9.mp4' },
    { kind: 'video', caption: 'Only a tree.', file_name: 'still_0_9.mp4' },
  ]);
});

describe('every format that fills a folder', () => {
  const ids = exporters.filter(({ isFolder, group }) => isFolder === true && group !== 'review').map(({ id }) => id);

  it.each(ids)('%s says how to load it, and has a file to train on even where there is no row', async (formatId) => {
    const none = await exported(formatId, {}, []);
    expect(none.files['README.md']).toMatch(/^# /u);
    expect(Object.keys(none.files).some((file) => /train|dataset\.toml/u.test(file))).toBe(true);
    expect(none.counts).toEqual({});
  });
});
