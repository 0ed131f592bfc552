import { setImmediate } from 'node:timers/promises';

/** Why a request was ended: nothing came for long, or it went on longer, or sent more, than any answer does. */
export type Overrun = 'silent' | 'endless';

/** How much of a server's answer is taken, and how long it is waited for. */
export interface AnswerLimits {
  /** Nothing at all for this long ends the request; waits between two tries do not count. */
  readonly silenceMs: number;
  /** So does an answer that has not come to its end by then, with all tries. */
  readonly totalMs: number;
  /** And one that is longer, in bytes. */
  readonly maxBytes: number;
  /** Of a stream of events each, in bytes: what reads them goes through all of an event again with each piece that comes. Left out: `maxBytes`. */
  readonly maxEventBytes?: number;
}

export interface AnswerWatch {
  /** Aborted when the server goes too far. */
  readonly signal: AbortSignal;
  /** Why it was aborted; null when it was not. */
  overrun(): Overrun | null;
  /** Ends the watch; nothing is aborted any more. */
  stop(): void;
  readonly fetch: typeof fetch;
}

/** Watches one request to a server, which may be slow, silent, endless or not what it says: `signal` is aborted when it goes too far. */
export function watchAnswer({ silenceMs, totalMs, maxBytes, maxEventBytes = maxBytes }: AnswerLimits): AnswerWatch {
  const controller = new AbortController();
  let overrun: Overrun | null = null;
  let silence: NodeJS.Timeout | undefined;
  const total = setTimeout(() => end('endless'), totalMs);

  function end(why: Overrun): void {
    overrun ??= why;
    controller.abort();
  }
  function rest(): void {
    clearTimeout(silence);
  }
  function received(): void {
    rest();
    silence = setTimeout(() => end('silent'), silenceMs);
  }
  function stop(): void {
    rest();
    clearTimeout(total);
  }

  /** The body as it comes, piece by piece, for as long as it keeps within the limits. */
  function watchBody(response: Response): Response {
    if (response.body === null) return response;
    let bytes = 0;
    const isEvents = response.headers.get('content-type')?.includes('event-stream') === true;
    const eventBytes = isEvents ? lengthOfEvents() : () => 0;
    const reader = response.body.getReader();
    const body = new ReadableStream<Uint8Array>({
      async pull(sink) {
        const { done, value } = await reader.read();
        if (done) {
          rest();
          sink.close();
          return;
        }
        received();
        bytes += value.length;
        if (bytes > maxBytes || eventBytes(value) > maxEventBytes) end('endless');
        else sink.enqueue(value);
        // What has come already is read without a pause; everybody else is to have a turn in between.
        await setImmediate();
      },
      cancel(reason) {
        rest();
        return reader.cancel(reason);
      },
    });
    return new Response(body, { status: response.status, statusText: response.statusText, headers: plainHeaders(response) });
  }

  async function watchedFetch(...request: Parameters<typeof fetch>): Promise<Response> {
    received();
    try {
      return watchBody(await fetch(...request));
    } catch (error) {
      rest();
      throw error;
    }
  }

  return { signal: controller.signal, overrun: () => overrun, stop, fetch: watchedFetch };
}

/** Of an event that has not ended yet, how many bytes have come. */
function lengthOfEvents(): (piece: Uint8Array) => number {
  let length = 0;
  // The blank line behind an event may come in two pieces.
  let tail = '';
  return (piece) => {
    const text = tail + Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString('latin1');
    const end = Math.max(...['\n\n', '\r\r', '\r\n\r\n'].map((blank) => text.lastIndexOf(blank)));
    length = end < 0 ? length + piece.length : text.length - end;
    tail = text.slice(-3);
    return length;
  };
}

/** The body is plain by now, whatever it travelled as, and its length no longer what was announced. */
function plainHeaders(response: Response): Headers {
  const headers = new Headers(response.headers);
  for (const name of ['content-encoding', 'content-length']) headers.delete(name);
  return headers;
}
