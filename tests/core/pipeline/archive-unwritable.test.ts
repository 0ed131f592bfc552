import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { writeFolder } from '#core/steps/archive/write-copy.ts';
import { makeSmallVideo } from '../../helpers/barred-video.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';
import { studioWithTwoShots } from '../../helpers/two-shots.ts';

it('a copy whose file cannot be made fails, and ends nothing else', { timeout: 60_000 }, async () => {
  const dir = temporaryFolder();
  const video = path.join(dir, 'walk.mp4');
  await makeSmallVideo(video, { frameCount: 60 });
  const { core } = await studioWithTwoShots(video);
  const [{ id: videoId } = { id: undefined }] = core.services.videos.list();
  if (videoId === undefined) throw new Error('a video expected');
  const { db, folder } = core.services.projects.access.session();
  // A file lies where the copy has a folder.
  const making = path.join(dir, 'copy');
  writeFileSync(path.join(dir, 'in the way'), '');
  const copying = writeFolder({
    db,
    projectFolder: folder,
    videos: core.services.videos,
    files: [{ videoId, name: 'walk.mp4', mediaName: '../../in the way/walk.mp4', sizeBytes: 1 }],
    making,
    umask: undefined,
    signal: new AbortController().signal,
    check: () => null,
    compact: () => undefined,
    onProgress: () => undefined,
  });
  // With an error that nobody caught, the test runner itself would say so.
  await expect(copying).rejects.toMatchObject({ code: 'ENOTDIR' });
});
