import { expect, it } from 'vitest';
import { llavaImporter } from '#core/exchange/formats/importers/llava.ts';
import { shot2storyImporter } from '#core/exchange/formats/importers/shot2story.ts';
import { shot2storySideImporter } from '#core/exchange/formats/importers/shot2story-side.ts';
import type { Importer } from '#core/exchange/formats/format.ts';
import { vriptImporter } from '#core/exchange/formats/importers/vript.ts';
import { runImport } from '../../helpers/run-import.ts';

/** Why the one record of a file is refused. */
async function reasonOf(importer: Importer, text: string): Promise<string | undefined> {
  const { refused } = await runImport(importer, text, { chunkLength: 1_000 });
  expect(refused).toHaveLength(1);
  return refused[0]?.reason;
}

const record = { video: 'a.mp4', video_names: ['a_0_9.mp4', 'a_10_19.mp4'], captions: ['A dog.', 'A cat.'] };

it.each([
  [{ ...record, video: 7 }, 'video is 7, not text'],
  [{ ...record, video: undefined }, 'video is missing'],
  [{ ...record, video: '' }, 'video is empty'],
  [{ ...record, captions: 'A dog.' }, 'captions is the text "A dog.", not a list'],
  [{ ...record, captions: [7, 'A cat.'] }, 'entry 1 of captions is 7, not text'],
  [{ ...record, captions: ['A dog.', { text: 'A cat.' }] }, 'entry 2 of captions is an object, not text'],
  [{ ...record, id: true }, 'id is true, not a number or text'],
  [{ ...record, image_id: 'x'.repeat(2_000) }, 'image_id has more than 1,000 characters'],
  [7, 'it is 7, not an object'],
  [null, 'it is null, not an object'],
  [[], 'it is a list, not an object'],
  [{ ...record, video_names: ['a_9_3.mp4', 'a_10_19.mp4'] }, '"a_9_3.mp4" ends at frame 3, before it begins at frame 9'],
  [{ ...record, video_names: ['a_-5_9.mp4', 'a_10_19.mp4'] }, '"a_-5_9.mp4" begins at frame -5, and frames are counted from 0'],
  [{ ...record, video_names: ['a_0.mp4', 'a_10_19.mp4'] }, '"a_0.mp4" does not end in _<startFrame>_<endFrame>.mp4'],
])('a record of Shot2Story is refused in plain words: %j', async (bad, reason) => {
  expect(await reasonOf(shot2storyImporter, JSON.stringify([bad]))).toBe(reason);
});

it('a number that Python calls NaN is missing, and the record is used', async () => {
  const text = JSON.stringify([{ ...record, id: 0, image_id: 1 }]).replace('"id":0,"image_id":1', '"id":NaN,"image_id":NaN');
  const { videos, refused } = await runImport(shot2storyImporter, text);
  expect([videos.length, refused]).toEqual([1, []]);
});

it.each([
  ['clip_id,start_frame,end_frame\na,-1,9\n', 'shot 1 begins at frame -1, and frames are counted from 0'],
  ['clip_id,start_frame,end_frame\na,0,9\na,x,19\n', 'entry 1 of entry 2 of its list of shots is the text "x", not a number'],
  ['clip_id,start_frame,end_frame\na,0\n', 'entry 2 of entry 1 of its list of shots is the text "", not a number'],
  ['{"a": [[0, 9.5]]}', 'entry 2 of entry 1 of its list of shots is 9.5, not a whole number'],
  ['{"a": [[0]]}', 'entry 1 of its list of shots has fewer than 2 entries'],
  ['{"a": [[0, 9, 10]]}', 'entry 1 of its list of shots has more than 2 entries'],
  ['{"a": 7}', 'its list of shots is 7, not a list'],
  // A pickle of protocol 4: {'a': 'x'}.
  ['\x80\x04}\x8c\x01a\x8c\x01xs.', 'its list of shots is the text "x", not a list'],
])('a video of split info is refused in plain words: %j', async (text, reason) => {
  expect(await reasonOf(shot2storySideImporter, text)).toBe(reason);
});

it.each([
  [{ video: 'a.mp4', conversations: [{ from: 'human', value: 7 }] }, 'value of entry 1 of conversations is 7, not text'],
  [{ video: 'a.mp4', messages: [{ role: 'user', content: 7 }] }, 'content of entry 1 of messages is 7, not text or a list'],
  [{ video: 'a.mp4', conversations: ['hello'] }, 'entry 1 of conversations is the text "hello", not an object'],
])('a conversation is refused in plain words: %j', async (row, reason) => {
  expect(await reasonOf(llavaImporter, JSON.stringify([row]))).toBe(reason);
});

it('a scene of Vript is refused in plain words', async () => {
  expect(await reasonOf(vriptImporter, '[{"clip_id": "a-Scene-001", "caption": {"content": null}}]')).toBe(
    'content of caption is null, not text',
  );
});
