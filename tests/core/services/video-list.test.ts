import { expect, it } from 'vitest';
import { insertRows } from '#core/base/db/many-rows.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import type { VideoListPart } from '#shared/domain/video.ts';
import { plain } from '#shared/words/words.ts';
import { addMeasuredVideo, startTestCore, type TestCore } from '../../helpers/test-core.ts';

async function withVideos(count: number) {
  const test = startTestCore();
  const { core } = test;
  await core.services.projects.createIn(test.dataDir, 'Long');
  core.services.history.recordAdds({ actor: 'ann', label: plain('Add'), videoId: null }, (db) => addVideos(db, 0, count));
  return { ...test, ...core.services, api: test.as('ann').api };
}

function addVideos(db: Parameters<typeof insertRows>[0], from: number, to: number): void {
  const numbers = Array.from({ length: to - from }, (_, index) => from + index);
  insertRows(
    db,
    'videos',
    ['id', 'name', 'position', 'created_at_ms'],
    numbers.map((number) => [`v${number}`, `${number}.mp4`, number, 0]),
  );
  insertRows(
    db,
    'video_files',
    ['video_id', 'state'],
    numbers.map((number) => [`v${number}`, 'missing']),
  );
}

/** Asks as the page does. */
async function follow(test: Pick<TestCore, 'as'>, mark?: string) {
  const { api } = test.as('ann');
  const parts: VideoListPart[] = [];
  for (let at = mark; parts.at(-1)?.isMore !== false; at = parts.at(-1)?.mark)
    parts.push(await api.videos.list(at === undefined ? {} : { mark: at }));
  return {
    isAnew: parts[0]?.isAnew,
    names: parts.flatMap(({ videos }) => videos.map(({ name }) => name)),
    gone: parts.flatMap(({ gone }) => gone),
    longest: Math.max(...parts.map(({ videos }) => videos.length)),
    mark: parts.at(-1)?.mark,
  };
}

it('a long list comes in parts, in the order of the project, and then only what has changed', async () => {
  const test = await withVideos(2_345);
  const whole = await follow(test);
  expect(whole).toMatchObject({ isAnew: true, gone: [] });
  expect(whole.names).toEqual(Array.from({ length: 2_345 }, (_, number) => `${number}.mp4`));
  expect(whole.longest).toBeLessThan(1_000);
  expect(await follow(test, whole.mark)).toMatchObject({ isAnew: false, names: [], gone: [] });

  test.videos.setSplit(['v7' as VideoId, 'v3' as VideoId], 'val', 'ann');
  test.videos.remove(['v5' as VideoId], 'ann');
  const later = await follow(test, whole.mark);
  expect(later).toMatchObject({ isAnew: false, names: ['3.mp4', '7.mp4'], gone: ['v5'] });
  test.history.undo('ann');
  expect(await follow(test, later.mark)).toMatchObject({ names: ['5.mp4'], gone: [] });
});

it('a long list comes to its end whatever the places of its videos are', async () => {
  const test = await withVideos(1_234);
  test.history.record({ actor: 'ann', label: plain('Sort'), videoId: null }, (db) =>
    db.prepare('UPDATE videos SET position = position + ?').run(2 ** 52 - 2_000),
  );
  const whole = await follow(test);
  expect(whole.names).toHaveLength(1_234);
});

it('what changes while the list comes is in it at the end, as it is then', async () => {
  const test = await withVideos(1_200);
  const first = await test.api.videos.list({});
  test.videos.setSplit(['v1' as VideoId, 'v1100' as VideoId], 'test', 'ann');
  test.history.recordAdds({ actor: 'ann', label: plain('Add'), videoId: null }, (db) => addVideos(db, 1_200, 1_300));
  test.videos.remove(['v2' as VideoId, 'v1101' as VideoId], 'ann');
  const rest = await follow(test, first.mark);
  const names = new Set([...first.videos.map(({ name }) => name), ...rest.names]);
  expect(names.size).toBe(1_299);
  expect(rest.names).toContain('1.mp4');
  expect(rest.gone).toContain('v2');
});

it('every sort of change is seen: of shots, of texts, of files, and of an import', async () => {
  const test = await withVideos(3);
  const { texts, shots, videos } = test;
  const videoId = await addMeasuredVideo(test);
  let { mark } = await follow(test);
  const changed = async () => {
    const next = await follow(test, mark);
    ({ mark } = next);
    return next.names;
  };
  shots.split(videoId, { frame: 50 }, 'ann');
  expect(await changed()).toEqual(['holiday.mp4']);
  texts.edit({ videoId, shotId: null, kind: 'summary' }, 'A day.', 'ann');
  expect(await changed()).toEqual(['holiday.mp4']);
  videos.setState(videoId, 'corrupt', plain('broken'));
  expect(await changed()).toEqual(['holiday.mp4']);
  test.history.recordAdds({ actor: 'ann', label: plain('Add'), videoId: null }, (db) => addVideos(db, 10, 13));
  expect(await changed()).toEqual(['10.mp4', '11.mp4', '12.mp4']);
});

it('a list of another project, or of an earlier run, begins anew', async () => {
  const test = await withVideos(3);
  const { mark } = await follow(test);
  await test.projects.createIn(test.dataDir, 'Other');
  await addMeasuredVideo(test);
  expect(await follow(test, mark)).toMatchObject({ isAnew: true, names: ['holiday.mp4'] });
  for (const odd of ['', ':', 'x:1', `${mark}:99:v1`, `${mark}9`, 'é'.repeat(200)])
    expect(await follow(test, odd), odd).toMatchObject({ isAnew: true, names: ['holiday.mp4'] });
});
