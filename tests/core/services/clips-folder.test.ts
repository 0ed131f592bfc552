import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataSetProject } from '../../helpers/data-set-project.ts';
import { runFfmpeg } from '../../helpers/run-ffmpeg.ts';

/** A project beside a folder with these texts and videos. */
async function withFolder(videos: Readonly<Record<string, number>>, texts: Readonly<Record<string, string | Uint8Array>>) {
  const project = await dataSetProject();
  await project.makeVideos(videos);
  for (const [place, text] of Object.entries(texts)) {
    mkdirSync(path.dirname(project.at(place)), { recursive: true });
    writeFileSync(project.at(place), text);
  }
  return project;
}

describe('a folder of clips', () => {
  it('comes in as videos with one shot each, with the texts beside them, and says which texts it could not use', async () => {
    const clips = { 'set/walk_0_9.mp4': 10, 'set/walk_10_24.mp4': 14, 'set/fish.mp4': 5 };
    const texts = {
      'set/walk_0_9.txt': 'A man walks.\n',
      'set/walk_10_24.txt': 'A dog runs.',
      'set/fish.txt': new Uint8Array([0xff, 0xfe]),
      'set/README.txt': 'Hello.',
    };
    const { importFolder, content, result } = await withFolder(clips, texts);
    const found = result(await importFolder('clips-folder', 'set'));
    expect(found).toMatchObject({ videos: 2, shots: 2, texts: 2, missingFiles: 0, refusedRecords: 2 });
    expect(found.refused.map(({ where, reason }) => `${where}: ${reason}`)).toEqual([
      'record 1, fish.mp4: its text fish.txt is not UTF-8',
      'record 4, README.txt: no video of its name lies beside it',
    ]);
    expect(found.notes).toEqual([
      'walk_10_24.mp4: its shots end at frame 14, the file at frame 13; the last shot now ends there, and keeps its texts',
    ]);
    expect(content()).toMatchObject([
      { name: 'walk_0_9.mp4', state: 'ok', shots: [[0, 9, 'A man walks.']] },
      { name: 'walk_10_24.mp4', state: 'ok', shots: [[0, 13, 'A dog runs.']] },
    ]);
  });

  it('comes in as shots of a video that lies in the folder of media', async () => {
    const { importFolder, content } = await withFolder(
      { 'set/walk_0_9.mp4': 10, 'set/walk_10_24.mp4': 15, 'media/walk.mkv': 25 },
      { 'set/walk_10_24.txt': 'A dog runs.' },
    );
    await importFolder('clips-folder', 'set', 'media');
    expect(content()).toMatchObject([
      {
        name: 'walk.mkv',
        state: 'ok',
        shots: [
          [0, 9, ''],
          [10, 24, 'A dog runs.'],
        ],
      },
    ]);
  });

  it('of Cosmos has its texts in metas, beside its videos', async () => {
    const { importFolder, content } = await withFolder({ 'set/videos/a.mp4': 5 }, { 'set/metas/a.txt': 'A robot.' });
    await importFolder('clips-folder', 'set');
    expect(content()).toMatchObject([{ name: 'videos/a.mp4', state: 'ok', shots: [], summary: 'A robot.' }]);
  });

  it('of NeMo Curator gives the sources with their shots', async () => {
    const meta = (span: readonly number[], caption: string) =>
      JSON.stringify({
        source_video: '/in/walk.mp4',
        duration_span: span,
        framerate_source: 25,
        windows: [{ start_frame: 0, end_frame: 9, qwen_caption: caption }],
      });
    const texts = { 'set/metas/v0/1.json': meta([0, 0.4], 'One.'), 'set/metas/v0/2.json': meta([0.4, 1], 'Two.') };
    const { importFolder, content } = await withFolder({ 'set/clips/1.mp4': 10, 'media/walk.mp4': 25 }, texts);
    await importFolder('clips-folder', 'set', 'media');
    expect(content()).toMatchObject([
      {
        name: 'walk.mp4',
        state: 'ok',
        shots: [
          [0, 9, 'One.'],
          [10, 24, 'Two.'],
        ],
      },
    ]);
  });

  it('with links that lead out of it is not read behind them, says so, and reads all else', async () => {
    const { importFolder, content, result, at } = await withFolder(
      { 'set/walk_0_9.mp4': 10, 'set/swim.mp4': 5, 'set/jump.mp4': 5, 'private/home.mp4': 6 },
      { 'private/secret.txt': 'The secret of somebody.', 'set/texts/jump.md': 'A man jumps.' },
    );
    symlinkSync(at('private/secret.txt'), at('set/walk_0_9.txt'));
    symlinkSync('../private/secret.txt', at('set/swim.txt'));
    symlinkSync(at('private/home.mp4'), at('set/run.mp4'));
    writeFileSync(at('set/run.txt'), 'A woman runs.');
    symlinkSync('texts/jump.md', at('set/jump.txt'));
    const found = result(await importFolder('clips-folder', 'set'));
    expect(found.refused.map(({ where, reason }) => `${where}: ${reason}`)).toEqual([
      'record 2, run.mp4: it is a link that leads out of the folder, so it was not used',
      'record 3, swim.mp4: its text swim.txt is a link that leads out of the folder, so it was not read',
      'record 4, walk_0_9.mp4: its text walk_0_9.txt is a link that leads out of the folder, so it was not read',
    ]);
    expect(found.notes).toEqual(['set: its video "run.mp4" is a link that leads out of it, and not used']);
    expect(content()).toMatchObject([{ name: 'jump.mp4', state: 'ok', summary: 'A man jumps.' }]);
  });

  it('of NeMo Curator has its shots at the frames of a file with a variable rate, which only the file itself tells', async () => {
    const meta = (span: readonly number[]) =>
      JSON.stringify({
        source_video: '/in/walk.mkv',
        duration_span: span,
        framerate_source: 22.5,
        windows: [{ x_caption: `${span.join('–')} s` }],
      });
    const { importFolder, content, result, at } = await withFolder(
      {},
      { 'set/metas/v0/1.json': meta([0, 2.5]), 'set/metas/v0/2.json': meta([2.5, 4]) },
    );
    // 30 frames in three seconds, and 30 in the next.
    const times = 'setpts=if(lt(N\\,30)\\,N/10\\,3+(N-30)/30)/TB';
    const look = 'color=s=64x48:r=30:c=0x202020';
    await runFfmpeg([
      '-f',
      'lavfi',
      '-i',
      look,
      '-vf',
      times,
      '-fps_mode',
      'passthrough',
      '-frames:v',
      '60',
      '-pix_fmt',
      'yuv420p',
      at('set/walk.mkv'),
    ]);
    const found = result(await importFolder('clips-folder', 'set'));
    expect(found).toMatchObject({ videos: 1, shots: 2, refused: [] });
    expect(content()).toMatchObject([
      {
        name: 'walk.mkv',
        state: 'ok',
        shots: [
          [0, 24, '0–2.5 s'],
          [25, 59, '2.5–4 s'],
        ],
      },
    ]);
  });

  it('of NeMo Curator with links that lead out of it has neither their metas nor their videos', async () => {
    const meta = JSON.stringify({
      source_video: '/in/walk.mp4',
      duration_span: [0, 1],
      framerate_source: 25,
      windows: [{ x_caption: 'Secret.' }],
    });
    const { importFolder, content, result, at } = await withFolder(
      { 'private/walk.mp4': 25 },
      { 'private/1.json': meta, 'set/metas/v0/2.json': meta },
    );
    symlinkSync(at('private/1.json'), at('set/metas/v0/1.json'));
    symlinkSync(at('private/walk.mp4'), at('set/walk.mp4'));
    const found = result(await importFolder('clips-folder', 'set'));
    expect(found).toMatchObject({ videos: 1, missing: ['walk.mp4'], refused: [{ where: 'record 1, metas/v0/1.json' }] });
    expect(content()).toMatchObject([{ name: 'walk.mp4', state: 'missing' }]);
  });

  it('beside a folder of media that people filled with links has their videos, and a note says so', async () => {
    const { importFolder, content, result, at } = await withFolder(
      { 'disk/run.mp4': 25, 'media/walk.mp4': 25 },
      { 'set/run_0_24.txt': 'x' },
    );
    symlinkSync(at('disk/run.mp4'), at('media/run.mp4'));
    copyFileSync(at('disk/run.mp4'), at('set/run_0_24.mp4'));
    const found = result(await importFolder('clips-folder', 'set', 'media'));
    expect(found.notes).toEqual(['media: its video "run.mp4" is a link that leads out of it, and used all the same']);
    expect(content()).toMatchObject([{ name: 'run.mp4', state: 'ok' }]);
  });

  it('without videos is refused, and so is a file', async () => {
    const { importFolder } = await withFolder({}, { 'set/a.txt': 'x' });
    expect(await importFolder('clips-folder', 'set')).toMatchObject({
      state: 'failed',
      error: { message: expect.stringContaining('“set” has no videos') },
    });
    await expect(importFolder('clips-folder', 'set/a.txt')).rejects.toMatchObject({ code: 'invalid-input' });
  });
});
