import { describe, expect, it } from 'vitest';
import { addMeasuredVideo, startWithVideo } from '../../helpers/test-core.ts';

describe('the split of a video', () => {
  it('is set, which can be undone', async () => {
    const { as, videoId } = await startWithVideo();
    const { api } = as('ann');
    await api.videos.setSplit({ videoIds: [videoId], split: 'val' });
    expect((await api.videos.list({})).videos).toMatchObject([{ split: 'val' }]);
    await api.history.undo({});
    expect((await api.videos.list({})).videos).toMatchObject([{ split: null }]);
  });

  it('is given to all videos by shares, those that have one keep it on request, and one step takes all back', async () => {
    const test = await startWithVideo();
    const { api } = test.as('ann');
    for (let index = 0; index < 9; index++) await addMeasuredVideo(test, `more-${index}.mp4`);
    const splits = async () => (await api.videos.list({})).videos.map(({ split }) => split);
    await api.videos.setSplit({ videoIds: [test.videoId], split: 'val' });
    const shares = { train: 0, val: 0, test: 100 };
    expect(await api.videos.divide({ shares, seed: 1, keepsAssigned: true })).toEqual({ train: 0, val: 0, test: 9 });
    expect(await splits()).toEqual(['val', ...Array<string>(9).fill('test')]);
    expect(await api.history.undo({})).toMatchObject({ label: { key: 'edits.divideIntoSplits' } });
    expect(await splits()).toEqual(['val', ...Array<null>(9).fill(null)]);
    expect(await api.videos.divide({ shares, seed: 1, keepsAssigned: false })).toEqual({ train: 0, val: 0, test: 10 });
    const wrong = api.videos.divide({ shares: { train: 50, val: 10, test: 10 }, seed: 1, keepsAssigned: false });
    await expect(wrong).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('100 together') });
  });
});
