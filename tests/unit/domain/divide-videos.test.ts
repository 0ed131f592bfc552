import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignSplits, type SplitCandidate } from '#core/project/videos/divide-videos.ts';
import { VideoId } from '#shared/domain/ids.ts';
import { VideoSplit } from '#shared/domain/video.ts';

const video = (name: string, shotCount = 1): SplitCandidate => ({ id: VideoId.parse(name.replaceAll('.', '-')), name, shotCount });
const many = (count: number): SplitCandidate[] => Array.from({ length: count }, (_, index) => video(`v${index}.mp4`, index % 17));
const EIGHTY_TEN_TEN = { train: 80, val: 10, test: 10 };

const shares = fc
  .tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }))
  .map(([left, right]) => ({ train: Math.min(left, right), val: Math.abs(left - right), test: 100 - Math.max(left, right) }));

describe('videos that are divided into splits', () => {
  it('come into them by the shares, to a video, whatever the seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), shares, fc.integer({ min: 0, max: 1000 }), (count, wanted, seed) => {
        const assigned = [...assignSplits(many(count), wanted, seed).values()];
        expect(assigned).toHaveLength(count);
        for (const split of VideoSplit.options) {
          const share = (count * wanted[split]) / 100;
          expect(Math.abs(assigned.filter((each) => each === split).length - share)).toBeLessThanOrEqual(2);
          if (wanted[split] === 0) expect(assigned).not.toContain(split);
        }
      }),
    );
  });

  it('come into the same ones with the same seed, in whatever order they are listed, and into others with another', () => {
    const videos = many(100);
    const first = assignSplits(videos, EIGHTY_TEN_TEN, 7);
    expect(assignSplits(videos.toReversed(), EIGHTY_TEN_TEN, 7)).toEqual(new Map(first));
    expect(assignSplits(videos, EIGHTY_TEN_TEN, 8)).not.toEqual(first);
  });

  it('stay with the other parts of their recording', () => {
    const parts = Array.from({ length: 30 }, (_, recording) => [1, 2, 3].map((part) => video(`rec${recording}.${part}.mp4`))).flat();
    const assigned = assignSplits(parts, { train: 60, val: 20, test: 20 }, 0);
    for (let recording = 0; recording < 30; recording++)
      expect(new Set([1, 2, 3].map((part) => assigned.get(VideoId.parse(`rec${recording}-${part}-mp4`)))).size).toBe(1);
    expect(new Set(assigned.values())).toEqual(new Set(VideoSplit.options));
  });

  it('stay with those whose names differ in capitals or accents alone, as the check of an export takes them', () => {
    const names = Array.from({ length: 30 }, (_, index) => [`Clip\u00E9${index}.mp4`, `clipe\u0301${index}.2.mp4`]).flat();
    const assigned = assignSplits(
      names.map((name, index) => ({ ...video(`v${index}`), name })),
      { train: 50, val: 0, test: 50 },
      0,
    );
    const splits = names.map((_, index) => assigned.get(VideoId.parse(`v${index}`)));
    for (let index = 0; index < names.length; index += 2) expect(splits[index]).toBe(splits[index + 1]);
  });

  it('with few and with many shots are in each of them', () => {
    const videos = [
      ...Array.from({ length: 40 }, (_, index) => video(`short${index}.mp4`, 1)),
      ...Array.from({ length: 40 }, (_, index) => video(`long${index}.mp4`, 90)),
    ];
    const assigned = assignSplits(videos, { train: 50, val: 25, test: 25 }, 3);
    for (const [split, wanted] of [
      ['train', 20],
      ['val', 10],
      ['test', 10],
    ] as const)
      for (const kind of ['short', 'long'])
        expect(videos.filter(({ id, name }) => name.startsWith(kind) && assigned.get(id) === split).length).toBeGreaterThanOrEqual(
          wanted - 2,
        );
  });
});
