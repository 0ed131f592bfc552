import { once } from 'node:events';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { shotluck } from '../helpers/shotluck-command.ts';
import { temporaryFolder } from '../helpers/test-core.ts';

describe('shotluck serve', () => {
  it('says that a port is taken, and ends', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const { code, stdout, stderr } = await shotluck(temporaryFolder(), 'serve', '--port', port);
    other.close();
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(new RegExp(`^shotluck: Port ${port} is in use, .*\\n$`, 'u'))]);
  });

  // Of a range that is given to nobody (RFC 5737), and a name without end.
  it.each(['203.0.113.7', 'no.such.host.invalid', '...'])('says that it cannot be served at %s, and ends', async (host) => {
    const { code, stdout, stderr } = await shotluck(temporaryFolder(), 'serve', '--host', host);
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(/^shotluck: The studio cannot be served at "[^"]+" .*\n$/u)]);
  });
});

describe('shotluck backup', () => {
  it('lists a backup that is too large to be counted as just that', async () => {
    const dir = temporaryFolder();
    const backups = path.join(dir, 'Film.shotluck', 'backups');
    mkdirSync(backups, { recursive: true });
    for (const [name, size] of [
      ['2026-01-02T00-00-00.000Z.db', 300 * 1024 ** 2],
      ['2026-01-01T00-00-00.000Z.db', 10_000],
    ] as const) {
      writeFileSync(path.join(backups, name), '');
      truncateSync(path.join(backups, name), size);
    }
    const { stdout } = await shotluck(dir, 'backup', '--list', '--project', path.dirname(backups));
    expect(stdout).toMatch(/^2026-01-02.* not counted, because that takes long\n2026-01-01.* cannot be read\n$/u);
  });
});
