import { expect, test } from 'vitest';
import { ShotId, VideoId } from '#shared/domain/ids.ts';
import { parseRoute, routeHref, type Route } from '../../../../src-renderer/app/routes.ts';

const videoId = VideoId.parse('5f0c-video');
const shotId = ShotId.parse('77_shot');

test('every place has an address that leads back to it', () => {
  const routes: Route[] = [
    { page: 'library' },
    { page: 'editor', videoId, shotId: null },
    { page: 'editor', videoId, shotId },
    { page: 'editor', videoId, shotId, frame: 0 },
    { page: 'editor', videoId, shotId: null, frame: 41 },
    { page: 'models' },
    { page: 'history' },
  ];
  for (const route of routes) expect(parseRoute(routeHref(route))).toEqual(route);
  expect(routeHref({ page: 'editor', videoId, shotId })).toBe('#/video/5f0c-video?shot=77_shot');
});

test('what is unknown or malformed is the library, and a malformed shot or frame is none', () => {
  for (const hash of ['', '#', '#/', '#/nowhere', '#/video', '#/video/a%20b', '#//evil.example/x', '#garbage']) {
    expect(parseRoute(hash), hash).toEqual({ page: 'library' });
  }
  expect(parseRoute('#/video/5f0c-video?shot=../../etc')).toEqual({ page: 'editor', videoId, shotId: null });
  for (const frame of ['-1', '1.5', 'x', ''])
    expect(parseRoute(`#/video/5f0c-video?frame=${frame}`), frame).toEqual({ page: 'editor', videoId, shotId: null });
});
