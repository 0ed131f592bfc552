import { describe, expect, test } from 'vitest';
import { VideoId } from '#shared/domain/ids.ts';
import type { VideoListItem } from '#shared/domain/video.ts';
import {
  emptySelection,
  reviewShares,
  selectByClick,
  viewVideos,
  visibleSelection,
  type LibraryView,
  type Selection,
} from '../../../../src-renderer/features/videos/library-view.ts';
import { requestsFor } from '../../../../src-renderer/features/videos/use-video-actions.ts';
import { purposeOf, projectNameFor } from '../../../../src-renderer/features/videos/video-files.ts';

function videoOf(name: string, position: number, overrides: Partial<VideoListItem> = {}): VideoListItem {
  return {
    id: VideoId.parse(`v${position}`),
    name,
    position,
    state: 'ok',
    stateReason: null,
    probe: null,
    split: null,
    createdAtMs: 0,
    shotCount: 10,
    captionedCount: 10,
    acceptedCount: 0,
    flaggedCount: 0,
    hasSummary: false,
    ...overrides,
  };
}

const videos = [
  videoOf('clip 10.mp4', 0, { acceptedCount: 10 }),
  videoOf('Clip 9.mp4', 1, { acceptedCount: 4, flaggedCount: 2 }),
  videoOf('harbour.mov', 2, { state: 'missing', shotCount: 0 }),
  videoOf('notes.mp4', 3, { state: 'corrupt', shotCount: 0 }),
];
const view: LibraryView = { text: '', filter: 'all', sortKey: 'position', isDescending: false };
const shown = (change: Partial<LibraryView>): string[] => viewVideos(videos, { ...view, ...change }).map(({ name }) => name);

describe('what the library shows', () => {
  test('names in the order in which people count, capitals aside', () => {
    expect(shown({ sortKey: 'name' })).toEqual(['Clip 9.mp4', 'clip 10.mp4', 'harbour.mov', 'notes.mp4']);
    expect(shown({ sortKey: 'name', isDescending: true })[0]).toBe('notes.mp4');
  });

  test('equals stay in the order of the project, whichever way it is sorted', () => {
    expect(shown({ sortKey: 'shots', isDescending: true })).toEqual(['clip 10.mp4', 'Clip 9.mp4', 'harbour.mov', 'notes.mp4']);
  });

  test('filters by what is left to do', () => {
    expect(shown({ filter: 'todo' })).toEqual(['Clip 9.mp4']);
    expect(shown({ filter: 'reviewed' })).toEqual(['clip 10.mp4']);
    expect(shown({ filter: 'problems' })).toEqual(['Clip 9.mp4', 'harbour.mov', 'notes.mp4']);
  });

  test('filters by words of the name in any order', () => {
    expect(shown({ text: ' 10 CLIP ' })).toEqual(['clip 10.mp4']);
    expect(shown({ text: '   ' })).toHaveLength(4);
  });
});

describe('the review bar', () => {
  test('never shows more than all shots, whatever overlaps', () => {
    const shares = reviewShares({ shotCount: 4, captionedCount: 9, acceptedCount: 3, flaggedCount: 3 });
    expect(shares).toEqual({ accepted: 0.75, flagged: 0.25, captioned: 0 });
  });

  test('is empty without shots', () => {
    expect(reviewShares({ shotCount: 0, captionedCount: 0, acceptedCount: 0, flaggedCount: 0 })).toEqual({
      accepted: 0,
      flagged: 0,
      captioned: 0,
    });
  });
});

describe('choosing videos', () => {
  const order = videos.map(({ id }) => id);
  const id = (index: number): VideoId => VideoId.parse(`v${index}`);
  const click = (selection: Selection, index: number, keys: { isToggle?: boolean; isRange?: boolean } = {}): Selection =>
    selectByClick(selection, order, { videoId: id(index), isToggle: false, isRange: false, ...keys });

  test('a click chooses one, Ctrl adds or takes away, Shift takes everything between', () => {
    const one = click(emptySelection, 1);
    expect([...one.ids]).toEqual(['v1']);
    expect([...click(one, 3, { isToggle: true }).ids]).toEqual(['v1', 'v3']);
    expect([...click(one, 1, { isToggle: true }).ids]).toEqual([]);
    expect([...click(one, 3, { isRange: true }).ids]).toEqual(['v1', 'v2', 'v3']);
    expect([...click(click(emptySelection, 3), 1, { isRange: true }).ids]).toEqual(['v1', 'v2', 'v3']);
  });

  test('Shift again from the same beginning', () => {
    const range = click(click(emptySelection, 0), 3, { isRange: true });
    expect([...click(range, 1, { isRange: true }).ids]).toEqual(['v0', 'v1']);
  });

  test('what is filtered out or gone is not chosen any more', () => {
    const all: Selection = { ids: new Set(order), anchorId: null };
    expect(visibleSelection(all, [id(2), id(0)])).toEqual(['v2', 'v0']);
  });
});

test('running all steps finds shots first, then captions, then summarises', () => {
  expect(requestsFor('everything', VideoId.parse('v1')).map(({ kind }) => kind)).toEqual([
    'detect',
    'read-text',
    'transcribe',
    'caption',
    'summarise',
  ]);
});

test('what is dropped is taken for what it is: named files by what they hold, files of folders by their ending', () => {
  const drop = (name: string, type = '', path?: string) => purposeOf({ name, type, ...(path !== undefined && { path }) });
  expect([drop('a.MKV'), drop('tape.dv'), drop('loop.gif', 'image/gif'), drop('a.bin', 'video/mp4')]).toEqual([
    'video',
    'video',
    'video',
    'video',
  ]);
  expect([drop('recording'), drop('recording.bin', '', './recording.bin')]).toEqual(['video', 'video']);
  expect([drop('walk.SRT'), drop('walk.vtt'), drop('20k_train.json', 'application/json')]).toEqual(['subtitles', 'subtitles', 'dataset']);
  expect(['walk.edl', 'walk.OTIO', 'walk-Scenes.csv', 'walk.scenes.txt', 'walk.fcpxml'].map((name) => drop(name))).toEqual(
    Array.from({ length: 5 }, () => 'cuts'),
  );
  expect([
    drop('notes.txt', 'text/plain', '/take/notes.txt'),
    drop('walk.srt', '', '/take/walk.srt'),
    drop('a.mp4', '', '/take/a.mp4'),
  ]).toEqual(['other', 'other', 'video']);
});

test('a project made from dropped files bears the first one’s name', () => {
  expect(projectNameFor([{ name: 'Harbour.final.mov' }])).toBe('Harbour.final');
  expect(projectNameFor([{ name: '.mov' }])).toBe('Untitled');
});
