import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { dataSetProject } from '../../helpers/data-set-project.ts';

/** As Python writes it, with what JavaScript would change: `1.0`, a number beyond 2^53, a key that looks like a number, one that stands twice. */
const FILE = `[
    {
        "video": "walk.mp4",
        "question": "Who walks \\u2013 and why?",
        "answer": "A man.",
        "id": 1.0,
        "10": 9007199254740993,
        "2": [],
        "type": "temporal",
        "type": "audio"
    },
    {
        "video": "walk.mp4",
        "question": "When?",
        "options": [
            "now",
            null
        ]
    },
    {
        "clip_id": "run.12",
        "qa": {
            "q": "Where?",
            "a": ""
        }
    }
]`;

it('questions and answers come out as they came, and nothing of them is shown', async () => {
  const { importSet, result, content, core, at } = await dataSetProject();
  const job = await importSet({ format: 'shot2story-qa', content: FILE });
  expect(result(job)).toMatchObject({
    records: 3,
    videos: 2,
    shots: 0,
    texts: 0,
    refusedRecords: 0,
    licenceNote: expect.stringContaining('CC BY-NC-SA'),
  });
  expect(content().map(({ name, shots, summary }) => [name, shots, summary])).toEqual([
    ['walk.mp4', [], ''],
    ['run.12.mp4', [], ''],
  ]);
  const out = at('out');
  const { manifest } = await core.services.exports.write(
    { formatId: 'shot2story-qa', options: { layout: 'python' } },
    { folder: out, manifestName: 'manifest.json' },
    { signal: new AbortController().signal, onProgress: () => undefined },
  );
  expect(readFileSync(path.join(out, 'shot2story_qa.json'), 'utf8')).toBe(FILE);
  expect([manifest.leftOut, manifest.licences]).toEqual([[], [expect.stringContaining('CC BY-NC-SA 4.0')]]);
});

it('a row that names no video, or is an annotation, is refused with its place', async () => {
  const { importSet, result, exported } = await dataSetProject();
  const rows = [{ question: 'Who?' }, { video: 'walk.mp4', video_names: [], captions: [] }, 'x', { video: 'walk.mp4', question: 'Who?' }];
  const { refused, videos } = result(await importSet({ format: 'shot2story-qa', content: JSON.stringify(rows) }));
  expect(videos).toBe(1);
  expect(refused.map(({ where, reason }) => `${where}: ${reason}`)).toEqual([
    'record 1: it names no video: none of its keys is video, image_id, nvid, video_name, video_id, clip_id',
    'record 2, walk.mp4: it is an annotation with shots: import the file as shot2story',
    expect.stringMatching(/^record 3: it is .*, not an object$/u),
  ]);
  await importSet({
    format: 'shot2story',
    content: JSON.stringify([{ video: 'run.mp4', video_names: ['run_0_9.mp4'], captions: ['A run.'] }]),
  });
  expect(JSON.parse(await exported('shot2story', 'shot2story.json'))).toHaveLength(1);
});
