import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connect } from '#shared/contract/client.ts';
import type { Events } from '#shared/contract/events.ts';
import { procedures, type Procedures } from '#shared/contract/procedures.ts';
import { openSocketWire } from '../helpers/client-socket.ts';
import { fuzzBytes } from '../helpers/fuzz/fuzz-bytes.ts';
import { closedByServer, frame, logIn, openRaw, openRawWire, requestText, sendRaw, UPGRADE_HEADERS } from '../helpers/raw-requests.ts';
import { type ServedStudio, serveStudio } from '../helpers/served-studio.ts';

let studio: ServedStudio;
let cookie = '';
beforeAll(async () => {
  studio = await serveStudio();
  cookie = await logIn(studio.url);
});
afterAll(() => studio.dispose());

/** A client that was there before is served as before. */
async function isUp(): Promise<boolean> {
  const { wire, close } = await openSocketWire(studio.url, cookie);
  const info = await connect<Procedures, Events>(procedures, wire).api.system.info({});
  close();
  return info.studioVersion !== '';
}

const ODD_TARGETS = [
  '//',
  '//elsewhere.example/wire',
  'http://elsewhere.example/wire',
  '*',
  'wire',
  '/%',
  '/%E0%A4%A',
  '/\\',
  '/wire#part',
  '///',
  '/..//..',
  `/${'a'.repeat(8_000)}`,
];

describe('a request for an unusual target', () => {
  it.each(ODD_TARGETS.map((target) => [target.slice(0, 40), target] as const))(
    'is refused without a token, and the studio goes on: %s',
    async (_shown, target) => {
      for (const headers of [UPGRADE_HEADERS, {}] as const)
        expect(await sendRaw(studio.url, requestText(studio.url, target, { headers }), 300)).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(await isUp()).toBe(true);
    },
  );

  it.each(['//', '*', 'http://elsewhere.example/wire'])('is answered 400 or 404 with a token: %s', async (target) => {
    for (const headers of [UPGRADE_HEADERS, {}] as const)
      expect(await sendRaw(studio.url, requestText(studio.url, target, { headers: { ...headers, Cookie: cookie } }), 300)).toMatch(
        /^HTTP\/1\.1 40[04] /,
      );
    expect(await isUp()).toBe(true);
  });

  it('that asks for a connection elsewhere, or in another way than GET, is refused too', async () => {
    for (const method of ['CONNECT', 'OPTIONS', 'POST', 'TRACE'])
      await sendRaw(studio.url, requestText(studio.url, '//', { method, headers: UPGRADE_HEADERS }), 300);
    expect(await isUp()).toBe(true);
  });
});

it('a request that names two hosts is refused, whichever comes first', async () => {
  const one = requestText(studio.url, '/', { headers: { Cookie: cookie } });
  for (const first of [new URL(studio.url).host, 'elsewhere.example'])
    expect(await sendRaw(studio.url, one.replace('\r\n', `\r\nHost: ${first}\r\n`), 300)).toMatch(/^HTTP\/1\.1 400 /);
});

describe('a connection', () => {
  it('that is reset while its upgrade is refused ends itself and nothing else', async () => {
    for (let count = 0; count < 30; count++) {
      const socket = await openRaw(studio.url);
      socket.write(requestText(studio.url, '/wire', { headers: UPGRADE_HEADERS }));
      if (count % 2 === 0) await delay(1);
      socket.resetAndDestroy();
    }
    await delay(100);
    expect(await isUp()).toBe(true);
  });

  it('that sends no HTTP at all is answered 400 and closed', async () => {
    expect(await sendRaw(studio.url, 'hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await sendRaw(studio.url, Buffer.from([0x16, 3, 1, 0, 0, 0, 255]))).toMatch(/^HTTP\/1\.1 400 /);
    expect(await sendRaw(studio.url, requestText(studio.url, '/', { headers: { 'X-Long': 'x'.repeat(100_000) } }))).toMatch(
      /^HTTP\/1\.1 431 /,
    );
    expect(await isUp()).toBe(true);
  });

  it('of a WebSocket may be refused for its own sake', async () => {
    for (const headers of [
      { ...UPGRADE_HEADERS, 'Sec-WebSocket-Version': '1' },
      { ...UPGRADE_HEADERS, 'Sec-WebSocket-Key': '' },
      { ...UPGRADE_HEADERS, Upgrade: 'other' },
    ])
      expect(await sendRaw(studio.url, requestText(studio.url, '/wire', { headers: { ...headers, Cookie: cookie } }), 300)).toMatch(
        /^HTTP\/1\.1 4\d\d /,
      );
    expect(await isUp()).toBe(true);
  });
});

describe('a frame of a logged-in client', () => {
  const message = Buffer.from('{}');
  const frames: Readonly<Record<string, Buffer>> = {
    'that is not masked': frame(message, { isMasked: false }),
    'of a kind that is not there': frame(message, { opcode: 5 }),
    'with reserved bits': frame(message, { first: 0xf1 }),
    'that goes on with nothing': frame(message, { opcode: 0 }),
    'of control that is cut in two': frame(message, { first: 0x09 }),
    'of control that is too long': frame(Buffer.alloc(200), { opcode: 9 }),
    'that says it is longer than anything of ours': Buffer.from([0x81, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]),
    'that is no UTF-8': frame(Buffer.from([0xff, 0xfe, 0xfd])),
    'that closes with a code that is not there': frame(Buffer.from([0, 1]), { opcode: 8 }),
    'that is no message of ours': frame(message),
    'that is binary': frame(message, { opcode: 2 }),
  };

  it.each(Object.entries(frames))('%s closes its own connection and no other', async (_what, bytes) => {
    const other = await openSocketWire(studio.url, cookie);
    const { api } = connect<Procedures, Events>(procedures, other.wire);
    const socket = await openRawWire(studio.url, cookie);
    socket.write(bytes);
    await closedByServer(socket);
    expect((await api.system.info({})).studioVersion).not.toBe('');
    other.close();
  });

  it('that is never finished keeps nobody waiting', async () => {
    const socket = await openRawWire(studio.url, cookie);
    socket.write(Buffer.from([0x81, 0xfe, 0x10]));
    expect(await isUp()).toBe(true);
    socket.resetAndDestroy();
    expect(await isUp()).toBe(true);
  });
});

it('bytes at random, shaped like requests and frames, harm nobody', { timeout: 120_000 }, async () => {
  expect((await fuzzBytes({ url: studio.url, cookie }, { requests: 300, frames: 200, seed: 3 })).faults).toEqual([]);
});

it('a client that has gone without a word is noticed by nobody but itself', async () => {
  const socket = new WebSocket(new URL('/wire', studio.url.replace('http', 'ws')), { headers: { Cookie: cookie } });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'call', id: 1, path: 'videos.list', input: {} }));
  socket.terminate();
  expect(await isUp()).toBe(true);
});
