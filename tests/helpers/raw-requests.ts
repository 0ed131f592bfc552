import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** The cookie that the printed address is exchanged for. */
export async function logIn(url: string): Promise<string> {
  const answer = await fetch(url, { redirect: 'manual' });
  const cookie = answer.headers.get('set-cookie')?.split(';')[0];
  if (cookie === undefined) throw new Error(`no cookie for ${url}: ${answer.status}`);
  return cookie;
}

/** A connection on which anything may be written, well-formed or not. Errors of it are nobody's business but the caller's. */
export async function openRaw(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** What the server answers to `bytes`, until it closes or says nothing for `quietMs`. */
export async function sendRaw(url: string, bytes: string | Uint8Array, quietMs = 1_000): Promise<string> {
  const socket = await openRaw(url);
  let answer = '';
  let isClosed = false;
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve(void (isClosed = true))));
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
  socket.write(bytes);
  for (let length = -1; !isClosed && length !== answer.length;) {
    length = answer.length;
    await Promise.race([closed, delay(quietMs)]);
  }
  socket.destroy();
  return answer;
}

/** Lines of a request with this target; `headers` beside Host. */
export function requestText(
  url: string,
  target: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Readonly<Record<string, string>> } = {},
): string {
  const lines = Object.entries({ Host: new URL(url).host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

export const UPGRADE_HEADERS = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
} as const;

/** A WebSocket of a logged-in client on which frames may be written that no browser would send. */
export async function openRawWire(url: string, cookie: string): Promise<Socket> {
  const socket = await openRaw(url);
  socket.write(requestText(url, '/wire', { headers: { ...UPGRADE_HEADERS, Cookie: cookie } }));
  const [head] = (await once(socket, 'data')) as [Buffer];
  if (!head.toString('latin1').startsWith('HTTP/1.1 101')) throw new Error(head.toString('latin1'));
  return socket;
}

/** Resolves when the server says that it closes this WebSocket, or closes its connection. */
export async function closedByServer(socket: Socket): Promise<void> {
  const CLOSE_FRAME = 0x88;
  await new Promise<void>((resolve) => {
    socket.once('close', resolve);
    socket.on('data', (chunk: Buffer) => chunk[0] === CLOSE_FRAME && resolve());
  });
  socket.destroy();
}

interface FrameOptions {
  readonly opcode?: number;
  /** The whole first byte, in place of the last part of a message with `opcode`. */
  readonly first?: number;
  readonly isMasked?: boolean;
}

/** One frame from a client (RFC 6455 §5.2), masked with zeros unless asked otherwise. */
export function frame(payload: Uint8Array, { opcode = 1, first, isMasked = true }: FrameOptions = {}): Buffer {
  const maskBit = isMasked ? 0x80 : 0;
  const start = first ?? 0x80 | opcode;
  const head =
    payload.length < 126
      ? Buffer.from([start, maskBit | payload.length])
      : Buffer.from([start, maskBit | 126, payload.length >> 8, payload.length & 255]);
  return Buffer.concat([head, Buffer.alloc(isMasked ? 4 : 0), payload]);
}
