import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { exportTo } from '../../../src-main/hosts/cli/exporting.ts';
import { makeSmallVideo } from '../../helpers/barred-video.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';
import { studioWithTwoShots } from '../../helpers/two-shots.ts';

const FORMATS = ['otio', 'fcpxml', 'fcp7'] as const;

/** Where the list says that the video lies. */
function addressIn(list: string): string {
  return /(?:target_url":|src=)"([^"]*)"/u.exec(list)?.[1] ?? /<pathurl>(.*)<\/pathurl>/u.exec(list)?.[1] ?? '';
}

async function studio() {
  const file = path.join(temporaryFolder(), 'a #1 größer & walk.mp4');
  await makeSmallVideo(file, { frameCount: 60 });
  return { ...(await studioWithTwoShots(file)), file };
}

it('a list of cuts in a folder of this computer says where its video lies, so that it is there when the list is opened', async () => {
  const { core, file } = await studio();
  for (const formatId of FORMATS) {
    const target = path.join(temporaryFolder(), 'list.txt');
    await exportTo(core, { formatId, file: target }, { texts: 'all' });
    const list = readFileSync(target, 'utf8');
    expect(list).toContain('A street, part 2.');
    const found = fileURLToPath(addressIn(list).replaceAll('&amp;', '&').replaceAll('&#39;', "'"));
    expect(found).toBe(file);
    expect(existsSync(found)).toBe(true);
  }
});

it('a list that somebody else gets names the video alone, as does one of a video that is gone', async () => {
  const { core, file } = await studio();
  const write = async (formatId: string, isChosen: boolean): Promise<string> => {
    const folder = temporaryFolder();
    const { manifest } = await core.services.exports.write(
      { formatId, options: { texts: 'all' } },
      { folder, manifestName: 'manifest.json', isChosen },
      { signal: new AbortController().signal, onProgress: () => undefined },
    );
    return readFileSync(path.join(folder, manifest.files[0]?.file ?? ''), 'utf8');
  };
  for (const formatId of FORMATS) {
    const list = await write(formatId, false);
    expect(list).not.toContain(path.dirname(file));
    expect(addressIn(list)).toBe(encodeURIComponent(path.basename(file)));
  }
  rmSync(file);
  for (const formatId of FORMATS) expect(addressIn(await write(formatId, true))).toBe(encodeURIComponent(path.basename(file)));
});
