import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { WireLimits } from '../../src-main/hosts/serve/byte-budget.ts';
import { openSocketWire } from '../helpers/client-socket.ts';
import { frame, logIn, openRaw, openRawWire, requestText, sendRaw } from '../helpers/raw-requests.ts';
import { serveCore } from '../helpers/served-core.ts';
import { startTestCore } from '../helpers/test-core.ts';

/** How many requests Node has begun to answer since. */
function countBegun(): () => number {
  const began = vi.fn<() => void>();
  subscribe('http.server.request.start', began);
  onTestFinished(() => void unsubscribe('http.server.request.start', began));
  return () => began.mock.calls.length;
}

/** Sends `bytes` and waits until the server has closed the connection. */
async function sendUntilClosed(url: string, bytes: string): Promise<void> {
  const socket = await openRaw(url);
  socket.resume();
  const closed = once(socket, 'close');
  socket.write(bytes);
  await closed;
}

const PONG = 10;
const answersOn = (socket: Socket): string[] => {
  const answers: string[] = [];
  socket.on('data', (chunk: Buffer) => answers.push(chunk.toString('latin1')));
  return answers;
};

describe('a stranger who sends requests without waiting', () => {
  it.each([
    ['whole', {}, ''],
    ['which expect something', { Expect: 'something' }, ''],
    ['which ask whether to send a body', { Expect: '100-continue' }, ''],
    ['with a body in pieces', { 'Transfer-Encoding': 'chunked' }, '1\r\nx\r\n0\r\n\r\n'],
  ] as const)('has three of them looked at and is shut out: %s', async (_kind, headers, body) => {
    const served = await serveCore(startTestCore().core);
    const begun = countBegun();
    await sendUntilClosed(served.url, `${requestText(served.url, '/', { headers })}${body}`.repeat(200));
    expect(begun()).toBeLessThanOrEqual(3);
    expect((await served.fetch('/')).status).toBe(200);
  });

  it('to no host has three of them looked at', async () => {
    const served = await serveCore(startTestCore().core);
    const begun = countBegun();
    await sendUntilClosed(served.url, 'GET / HTTP/1.1\r\n\r\n'.repeat(200));
    expect(begun()).toBeLessThanOrEqual(3);
  });

  it('or empty lines without end is shut out, and one who sends a few is answered', async () => {
    const served = await serveCore(startTestCore().core);
    expect(await sendRaw(served.url, `\r\n\r\n${requestText(served.url, '/')}`)).toMatch(/^HTTP\/1\.1 401 /);
    await sendUntilClosed(served.url, '\r\n'.repeat(100_000));
  });
});

describe('a request', () => {
  it('that expects anything but to go on is answered 417', async () => {
    const served = await serveCore(startTestCore().core);
    const headers = { Cookie: served.cookie, Expect: 'something' };
    expect(await sendRaw(served.url, requestText(served.url, '/', { headers }))).toMatch(/^HTTP\/1\.1 417 .*Connection: close/su);
  });

  it('with a body that nothing is done with is answered 400', async () => {
    const served = await serveCore(startTestCore().core);
    const headers = { Cookie: served.cookie, 'Content-Length': '4' };
    expect(await sendRaw(served.url, `${requestText(served.url, '/', { headers })}body`)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('that asks before it sends a piece of an upload is told to go on, unless it comes from a stranger', async () => {
    const { core } = startTestCore();
    const served = await serveCore(core);
    const { uploadId } = await core.uploads.begin('holiday.mp4', 4);
    const asked = (cookie: string): string =>
      requestText(served.url, `/uploads/${uploadId}?from=0`, {
        method: 'PATCH',
        headers: { Cookie: cookie, 'Content-Length': '4', Expect: '100-continue' },
      });
    expect(await sendRaw(served.url, asked('none'))).toMatch(/^HTTP\/1\.1 401 /);
    const socket = await openRaw(served.url);
    const answers = answersOn(socket);
    socket.write(asked(served.cookie));
    await vi.waitFor(() => expect(answers.join('')).toBe('HTTP/1.1 100 Continue\r\n\r\n'), 10_000);
    const closed = once(socket, 'close');
    socket.write('tape');
    await closed;
    expect(answers.join('')).toContain('HTTP/1.1 200 OK');
    expect((await core.uploads.state(uploadId)).path).not.toBeNull();
  });
});

it('an upload whose length nobody knows is answered 411, and nothing of it is kept', async () => {
  const { core } = startTestCore();
  const served = await serveCore(core);
  const { uploadId } = await core.uploads.begin('holiday.mp4', 2000);
  const headers = { Cookie: served.cookie, 'Transfer-Encoding': 'chunked' };
  const request = requestText(served.url, `/uploads/${uploadId}?from=0`, { method: 'PATCH', headers });
  expect(await sendRaw(served.url, `${request}${'1\r\nx\r\n'.repeat(200)}`)).toMatch(/^HTTP\/1\.1 411 /);
  expect(await core.uploads.state(uploadId)).toMatchObject({ receivedBytes: 0 });
});

describe('a WebSocket', () => {
  const call = (id: number): Buffer => Buffer.from(JSON.stringify({ type: 'call', id, path: 'people.me', input: {} }));

  it('that sends pong after pong unasked is closed', async () => {
    const served = await serveCore(startTestCore().core);
    const [busy, other] = [await openRawWire(served.url, served.cookie), await openSocketWire(served.url, served.cookie)];
    const closed = once(busy, 'close');
    busy.resume();
    busy.write(Buffer.concat(Array.from({ length: 200 }, () => frame(Buffer.alloc(0), { opcode: PONG }))));
    await closed;
    expect(other.socket.readyState).toBe(other.socket.OPEN);
    other.close();
  });

  it('that brings hundreds of small messages at once is closed, and those of others are answered', async () => {
    const bytes = { perSecond: 10_000, burst: 20_000 };
    const wireLimits: WireLimits = {
      ofOne: bytes,
      ofAnnotators: bytes,
      messageBytes: 2_000,
      whileHeld: 20,
      control: { perSecond: 1, burst: 10 },
      unfinished: { ofOne: 100_000, ofAnnotators: 100_000 },
    };
    const served = await serveCore(startTestCore().core, { wireLimits });
    const [busy, other] = [await openRawWire(served.url, await logIn(served.annotatorUrl)), await openRawWire(served.url, served.cookie)];
    const closed = once(busy, 'close');
    busy.resume();
    busy.write(Buffer.concat(Array.from({ length: 200 }, () => frame(Buffer.from('{"type":"cancel","id":1}')))));
    await closed;
    const answers = answersOn(other);
    other.write(frame(call(1)));
    await vi.waitFor(() => expect(answers.join('')).toContain('"result"'), 10_000);
    other.destroy();
  });

  it('may cut a message into parts, but not into letters', async () => {
    const served = await serveCore(startTestCore().core);
    const socket = await openRawWire(served.url, served.cookie);
    const answers = answersOn(socket);
    const inParts = (message: Buffer, partBytes: number): Buffer =>
      Buffer.concat(
        Array.from({ length: Math.ceil(message.length / partBytes) }, (_, part) => {
          const isLast = (part + 1) * partBytes >= message.length;
          const opcode = part === 0 ? 1 : 0;
          return frame(message.subarray(part * partBytes, (part + 1) * partBytes), { first: isLast ? 0x80 | opcode : opcode });
        }),
      );
    socket.write(inParts(call(1), 2));
    await vi.waitFor(() => expect(answers.join('')).toContain('"id":1'), 10_000);
    const closed = once(socket, 'close');
    socket.write(inParts(Buffer.from(JSON.stringify({ type: 'call', id: 2, path: 'people.me', input: { padding: 'x'.repeat(300) } })), 1));
    await vi.waitFor(() => expect(answers.at(-1)?.startsWith(`\x88\x02${String.fromCharCode(1008 >> 8, 1008 & 255)}`)).toBe(true), 10_000);
    socket.destroy();
    await closed;
  });
});
