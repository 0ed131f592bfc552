import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { takeAccessToken, takeEndpointKeys } from '../../../src-main/hosts/common/secrets-from.ts';
import { FromCore, ToCore } from '../../../src-main/hosts/electron/core-messages.ts';
import { createKeychainSecrets, type Keychain } from '../../../src-main/hosts/electron/keychain-secrets.ts';
import { createMainSecrets } from '../../../src-main/hosts/electron/main-secrets.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';

const KEY = 'sk-very-secret-1234567890';

/** Turns every byte around, as little as it takes to see whether anything was written as it is. */
function keychain(isSafe: boolean): Keychain {
  const turn = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0x5a));
  return {
    isSafe: () => Promise.resolve(isSafe),
    encrypt: (text) => Promise.resolve(turn(Buffer.from(text))),
    decrypt: (bytes) => Promise.resolve(turn(bytes).toString()),
  };
}

describe('secrets with a keychain', () => {
  it('outlive the studio, encrypted, in a file that only its owner may read', async () => {
    const file = path.join(temporaryFolder(), 'secrets.json');
    await createKeychainSecrets(file, keychain(true)).set('endpoint:box', KEY);
    const again = createKeychainSecrets(file, keychain(true));
    expect(await again.isPersistent()).toBe(true);
    expect(await again.get('endpoint:box')).toBe(KEY);
    expect(readFileSync(file, 'utf8')).not.toContain(KEY);
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    await again.remove('endpoint:box');
    expect(await again.get('endpoint:box')).toBeNull();
  });

  it('survive a damaged file: it is set aside, and new ones are kept', async () => {
    const file = path.join(temporaryFolder(), 'secrets.json');
    writeFileSync(file, '{"endpoint:box": 3}');
    const secrets = createKeychainSecrets(file, keychain(true));
    expect(await secrets.get('endpoint:box')).toBeNull();
    await secrets.set('endpoint:box', KEY);
    expect(await secrets.get('endpoint:box')).toBe(KEY);
  });
});

describe('secrets without a keychain', () => {
  it('are never written and end with the studio', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'secrets.json');
    const secrets = createKeychainSecrets(file, keychain(false));
    await secrets.set('endpoint:box', KEY);
    expect(await secrets.isPersistent()).toBe(false);
    expect(await secrets.get('endpoint:box')).toBe(KEY);
    expect(() => statSync(file)).toThrow();
    expect(await createKeychainSecrets(file, keychain(false)).get('endpoint:box')).toBeNull();
  });
});

describe('secrets between core and main', () => {
  it('are asked for and answered over the channel', async () => {
    const answers: Record<string, string | boolean | null> = { 'is-persistent': true, get: KEY, set: null, remove: null };
    const secrets = createMainSecrets((message) => {
      const { requestId, request } = FromCore.options[5].parse(message);
      const answer = ToCore.parse({ type: 'secret-answer', requestId, value: answers[request.kind] });
      if (answer.type === 'secret-answer') queueMicrotask(() => secrets.receive(answer));
    });
    expect(await Promise.all([secrets.isPersistent(), secrets.get('a'), secrets.set('a', KEY), secrets.remove('a')])).toEqual([
      true,
      KEY,
      undefined,
      undefined,
    ]);
  });

  it('say why when main could not', async () => {
    const secrets = createMainSecrets((message) => {
      if (message.type === 'secret-request')
        queueMicrotask(() => secrets.receive({ type: 'secret-refusal', requestId: message.requestId, message: 'the keychain is locked' }));
    });
    await expect(secrets.get('a')).rejects.toThrow('the keychain is locked');
  });
});

describe('keys from the surroundings', () => {
  it('are taken out of them, by the id of their endpoint', () => {
    const surroundings: Record<string, string | undefined> = {
      SHOTLUCK_ENDPOINT_KEY: 'one',
      SHOTLUCK_ENDPOINT_KEY_GPU_BOX: 'two',
      SHOTLUCK_ENDPOINT_KEYS: 'no',
      PATH: '/bin',
    };
    expect(takeEndpointKeys(surroundings)).toEqual(
      new Map([
        ['endpoint', 'one'],
        ['endpoint:gpu-box', 'two'],
      ]),
    );
    expect(surroundings).toEqual({ SHOTLUCK_ENDPOINT_KEYS: 'no', PATH: '/bin' });
  });

  it('must name a server by an address', () => {
    expect(() => takeEndpointKeys({ SHOTLUCK_ENDPOINT_KEY: 'one', SHOTLUCK_ENDPOINT_URL: 'gpu box' })).toThrow(
      /SHOTLUCK_ENDPOINT_URL is not a server address/u,
    );
  });

  it('leave no access token behind either', () => {
    const surroundings: Record<string, string | undefined> = { SHOTLUCK_TOKEN: 'a-token-of-24-signs-or-more', PATH: '/bin' };
    expect(takeAccessToken(surroundings)).toBe('a-token-of-24-signs-or-more');
    expect(surroundings).toEqual({ PATH: '/bin' });
  });
});
