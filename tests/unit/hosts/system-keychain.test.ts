import { afterEach, expect, it, vi } from 'vitest';
import type { Keychain } from '../../../src-main/hosts/electron/keychain-secrets.ts';

/** Both ways of Electron's `safeStorage`; what they "encrypt" says by which way. */
const sync = {
  isEncryptionAvailable: () => true,
  encryptString: (text: string) => Buffer.from(`sync ${text}`),
  decryptString: (encrypted: Buffer) => encrypted.toString().replace('sync ', ''),
};
const async = {
  isAsyncEncryptionAvailable: () => Promise.resolve(true),
  encryptStringAsync: (text: string) => Promise.resolve(Buffer.from(`async ${text}`)),
  decryptStringAsync: (encrypted: Buffer) =>
    Promise.resolve({ result: encrypted.toString().replace('async ', ''), shouldReEncrypt: false }),
};

async function keychainOn(safeStorage: object, backend = 'gnome_libsecret'): Promise<Keychain> {
  vi.resetModules();
  vi.doMock('electron', () => ({ safeStorage: { getSelectedStorageBackend: () => backend, ...safeStorage } }));
  return (await import('../../../src-main/hosts/electron/system-keychain.ts')).systemKeychain;
}

afterEach(() => vi.doUnmock('electron'));

it.each([
  ['knows both ways', { ...sync, ...async }, 'async key'],
  ['only knows the way that waits', sync, 'sync key'],
])('keeps a key on an Electron that %s', async (_name, safeStorage, encrypted) => {
  const keychain = await keychainOn(safeStorage);
  expect(await keychain.isSafe()).toBe(true);
  const kept = await keychain.encrypt('key');
  expect(kept.toString()).toBe(encrypted);
  expect(await keychain.decrypt(kept)).toBe('key');
});

it.runIf(process.platform === 'linux')('is not safe on a Linux without a keychain', async () => {
  expect(await (await keychainOn({ ...sync, ...async }, 'basic_text')).isSafe()).toBe(false);
});
