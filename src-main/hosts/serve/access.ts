import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Logger } from '#core/base/host.ts';
import type { Guest } from '#core/app/people/people-service.ts';
import type { Role } from '#shared/contract/define.ts';
import { createBrake } from './brake.ts';
import { targetOf } from './request-target.ts';
import type { Sessions } from './sessions.ts';

/** Parts of the printed addresses: whoever has one may use the studio, as owner or as annotator. */
export type Tokens = Readonly<Record<Role, string>>;

export interface Refusal {
  readonly kind: 'refused';
  readonly status: 400 | 401 | 403 | 429 | 503;
  readonly message: string;
}

export type Admission =
  /** Somebody who was let in before; `url` is what they ask for. */
  | { readonly kind: 'guest'; readonly guest: Guest; readonly url: URL }
  /** The address held a right token: lead to the studio itself, with the cookie of the session that began. Null: the browser keeps the one that it has. */
  | { readonly kind: 'entered'; readonly cookie: string | null }
  /** The same, but perhaps by a link of another site: to be asked again at `address` by a page of ours, which sends the cookies along. */
  | { readonly kind: 'on-the-way'; readonly cookie: string; readonly address: string }
  | Refusal;

export interface Access {
  /** Who asks, or why they get nothing. */
  admit(request: IncomingMessage): Admission;
}

export interface AccessParts {
  readonly allowedHosts: ReadonlySet<string>;
  readonly tokens: Tokens;
  readonly sessions: Sessions;
  readonly logger: Pick<Logger, 'warn'>;
}

/** The annotators' token comes of the owner's, so that one secret keeps both addresses, and gives no way back to it. */
export function tokensFrom(owner = randomBytes(24).toString('base64url')): Tokens {
  return { owner, annotator: createHmac('sha256', owner).update('annotator').digest('base64url') };
}

/**
 * Who may talk to `serve`. In this order, for a token must not even be looked at for a request that another page made:
 * - `Host` must be an address that we listen on: prevents DNS rebinding, where a foreign name is made to resolve to 127.0.0.1 so that its
 *   page becomes same-origin with us.
 * - `Origin`, where a browser sends one, must be our own: prevents other pages from posting to us or opening our WebSocket.
 * - The token keeps out other users of the same machine. It is exchanged for a session of its own at each opening, in a cookie whose name
 *   carries the port: browsers share cookies between all ports of a machine. Wrong ones are slowed down and logged.
 * - A browser that is in keeps its session unless the token gives it more rights: any page may lead it to the annotators' address. On such a way no cookie
 *   is sent that is `SameSite=Strict`, so whoever comes without any is led through a page of ours first.
 */
export function createAccess({ allowedHosts, tokens, sessions, logger }: AccessParts): Access {
  const brake = createBrake();

  function roleOf(token: string): Role | null {
    const isOwner = isSame(token, tokens.owner);
    const isAnnotator = isSame(token, tokens.annotator);
    return isOwner ? 'owner' : isAnnotator ? 'annotator' : null;
  }

  function enter(request: IncomingMessage, url: URL, token: string): Admission {
    const address = request.socket.remoteAddress ?? '';
    const waitMs = brake.waitMs(address);
    if (waitMs > 0)
      return refused(
        429,
        `Too many attempts with a wrong address were made from here. Wait ${Math.ceil(waitMs / 1000)} seconds, then open the studio with the full address that it printed.`,
      );
    const role = roleOf(token);
    if (role === null) {
      const failures = brake.failed(address);
      logger.warn({ address, failures, waitMs: brake.waitMs(address) }, 'a wrong token was tried');
      return refused(401, WITHOUT_SESSION);
    }
    brake.succeeded(address);
    if (!bringsItsCookies(request)) return url.searchParams.has(AGAIN) ? refused(401, WITHOUT_COOKIES) : leadThrough(request, token);
    const guest = findGuest(request);
    if (guest !== null && (guest.role === 'owner' || role === 'annotator')) return { kind: 'entered', cookie: null };
    const opened = sessions.open(role);
    if (opened === null) return refused(503, 'Too many people are connected already. Ask the owner of this studio to end unused sessions.');
    // A browser has one session: what it had before is over.
    guest?.end();
    return { kind: 'entered', cookie: `${cookieName(request)}=${opened.secret}; ${COOKIE_ATTRIBUTES}` };
  }

  function findGuest(request: IncomingMessage): Guest | null {
    const secret = cookieValue(request.headers.cookie, cookieName(request));
    return secret === undefined ? null : sessions.find(secret);
  }

  return {
    admit(request) {
      // Of two, others on the way may have believed the other one.
      if ((request.headersDistinct['host']?.length ?? 0) > 1) return refused(400, 'A request names one host.');
      const host = request.headers.host?.toLowerCase();
      if (host === undefined || !allowedHosts.has(host)) return refused(403, 'The studio is not served at this address.');
      const { origin } = request.headers;
      if (origin !== undefined && origin.toLowerCase() !== `http://${host}`) return refused(403, 'Requests from other pages are refused.');
      const url = targetOf(request);
      if (url === null) return refused(400, 'This is not an address of the studio.');
      const token = url.searchParams.get('token');
      if (token !== null && opensPage(request)) return enter(request, url, token);
      const guest = findGuest(request);
      if (guest === null) return refused(401, WITHOUT_SESSION);
      guest.seen();
      return { kind: 'guest', guest, url };
    },
  };
}

const WITHOUT_SESSION =
  'Open the studio with the full address that it printed when it started. If you had it open before, your session has ended.';

export function refused(status: Refusal['status'], message: string): Refusal {
  return { kind: 'refused', status, message };
}

/** Pictures, scripts and frames of other pages must not use up a visitor's attempts. Programs that are no browsers do not say what they are after. */
function opensPage({ method, headers }: IncomingMessage): boolean {
  const wanted = headers['sec-fetch-dest'];
  return method === 'GET' && headers.upgrade === undefined && (wanted === undefined || wanted === 'document');
}

const COOKIE_ATTRIBUTES = 'HttpOnly; SameSite=Strict; Path=/';
/** Says that a page of ours has sent the browser here. */
const AGAIN = 'again';
const WITHOUT_COOKIES =
  'The studio needs cookies, and this browser sent none. Allow them for this address, then open the studio with the full address that it printed.';

function leadThrough(request: IncomingMessage, token: string): Admission {
  const address = `/?${new URLSearchParams({ token, [AGAIN]: '1' }).toString()}`;
  return { kind: 'on-the-way', cookie: `${passedName(request)}=1; Max-Age=60; ${COOKIE_ATTRIBUTES}`, address };
}

/** Whether a browser that has a session would have shown it: it sends our cookies, or says that no other site led it here. Programs follow no links. */
function bringsItsCookies(request: IncomingMessage): boolean {
  const { cookie, 'sec-fetch-site': cameFrom, 'upgrade-insecure-requests': asked } = request.headers;
  // Browsers say where they come from to this machine and over encrypted lines; to others, only that they are browsers.
  if (cameFrom === undefined ? asked === undefined : cameFrom === 'none' || cameFrom === 'same-origin') return true;
  return [cookieName(request), passedName(request)].some((name) => cookieValue(cookie, name) !== undefined);
}

function passedName(request: IncomingMessage): string {
  return `${cookieName(request)}_passed`;
}

function cookieName({ socket }: IncomingMessage): string {
  return `shotluck_${socket.localPort}`;
}

function cookieValue(header: string | undefined, name: string): string | undefined {
  const prefix = `${name}=`;
  return header
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(prefix))
    ?.slice(prefix.length);
}

/** Constant time, so that a token cannot be guessed letter by letter. */
function isSame(given: string, expected: string): boolean {
  const left = Buffer.from(given);
  const right = Buffer.from(expected);
  return left.length === right.length && timingSafeEqual(left, right);
}
