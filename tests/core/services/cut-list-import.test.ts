import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isTiled } from '#shared/domain/shot-edit.ts';
import { plain, words } from '#shared/words/words.ts';
import { makeProbe, startWithVideo } from '../../helpers/test-core.ts';

/** A video of 100 frames at 25 a second, and a way to import a cut list of a given content. */
async function withVideo() {
  const test = await startWithVideo();
  const { videoId, core, dataDir } = test;
  const { api } = test.as('ann');
  async function grantText(text: string | Buffer, name: string) {
    writeFileSync(path.join(dataDir, name), text);
    return (await core.files.grantPath(path.join(dataDir, name))).grantId;
  }
  const importText = async (text: string | Buffer, name = 'walk.edl', replaceEdited = false) =>
    api.shots.importCuts({ videoId, grantId: await grantText(text, name), replaceEdited });
  const shots = () => api.shots.list({ videoId });
  const starts = async () => (await shots()).map(({ startFrame }) => startFrame);
  const captions = async () => {
    const list = await shots();
    return (await api.texts.current({ videoId })).map(({ shotId, text }) => [list.findIndex(({ id }) => id === shotId), text]);
  };
  return { ...test, api, importText, grantText, shots, starts, captions };
}

const event = (number: number, from: string, to: string, transition = 'C') =>
  `${String(number).padStart(3, '0')}  AX       V     ${transition}        00:00:0${from} 00:00:0${to} 00:00:0${from} 00:00:0${to}\n`;

/** Shots of 40, 35 and 25 frames, the second with a remark. */
const EDL = `TITLE: walk\n\n${event(1, '0:00', '1:15')}${event(2, '1:15', '3:00')}* LOC: 00:00:02:00 RED     A cat sleeps.\n${event(3, '3:00', '4:00')}`;

describe('a cut list', () => {
  it('cuts the video into its shots with their captions, as one step that undo takes back', async () => {
    const { api, importText, shots, starts, captions, videoId } = await withVideo();
    const before = await shots();
    expect(await importText(EDL)).toEqual({ shotCount: 3, captionCount: 1, notes: [] });
    expect(await starts()).toEqual([0, 40, 75]);
    expect((await shots()).slice(1)).toMatchObject([1, 2].map(() => ({ origin: 'import', confidence: null, locked: false })));
    expect(await captions()).toEqual([[1, 'A cat sleeps.']]);
    expect(await api.texts.current({ videoId })).toMatchObject([
      { origin: 'import', status: 'draft', importedFrom: { format: 'edl', file: 'walk.edl' } },
    ]);
    expect((await api.history.undo({}))?.label).toEqual(words('edits.importFile', { name: 'walk.edl' }));
    expect(await shots()).toEqual(before);
    expect(await captions()).toEqual([]);
    await api.history.redo({});
    expect(await starts()).toEqual([0, 40, 75]);
    expect(await captions()).toEqual([[1, 'A cat sleeps.']]);
  });

  it('stores a dissolve as the transition between its shots', async () => {
    const { importText, shots } = await withVideo();
    await importText(
      `${event(1, '0:00', '1:00')}${event(2, '1:00', '1:00')}002  AX       V     D 012    00:00:01:00 00:00:04:00 00:00:01:00 00:00:04:00\n`,
    );
    expect(await shots()).toMatchObject([
      { startFrame: 0, endFrame: 31 },
      { startFrame: 31, endFrame: 100, transition: { kind: 'dissolve', startFrame: 25, endFrame: 37 } },
    ]);
  });

  it('leaves captions with the frames that they describe, as a detection does', async () => {
    const { api, importText, captions, shots, videoId } = await withVideo();
    const [shot] = await shots();
    if (shot === undefined) throw new Error('a shot expected');
    await api.texts.edit({ videoId, shotId: shot.id, kind: 'visual', text: 'A dog runs.' });
    await importText(EDL);
    expect(await captions()).toEqual([
      [0, 'A dog runs.'],
      [1, 'A cat sleeps.'],
    ]);
  });

  it('puts no remark over what a person wrote: it is a candidate beside it', async () => {
    const { api, importText, captions, shots, videoId } = await withVideo();
    await importText(EDL.replace('A cat sleeps.', 'A cat.'));
    const shotId = (await shots())[1]?.id ?? null;
    await api.texts.edit({ videoId, shotId, kind: 'visual', text: 'My cat.' });
    expect(await importText(EDL)).toMatchObject({ captionCount: 1 });
    expect(await captions()).toEqual([[1, 'My cat.']]);
    const { revisions } = await api.texts.revisions({ videoId, shotId, kind: 'visual' });
    expect(revisions.map(({ text, isCurrent }) => [text, isCurrent])).toEqual([
      ['A cat sleeps.', false],
      ['My cat.', true],
      ['A cat.', false],
    ]);
  });

  it('takes the place of another one, and of what a detector found, without a question', async () => {
    const { core, importText, starts, videoId } = await withVideo();
    const cut = { frame: 20, kind: 'cut', startFrame: 20, endFrame: 20, confidence: 1 } as const;
    core.services.shots.replaceFromCuts(videoId, { cuts: [cut], minDistanceFrames: 1 }, { actor: 'ann', label: plain('Detect') });
    await importText(EDL);
    expect(await starts()).toEqual([0, 40, 75]);
    await importText(`${event(1, '0:00', '2:00')}${event(2, '2:00', '4:00')}`);
    expect(await starts()).toEqual([0, 50]);
  });

  it('in an old encoding is read with a note that names it', async () => {
    const { importText, captions } = await withVideo();
    const list = '0,2,Gr\u00fc\u00dfe aus M\u00fcnchen, wir m\u00fcssen jetzt gehen\n2,4,J\u00fcrgen sch\u00e4lt \u00c4pfel und \u00d6l\n';
    const { notes } = await importText(Buffer.from(list, 'latin1'), 'walk.csv');
    expect(notes).toEqual([expect.stringMatching(/^the file is not in UTF-8; it was read as windows-1252\./u)]);
    expect((await captions()).map(([, text]) => text)).toEqual([
      'Gr\u00fc\u00dfe aus M\u00fcnchen, wir m\u00fcssen jetzt gehen',
      'J\u00fcrgen sch\u00e4lt \u00c4pfel und \u00d6l',
    ]);
  });

  it('gives what it leaves out shots of their own, and says so', async () => {
    const { importText, shots } = await withVideo();
    const { notes } = await importText('0.4,1.6,A dog\n2.0,3.0,\n', 'walk.csv');
    expect((await shots()).map(({ startFrame, endFrame }) => [startFrame, endFrame])).toEqual([
      [0, 10],
      [10, 40],
      [40, 50],
      [50, 75],
      [75, 100],
    ]);
    expect(notes).toEqual(['3 stretches of the video are in no shot of the list and became shots of their own']);
  });
});

describe('cuts that people made or confirmed', () => {
  it('are not replaced before somebody says so; locked ones stay even then', async () => {
    const { api, importText, shots, starts, videoId } = await withVideo();
    const [, made] = await api.shots.split({ videoId, frame: 20 });
    const [, locked] = await api.shots.split({ videoId, frame: 60 });
    if (made === undefined || locked === undefined) throw new Error('shots expected');
    await api.shots.setLocked({ videoId, shotIds: [made.id], locked: false });
    const before = await shots();
    await expect(importText(EDL)).rejects.toMatchObject({
      code: 'conflict',
      message: '2 cuts that "walk.edl" does not have were made or confirmed by people. Nothing was changed.',
    });
    expect(await shots()).toEqual(before);
    const { notes } = await importText(EDL, 'walk.edl', true);
    expect(notes).toEqual(['one locked cut is not in the list and stayed']);
    expect(await starts()).toEqual([0, 40, 60, 75]);
    await api.history.undo({});
    expect(await shots()).toEqual(before);
  });

  it('stand for the cuts of the list that lie within two frames of them', async () => {
    const { api, importText, starts, videoId } = await withVideo();
    await api.shots.split({ videoId, frame: 42 });
    await importText(EDL, 'walk.edl', true);
    expect(await starts()).toEqual([0, 42, 75]);
  });

  it('need no question where the list has them too', async () => {
    const { api, importText, shots, videoId } = await withVideo();
    await api.shots.split({ videoId, frame: 40 });
    expect(await importText(EDL)).toMatchObject({ shotCount: 3, notes: [] });
    expect(await shots()).toMatchObject([{}, { startFrame: 40, locked: true, origin: 'human' }, { startFrame: 75, locked: false }]);
  });
});

describe('a cut list that cannot be used', () => {
  it.each([
    ['of another, longer video', '01:00:00,01:01:00,much later\n', 'walk.csv', 'begin after the end of "holiday.mp4"'],
    ['without a shot', 'TITLE: nothing\n', 'walk.edl', 'it lists none'],
    ['whose shots end before they begin', event(1, '2:00', '1:00'), 'walk.edl', 'it lists none'],
    ['that is speech', '1\n00:00:00,500 --> 00:00:02,000\nHello there.\n', 'walk.srt', 'is not a cut list'],
    ['that is empty', '', 'walk.edl', 'is not a cut list'],
    ['of bytes that are no text', Buffer.from([0, 159, 146, 150, 255, 0]), 'walk.edl', 'is not a cut list'],
    ['that breaks off', '<xmeml version="5"><sequence><media>', 'walk.xml', 'line 1: it is not well-formed XML'],
    ['that breaks off', '{"OTIO_SCHEMA": "Timeline.1", "tracks": {', 'walk.otio', 'JSON'],
    ['of more lines than any', '\n'.repeat(1_000_001), 'walk.edl', 'more than 1,000,000 lines'],
    ['of more shots than any', '0 1\n'.repeat(50_001), 'walk.scenes.txt', 'more than 50,000 shots'],
  ])('is refused with the reason, and the shots stay: %s', async (_what, text, name, reason) => {
    const { importText, shots, api } = await withVideo();
    const before = await shots();
    const refused = importText(text, name);
    await expect(refused).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining(reason) });
    await expect(refused).rejects.toMatchObject({ message: expect.stringContaining('Nothing was changed.') });
    expect(await shots()).toEqual(before);
    expect((await api.history.next({})).undo?.label).not.toEqual(words('edits.importFile', { name }));
  });

  it('is not written to a video that was measured again meanwhile', async () => {
    const { core, grantText, videoId, shots } = await withVideo();
    const signal = new AbortController().signal;
    const place = await core.services.imports.readCuts({ videoId, grantId: await grantText(EDL, 'walk.edl'), signal });
    core.services.videos.setProbe(videoId, makeProbe(110), null);
    core.services.shots.ensureTiled(videoId, 'ann');
    const before = await shots();
    expect(() => place({ replaceEdited: false, actor: 'ann' })).toThrow(/was analysed again.*Nothing was changed/u);
    expect(await shots()).toEqual(before);
  });

  it('of as many shots as a video may have is imported and taken back', async () => {
    const { core, api, importText, shots, videoId } = await withVideo();
    core.services.videos.setProbe(videoId, makeProbe(100_000), null);
    core.services.shots.ensureTiled(videoId, 'ann', { isOtherFile: true });
    const scenes = Array.from({ length: 50_000 }, (_, index) => `${index * 2} ${index * 2 + 1}\n`).join('');
    expect(await importText(scenes, 'walk.scenes.txt')).toMatchObject({ shotCount: 50_000, notes: [] });
    expect(isTiled(await shots(), 100_000)).toBe(true);
    await api.history.undo({});
    expect(await shots()).toHaveLength(1);
  });
});
