import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const COOKIE = 'shotluck_access';

export interface Access {
  /** Part of the printed address; whoever has it may use the studio. */
  readonly token: string;
  /** What is wrong with a request, or null when it may pass. */
  refuse(request: IncomingMessage): { readonly status: 401 | 403; readonly message: string } | null;
  /** The cookie to set when the request's URL carries the right token, else null. */
  cookieFor(url: URL): string | null;
}

/**
 * Who may talk to `serve`.
 * - `Host` must be an address that we listen on: prevents DNS rebinding, where a foreign name is made to resolve to 127.0.0.1 so that its
 *   page becomes same-origin with us.
 * - `Origin`, where a browser sends one, must be our own: prevents other pages from posting to us or opening our WebSocket.
 * - The token keeps out other users of the same machine. It is exchanged for a cookie, so that it does not stay in the address bar.
 */
export function createAccess(allowedHosts: ReadonlySet<string>, token = randomBytes(24).toString('base64url')): Access {
  return {
    token,
    refuse(request) {
      const host = request.headers.host?.toLowerCase();
      if (host === undefined || !allowedHosts.has(host)) return { status: 403, message: 'This address is not served here.' };
      const { origin } = request.headers;
      if (origin !== undefined && origin.toLowerCase() !== `http://${host}`)
        return { status: 403, message: 'Requests from other pages are refused.' };
      if (!isSame(cookieValue(request.headers.cookie), token))
        return { status: 401, message: 'Open the studio with the full address that it printed at its start.' };
      return null;
    },
    cookieFor(url) {
      if (!isSame(url.searchParams.get('token') ?? undefined, token)) return null;
      return `${COOKIE}=${token}; HttpOnly; SameSite=Strict; Path=/`;
    },
  };
}

function cookieValue(header: string | undefined): string | undefined {
  const prefix = `${COOKIE}=`;
  return header
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(prefix))
    ?.slice(prefix.length);
}

/** Constant time, so that the token cannot be guessed letter by letter. */
function isSame(given: string | undefined, expected: string): boolean {
  if (given === undefined) return false;
  const left = Buffer.from(given);
  const right = Buffer.from(expected);
  return left.length === right.length && timingSafeEqual(left, right);
}
