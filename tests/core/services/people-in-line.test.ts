import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { joinAs, startWithVideo } from '../../helpers/test-core.ts';

describe('commands that wait in line', () => {
  it('are carried out no more once the owner has sent their person away', async () => {
    const { core, videoId } = await startWithVideo();
    const ann = await joinAs(core, 'owner', 'Ann');
    const ben = await joinAs(core, 'annotator', 'Ben');
    const splits = Array.from({ length: 40 }, (_, index) => ben.api.shots.split({ videoId, frame: index + 1 }));
    const ended = Promise.allSettled(splits);
    await nextTurn();
    await ann.api.people.end({ personId: ben.guest.personId });
    const shotCount = (await ann.api.shots.list({ videoId })).length;
    const refused = (await ended).flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    expect(refused.length).toBeGreaterThan(20);
    for (const reason of refused)
      expect(reason).toMatchObject({ code: 'forbidden', message: expect.stringContaining('session has ended') });
    expect(await ann.api.shots.list({ videoId })).toHaveLength(shotCount);
  });

  it('take nothing back of somebody who works under their name by now', async () => {
    const { core, videoId } = await startWithVideo();
    const before = await joinAs(core, 'annotator', 'Paula');
    const owner = await joinAs(core, 'owner', 'Ann');
    const splits = Array.from({ length: 10 }, (_, index) => before.api.shots.split({ videoId, frame: index + 1 }));
    const undos = Array.from({ length: 40 }, () => before.api.history.undo({}));
    const ended = Promise.allSettled([...splits, ...undos]);
    await nextTurn();
    before.close();
    await owner.api.people.introduce({ name: 'Paula' });
    await owner.api.shots.split({ videoId, frame: 90 });
    await ended;
    await core.dispatcher.settled();
    expect((await owner.api.shots.list({ videoId })).map(({ startFrame }) => startFrame)).toContain(90);
    expect(await owner.api.history.next({})).toMatchObject({ undo: { actor: 'Paula' }, redo: null });
  });

  it('are carried out under the name that their person has said before them', async () => {
    const { core, videoId } = await startWithVideo();
    const ben = await joinAs(core, 'annotator', 'Ben');
    await Promise.all([ben.api.people.introduce({ name: 'Benjamin' }), ben.api.shots.split({ videoId, frame: 40 })]);
    expect(await ben.api.history.list({ limit: 1 })).toMatchObject([{ actor: 'Benjamin' }]);
  });
});
