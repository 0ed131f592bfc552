import { chmodSync, existsSync } from 'node:fs';
import { z } from 'zod';
import { readJsonFile, requireRead, writeJsonFile } from '#core/base/files/json-file.ts';
import { createSessionSecrets, type Secrets } from '#core/base/secrets/secrets.ts';

/** What encrypts with a key that only this user of this machine has; Electron's `safeStorage` behind an interface. */
export interface Keychain {
  /** False where the system has no keychain, so that "encrypted" would only be hidden. */
  isSafe(): Promise<boolean>;
  encrypt(text: string): Promise<Buffer>;
  decrypt(encrypted: Buffer): Promise<string>;
}

/** Base64 of what the keychain encrypted, by name. */
const SecretFile = z.record(z.string(), z.base64());

/**
 * Secrets encrypted with the keychain of the system, in a file of their own. Where there is no keychain nothing is written: they live
 * until the studio ends.
 */
export function createKeychainSecrets(file: string, keychain: Keychain): Secrets {
  const session = createSessionSecrets();

  /** @throws AppError `busy` where the file cannot be read just now: keys in it are neither missing nor to be written over */
  function load(): Record<string, string> {
    const found = requireRead(file, readJsonFile(file, SecretFile));
    return found.state === 'ok' ? found.value : {};
  }
  function save(secrets: Record<string, string>): void {
    writeJsonFile(file, secrets);
    chmodSync(file, 0o600);
  }

  return {
    isPersistent: () => keychain.isSafe(),

    async get(name) {
      const kept = await session.get(name);
      if (kept !== null || !(await keychain.isSafe())) return kept;
      const encrypted = load()[name];
      return encrypted === undefined ? null : keychain.decrypt(Buffer.from(encrypted, 'base64'));
    },

    async set(name, value) {
      if (!(await keychain.isSafe())) return session.set(name, value);
      const encrypted = await keychain.encrypt(value);
      save({ ...load(), [name]: encrypted.toString('base64') });
    },

    async remove(name) {
      await session.remove(name);
      if (!existsSync(file)) return;
      const { [name]: removed, ...rest } = load();
      if (removed !== undefined) save(rest);
    },
  };
}
