import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readJsonFile } from '#core/base/files/json-file.ts';
import { createFolderLinks } from '#core/models/folder-links.ts';
import { createKeychainSecrets } from '../../../src-main/hosts/electron/keychain-secrets.ts';
import { createSessions } from '../../../src-main/hosts/serve/sessions.ts';
import { asPerson } from '../../helpers/as-person.ts';
import { joinAs, startTestCore, temporaryFolder } from '../../helpers/test-core.ts';

/** As where the last file that a process may open is taken: there is the file, and it cannot be read. */
const hide = (file: string): void => chmodSync(file, 0o000);
const show = (file: string): void => chmodSync(file, 0o600);
const busy = { code: 'busy', message: expect.stringMatching(/could not read its file .* just now/) };

/** A studio whose data folder holds this file, which cannot be read. */
function withHidden(name: string, content: unknown) {
  const dataDir = temporaryFolder();
  const file = path.join(dataDir, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(content));
  hide(file);
  const shown = (): unknown => {
    show(file);
    expect(readdirSync(path.dirname(file)).filter((each) => each.includes('.damaged-'))).toEqual([]);
    return JSON.parse(readFileSync(file, 'utf8'));
  };
  return { dataDir, file, shown, start: () => startTestCore({ dataDir }) };
}

describe.skipIf(process.platform === 'win32')('a file of the studio that cannot be read just now', () => {
  it('stays where it lies; one that is no file, or not what it should be, is set aside', () =>
    asPerson(() => {
      const { file, dataDir } = withHidden('own.json', { a: 1 });
      const schema = z.object({ a: z.number() });
      expect(readJsonFile(file, schema)).toMatchObject({ state: 'unread', error: { code: 'EACCES' } });
      show(file);
      expect(readJsonFile(file, schema)).toEqual({ state: 'ok', value: { a: 1 } });
      symlinkSync('round.json', path.join(dataDir, 'round.json'));
      expect(readJsonFile(path.join(dataDir, 'round.json'), schema)).toMatchObject({ state: 'set-aside' });
    }));

  it('as the settings keeps the network off, is not written over, and counts as soon as it can be read', () =>
    asPerson(() => {
      const { start, shown } = withHidden('settings.json', { version: 2, allowNetwork: true, userName: 'Ann' });
      const { settings } = start().core.services;
      expect(settings.get().allowNetwork).toBe(false);
      expect(() => settings.update({ framesPerShot: 2 })).toThrow(expect.objectContaining(busy));
      expect(shown()).toMatchObject({ userName: 'Ann' });
      expect(settings.get()).toMatchObject({ allowNetwork: true, userName: 'Ann' });
      settings.update({ framesPerShot: 2 });
      expect(shown()).toMatchObject({ userName: 'Ann', framesPerShot: 2 });
    }));

  it('as the list of recent projects takes those opened meanwhile once it can be read', () =>
    asPerson(async () => {
      const { start, shown } = withHidden('recent-projects.json', [{ folder: '/of/before.shotluck', openedAtMs: 1 }]);
      const { core } = start();
      const { ref } = await core.services.projects.createIn(temporaryFolder(), 'Demo');
      expect(core.services.projects.recent().map(({ name }) => name)).toEqual(['Demo']);
      expect(() => core.services.projects.forget(ref)).toThrow(expect.objectContaining(busy));
      shown();
      await core.close();
      expect(shown()).toMatchObject([{ folder: expect.stringContaining('Demo') }, { folder: '/of/before.shotluck' }]);
    }));

  it('as the owners’ names lets no annotator have any of them', () =>
    asPerson(async () => {
      const { start, shown } = withHidden('owner-names.json', { names: ['olga'] });
      const { core } = start();
      const annotator = await joinAs(core, 'annotator', null);
      await expect(annotator.api.people.introduce({ name: 'Olga' })).rejects.toMatchObject(busy);
      shown();
      await expect(annotator.api.people.introduce({ name: 'Olga' })).rejects.toMatchObject({ code: 'conflict' });
      await annotator.api.people.introduce({ name: 'Ann' });
    }));

  it('as the key of the seals is used once it can be read, and what was sealed meanwhile holds', () =>
    asPerson(async () => {
      const { dataDir, file, shown, start } = withHidden('seal-key.json', { key: 'a'.repeat(64) });
      show(file);
      const video = path.join(dataDir, 'walk.mp4');
      writeFileSync(video, 'walk');
      const first = start();
      const { displayPath } = await first.core.services.projects.createIn(dataDir, 'Demo');
      const { added } = await first.core.services.videos.addFiles([video], 'ann');
      await first.core.close();
      hide(file);
      const { videos, projects } = start().core.services;
      shown();
      await projects.openFolder(displayPath);
      const [videoId] = added;
      expect(await videos.openSource(videoId ?? expect.fail('not added'))).toMatchObject({ path: video });
      expect(shown()).toEqual({ key: 'a'.repeat(64) });
    }));

  it('as the list of model folders costs none of them', () =>
    asPerson(() => {
      const { file, dataDir, shown } = withHidden('folders.json', [{ name: 'ours', folder: '/models/ours' }]);
      show(file);
      const links = createFolderLinks(dataDir);
      expect(links.list()).toHaveLength(1);
      hide(file);
      expect(links.list()).toHaveLength(1);
      expect(() => links.add('/models/more', [])).toThrow(expect.objectContaining(busy));
      expect(shown()).toHaveLength(1);
    }));

  it('as the keys of endpoints is neither empty nor written over', () =>
    asPerson(async () => {
      const { file, shown } = withHidden('secrets.json', { home: 'a2V5' });
      const secrets = createKeychainSecrets(file, {
        isSafe: () => Promise.resolve(true),
        encrypt: (text) => Promise.resolve(Buffer.from(text)),
        decrypt: (encrypted) => Promise.resolve(encrypted.toString()),
      });
      await expect(secrets.get('home')).rejects.toMatchObject(busy);
      await expect(secrets.set('other', 'key')).rejects.toMatchObject(busy);
      expect(shown()).toEqual({ home: 'a2V5' });
      expect(await secrets.get('home')).toBe('key');
    }));

  it('as the sessions sends nobody who was in back to the door', () =>
    asPerson(() => {
      const dataDir = temporaryFolder();
      const { core, logger } = startTestCore({ dataDir });
      const kept = { dataDir, host: '127.0.0.1', port: 4711, token: 'a token of theirs' };
      const parts = { people: core.services.people, events: core.events, logger, kept };
      const first = createSessions(parts);
      first.takeUp();
      const { secret } = first.open('owner') ?? expect.fail('not let in');
      const file = path.join(dataDir, 'sessions-4711.json');
      const before = readFileSync(file);
      hide(file);
      const second = createSessions(parts);
      second.takeUp();
      second.open('annotator');
      show(file);
      expect(readFileSync(file).equals(before)).toBe(true);
      second.open('annotator');
      expect(second.find(secret)).not.toBeNull();
      for (const each of [first, second]) each.endAll();
    }));

  it('as the sign of an upload keeps it from being swept, and others from nothing', () =>
    asPerson(async () => {
      const { core } = startTestCore();
      const send = async (name: string) => {
        const { uploadId } = await core.uploads.begin(name, 4);
        const { path: file } = await core.uploads.append(uploadId, 0, Readable.from([Buffer.from('walk')]));
        return { uploadId, file: file ?? expect.fail('not whole') };
      };
      const [walk, other] = [await send('walk.mp4'), await send('other.mp4')];
      for (const { file } of [walk, other])
        for (const name of ['.', ...readdirSync(path.dirname(file))]) utimesSync(path.join(path.dirname(file), name), 1, 1);
      core.uploads.hold(walk.file);
      const sign = path.join(path.dirname(walk.file), '.upload.json');
      for (const name of ['.', '.upload.json', 'walk.mp4'])
        utimesSync(path.join(path.dirname(walk.file), name), new Date(), new Date(Date.now() - 2 * 24 * 3600 * 1000));
      hide(sign);
      await expect(core.uploads.state(walk.uploadId)).rejects.toMatchObject(busy);
      await core.uploads.sweep();
      show(sign);
      expect(await core.uploads.state(walk.uploadId)).toMatchObject({ path: walk.file });
      await expect(core.uploads.state(other.uploadId)).rejects.toMatchObject({ code: 'not-found' });
    }));
});
