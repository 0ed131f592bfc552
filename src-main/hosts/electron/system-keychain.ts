import { safeStorage } from 'electron';
import type { Keychain } from './keychain-secrets.ts';

/** Keychain (macOS), DPAPI (Windows), libsecret or KWallet (Linux). Only for use after Electron is ready. */
export const systemKeychain: Keychain = {
  async isSafe() {
    // Without a wallet Electron encrypts with a password that stands in its source code.
    if (process.platform === 'linux' && ['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend())) return false;
    return safeStorage.isAsyncEncryptionAvailable();
  },
  encrypt: (text) => safeStorage.encryptStringAsync(text),
  async decrypt(encrypted) {
    const { result } = await safeStorage.decryptStringAsync(encrypted);
    return result;
  },
};
