import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const fixtures = path.join(import.meta.dirname, '../../fixtures');
const inFolder = (folder: string, ...endings: readonly string[]): Buffer[] =>
  readdirSync(path.join(fixtures, folder))
    .filter((name) => endings.some((ending) => name.endsWith(ending)))
    .map((name) => readFileSync(path.join(fixtures, folder, name)));
const texts = (...samples: readonly string[]): Buffer[] => samples.map((text) => Buffer.from(text));

const scene = (number: number, more: object = {}): object => ({
  clip_id: `abc-Scene-00${number}`,
  video_id: 'abc',
  caption: { shot_type: 'Close-up.', camera_movement: 'Static.', content: 'A man speaks.', scene_title: 'Start' },
  voiceover: ['Hey guys.'],
  ...more,
});
const llavaRow = (video: string): object => ({
  video,
  conversations: [
    { from: 'human', value: '<image>\nPlease describe this video.' },
    { from: 'gpt', value: 'A man walks.' },
  ],
});
const curated = JSON.stringify({
  source_video: '/in/walk.mp4',
  duration_span: [0, 1.5],
  framerate_source: 29.97,
  windows: [{ x_caption: 'A man.' }],
});
const folderRows = [
  { file: 'walk_0_24.mp4', isMeta: false, text: 'A man walks.' },
  { file: 'run.mp4', isMeta: false, text: null },
  { file: 'metas/v0/1.json', isMeta: true, text: curated },
  { file: 'x.txt', isMeta: false, text: null, problem: 'no video of its name lies beside it' },
];

/** Small files that each importer reads, by its id. */
export const importSamples: Readonly<Record<string, readonly Buffer[]>> = {
  shot2story: [
    ...inFolder('shot2story', '.json'),
    ...texts('[{"video":"a.mp4","video_names":["a_0_9.mp4","a_10_20.mp4"],"captions":["x",null],"ASR":[NaN,"y"],"whole_caption":"z"}]'),
  ],
  llava: texts(
    JSON.stringify([llavaRow('walk_0_24.mp4'), llavaRow('walk_25_60.mp4'), llavaRow('walk.mp4')]),
    [
      llavaRow('run_0_9.mp4'),
      {
        videos: ['run.mp4'],
        messages: [
          { role: 'user', content: 'What?' },
          { role: 'assistant', content: 'A dog.' },
        ],
      },
    ]
      .map((row) => JSON.stringify(row))
      .join('\n'),
  ),
  'shot2story-side': [
    ...inFolder('pickles', '.pkl'),
    ...texts(
      '{"a.12.mp4": [[0, 39], [40, 101]], "b.mp4": []}',
      'clip_id,start_frame,end_frame\na.12,0,39\na.12,40,101\nb,0,9\n',
      `clip_id,categories,duration,youtube_id\na.78,['Film & Animation'],"['00:12:10.470', '00:12:23.490']",a\n`,
    ),
  ],
  'shot2story-qa': texts(
    '[{"video": "a.mp4", "question": "Who?", "answer": "A man.", "id": 1.0}, {"video": "a.mp4", "question": "Why?", "options": ["x", null]}, {"clip_id": "b.12", "qa": NaN}]',
    '{"video_id": "a", "q": "Who?"}\n{"video_id": "b", "q": "Why?"}\n',
  ),
  vript: texts(
    JSON.stringify({ meta: { video_id: 'abc', num_clips: 2 }, data: { 'abc-Scene-001': scene(1), 'abc-Scene-002': scene(2) } }),
    JSON.stringify({ clips: [scene(1), scene(2, { voiceover: null })] }),
    JSON.stringify({ clips: [scene(1, { start: 0, end: 1.5 }), scene(2, { start_time: '00:00:01.500', duration: 2 })] }),
    [scene(1), scene(2)].map((one) => JSON.stringify(one)).join('\n'),
  ),
  'clips-folder': texts(folderRows.map((row) => JSON.stringify(row)).join('\n')),
};

/** Small lists of each kind, by the ending of their files. */
export const cutListSamples: Readonly<Record<string, readonly Buffer[]>> = {
  'a.edl': inFolder('cut-lists', '.edl'),
  'a.otio': inFolder('cut-lists', '.otio'),
  'a.fcpxml': inFolder('cut-lists', '.fcpxml'),
  'a.xml': inFolder('cut-lists', '.xml'),
  'a.csv': [...inFolder('cut-lists', '.csv'), ...texts('0,1.5,A dog\n1.5,3,A cat\n', '00:00:00.000,00:00:01.500,x\n,00:00:04,y\n')],
  'a.llc': texts(`{ version: 1, mediaFileName: 'a.mp4', cutSegments: [{ start: 0, end: 1.5, name: 'x' }, { start: 2, name: 'y' }] }`),
  'a.scenes.txt': texts('0 39\n40 101\n105 149\n'),
  'a.predictions.txt': texts(Array.from({ length: 150 }, (_, frame) => `${frame === 20 ? '0.93 0.8' : '0.01 0.02'}`).join('\n')),
};

export const subtitleSamples: readonly Buffer[] = texts(
  '1\n00:00:00,000 --> 00:00:01,500\nHello <i>you</i>.\n\n2\n00:00:02,000 --> 00:00:03,000\nA &amp; b\nand more\n',
  'WEBVTT\n\nSTYLE\n::cue { color: red }\n\n1\n00:00.000 --> 00:01.500 align:start\n<v Anna>Hello</v> <00:00:00.500>there\n\nNOTE x\n\n00:02.000 --> 00:03.000\n- One\n- Two\n',
);
