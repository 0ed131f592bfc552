import { describe, expect, it, vi } from 'vitest';
import { VideoId } from '#shared/domain/ids.ts';
import type { VideoListItem, VideoListPart } from '#shared/domain/video.ts';
import { followVideos, type FollowedVideos } from '../../../../src-renderer/api/followed-videos.ts';

function video(position: number, shotCount = 0): VideoListItem {
  const counts = { shotCount, captionedCount: 0, acceptedCount: 0, flaggedCount: 0, hasSummary: false };
  const facts = { position, name: `${position}.mp4`, state: 'ok', stateReason: null, probe: null, split: null, createdAtMs: 0 } as const;
  return { id: VideoId.parse(`v${position}`), ...facts, ...counts };
}

function part(videos: readonly VideoListItem[], rest: Partial<VideoListPart> = {}): VideoListPart {
  return { isAnew: false, videos: [...videos], gone: [], mark: 'm', isMore: false, ...rest };
}

/** What the core answers, one after another. */
async function following(before: FollowedVideos | undefined, parts: readonly VideoListPart[]) {
  const marks: (string | null)[] = [];
  const onProgress = vi.fn<(list: FollowedVideos) => void>();
  const waiting = [...parts];
  const list = await followVideos(before, {
    ask: async (mark) => {
      marks.push(mark);
      return waiting.shift() ?? part([]);
    },
    onProgress,
  });
  return { list, marks, shown: onProgress.mock.calls.map(([{ videos }]) => videos.length) };
}

const positions = ({ videos }: FollowedVideos): number[] => videos.map(({ position }) => position);

describe('the list of videos', () => {
  it('is shown from its first part on, and is whole with the last', async () => {
    const parts = [part([video(0), video(1)], { isAnew: true, isMore: true, mark: 'a' }), part([video(2)], { mark: 'b' })];
    const { list, marks, shown } = await following(undefined, parts);
    expect(marks).toEqual([null, 'a']);
    expect(shown).toEqual([2]);
    expect(list).toMatchObject({ mark: 'b', isWhole: true });
    expect(positions(list)).toEqual([0, 1, 2]);
  });

  it('takes what has changed, and leaves the others the same objects', async () => {
    const { list: before } = await following(undefined, [part([video(0), video(1), video(3)], { isAnew: true })]);
    const { list } = await following(before, [part([video(1, 5), video(2), video(4)], { gone: [VideoId.parse('v0')] })]);
    expect(positions(list)).toEqual([1, 2, 3, 4]);
    expect(list.videos[0]?.shotCount).toBe(5);
    expect(list.videos[2]).toBe(before.videos[2]);
  });

  it('that begins anew takes the place of a whole one when it is whole itself', async () => {
    const { list: before } = await following(undefined, [part([video(0), video(1)], { isAnew: true })]);
    const { list, shown } = await following(before, [part([video(7)], { isAnew: true, isMore: true }), part([video(8)])]);
    expect(shown).toEqual([]);
    expect(positions(list)).toEqual([7, 8]);
  });
});
