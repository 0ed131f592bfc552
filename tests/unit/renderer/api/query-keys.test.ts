import { hashKey, partialMatchKey } from '@tanstack/react-query';
import { describe, expect, test } from 'vitest';
import { events } from '#shared/contract/events.ts';
import { ProjectRef, ShotId, VideoId } from '#shared/domain/ids.ts';
import { keysMadeStaleBy, queryKeys } from '../../../../src-renderer/api/query-keys.ts';

const videoId = VideoId.parse('v1');
const otherId = VideoId.parse('v2');
const shotId = ShotId.parse('s1');
const tables = events.changed.shape.table.options;

/** One key of every kind of cached answer. */
const everyKey = Object.entries({
  ...queryKeys,
  backups: queryKeys.backups(ProjectRef.parse('p1')),
  artwork: queryKeys.artwork(videoId),
  shots: queryKeys.shots(videoId),
  detectionRuns: queryKeys.detectionRuns(videoId),
  texts: queryKeys.texts(videoId),
  revisions: queryKeys.revisions(videoId, shotId, 'visual'),
  transcript: queryKeys.transcript(videoId),
  screenText: queryKeys.screenText(videoId),
  modelTestPicture: queryKeys.modelTestPicture('shotluck-nano'),
  exportPreview: queryKeys.exportPreview('llava', {}, {}),
  importPreview: queryKeys.importPreview({ formatId: 'llava' }),
  trainerView: queryKeys.trainerView({ formatId: 'ltx-2' }),
  search: queryKeys.search('dog'),
});

const isMadeStale = (key: readonly unknown[], table: (typeof tables)[number], id: VideoId | null): boolean =>
  keysMadeStaleBy({ table, videoId: id }).some((stale) => partialMatchKey(key, stale));

describe('which answers a change makes old', () => {
  test.each(tables)('a change of %s is not lost', (table) => {
    expect(keysMadeStaleBy({ table, videoId }).length).toBeGreaterThan(0);
  });

  test('every answer that can change is renewed by some event other than a change of project', () => {
    const neverChanging = new Set(['system', 'formats', 'project', 'recentProjects', 'backups', 'modelFolder', 'modelTestPicture']);
    const forgotten = everyKey.filter(
      ([name, key]) => !neverChanging.has(name) && !tables.some((table) => table !== 'projects' && isMadeStale(key, table, videoId)),
    );
    expect(forgotten.map(([name]) => name)).toEqual([]);
  });

  test('another project makes everything old', () => {
    for (const [name, key] of everyKey) expect(isMadeStale(key, 'projects', null), name).toBe(true);
  });

  test('a change in one video leaves the shots and texts of others alone', () => {
    expect(isMadeStale(queryKeys.shots(videoId), 'shots', videoId)).toBe(true);
    expect(isMadeStale(queryKeys.shots(otherId), 'shots', videoId)).toBe(false);
    expect(isMadeStale(queryKeys.texts(otherId), 'revisions', videoId)).toBe(false);
    expect(isMadeStale(queryKeys.revisions(otherId, shotId, 'visual'), 'revisions', null)).toBe(true);
  });

  test('the list of videos, which counts them, follows shots and texts', () => {
    expect(isMadeStale(queryKeys.videos, 'shots', videoId)).toBe(true);
    expect(isMadeStale(queryKeys.videos, 'revisions', videoId)).toBe(true);
  });

  test('no two answers share a key', () => {
    const hashes = everyKey.map(([, key]) => hashKey(key));
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});
