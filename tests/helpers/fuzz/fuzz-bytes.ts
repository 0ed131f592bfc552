import fc from 'fast-check';
import { openSocketWire } from '../client-socket.ts';
import { frame, openRawWire, requestText, sendRaw, UPGRADE_HEADERS } from '../raw-requests.ts';

export interface BytesTarget {
  readonly url: string;
  readonly cookie: string;
}

export interface BytesReport {
  readonly requests: number;
  readonly frames: number;
  /** What must not be. */
  readonly faults: readonly string[];
}

/** How long a server may think about what is not finished; the rest is answered at once. */
const QUIET_MS = 40;
const PARALLEL = 8;

const token = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 12 }).map((text) => text.replaceAll(/[\s:]/g, '-'));
const targetPart = fc.oneof(
  fc.constantFrom(
    '/',
    '//',
    '..',
    '.',
    '%',
    '%00',
    '%zz',
    '?',
    '#',
    '*',
    ':',
    '@',
    '\\',
    'wire',
    'frame',
    'media',
    'uploads',
    'export',
    'studio',
    'http:',
  ),
  token,
);
const targets = fc.array(targetPart, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''));
const methods = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('GET', 'HEAD', 'POST', 'PATCH', 'OPTIONS', 'CONNECT', 'DELETE') },
  { weight: 1, arbitrary: token },
);
const oddHeaders = fc.dictionary(
  fc.oneof(
    fc.constantFrom('Range', 'Content-Length', 'Transfer-Encoding', 'Expect', 'If-None-Match', 'Origin', 'Upgrade', 'Connection', 'Host'),
    token,
  ),
  fc.oneof(
    fc.constantFrom(
      '',
      '0',
      '-1',
      '7',
      'bytes=0-',
      'bytes=9-1',
      'bytes=-',
      'chunked',
      '100-continue',
      'websocket',
      'close',
      'null',
      'elsewhere.example',
    ),
    token,
  ),
  { maxKeys: 4 },
);

/** Requests that may be well-formed, nearly so, or cut off anywhere; with and without the right to ask. */
function requests({ url, cookie }: BytesTarget): fc.Arbitrary<Buffer> {
  return fc
    .record({
      target: targets,
      method: methods,
      odd: oddHeaders,
      isUpgrade: fc.boolean(),
      mayAsk: fc.boolean(),
      body: fc.uint8Array({ maxLength: 40 }),
      keep: fc.double({ min: 0.3, max: 1.5, noNaN: true }),
    })
    .map(({ target, method, odd, isUpgrade, mayAsk, body, keep }) => {
      const headers = { ...(isUpgrade && UPGRADE_HEADERS), ...(mayAsk && { Cookie: cookie }), ...odd };
      const whole = Buffer.concat([Buffer.from(requestText(url, target, { method, headers })), body]);
      return whole.subarray(0, Math.ceil(whole.length * Math.min(1, keep)));
    });
}

/** Frames whose bits, lengths and payloads fit together or do not; several on one connection. */
const frames: fc.Arbitrary<Buffer> = fc
  .array(
    fc.oneof(
      fc
        .record({
          payload: fc.oneof(
            fc.uint8Array({ maxLength: 300 }),
            fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value))),
          ),
          first: fc.nat(255),
          isMasked: fc.boolean(),
        })
        .map(({ payload, ...rest }) => frame(payload, rest)),
      fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((list) => Buffer.concat(list));

/** Sends bytes that no client of ours sends, and asks in between whether those who are logged in are served as before. */
export async function fuzzBytes(
  target: BytesTarget,
  options: { readonly requests: number; readonly frames: number; readonly seed: number },
): Promise<BytesReport> {
  const faults = new Set<string>();
  await inTurns(fc.sample(requests(target), { numRuns: options.requests, seed: options.seed }), async (bytes) => {
    const answer = await sendRaw(target.url, bytes, QUIET_MS);
    if (/^HTTP\/1\.1 5(?!03)/.test(answer)) faults.add(`${JSON.stringify(bytes.toString('latin1'))} was answered: ${answer.slice(0, 200)}`);
  });
  if (!(await isServed(target))) faults.add('after the requests nobody is served any more');
  await inTurns(fc.sample(frames, { numRuns: options.frames, seed: options.seed }), async (bytes) => {
    const socket = await openRawWire(target.url, target.cookie);
    socket.write(bytes);
    await new Promise((resolve) => {
      socket.once('close', resolve);
      setTimeout(resolve, QUIET_MS);
    });
    socket.destroy();
  });
  if (!(await isServed(target))) faults.add('after the frames nobody is served any more');
  return { requests: options.requests, frames: options.frames, faults: [...faults] };
}

async function inTurns<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  await Promise.all(
    Array.from({ length: PARALLEL }, async () => {
      for (const item of rest) await run(item);
    }),
  );
}

async function isServed({ url, cookie }: BytesTarget): Promise<boolean> {
  const { wire, close } = await openSocketWire(url, cookie);
  const answered = new Promise<boolean>((resolve) => {
    wire.onMessage((message) => message.type === 'result' && resolve(true));
    setTimeout(() => resolve(false), 10_000);
  });
  wire.send({ type: 'call', id: 1, path: 'settings.get', input: {} });
  const isUp = await answered;
  close();
  return isUp;
}
