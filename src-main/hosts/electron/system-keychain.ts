import { safeStorage } from 'electron';
import type { Keychain } from './keychain-secrets.ts';

/** Older Electrons, such as the one that comes from the npm registry where no other can be had, only know the ways that wait. */
const isAsync = 'encryptStringAsync' in safeStorage;

/** Keychain (macOS), DPAPI (Windows), libsecret or KWallet (Linux). Only for use after Electron is ready. */
export const systemKeychain: Keychain = {
  async isSafe() {
    // Without a wallet Electron encrypts with a password that stands in its source code.
    if (process.platform === 'linux' && ['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend())) return false;
    return isAsync ? safeStorage.isAsyncEncryptionAvailable() : safeStorage.isEncryptionAvailable();
  },
  async encrypt(text) {
    return isAsync ? safeStorage.encryptStringAsync(text) : safeStorage.encryptString(text);
  },
  async decrypt(encrypted) {
    return isAsync ? (await safeStorage.decryptStringAsync(encrypted)).result : safeStorage.decryptString(encrypted);
  },
};
