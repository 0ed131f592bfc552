import type { IncomingMessage } from 'node:http';

/**
 * Path and query that a request asks for; null for what is no address of a server, such as `*` or a whole URL (RFC 9112 §3.2). Never
 * throws: it sees what anybody sends.
 */
export function targetOf(request: Pick<IncomingMessage, 'url'>): URL | null {
  const target = request.url ?? '';
  // Put behind an origin rather than resolved against it: `//` would be read as the beginning of another host's name.
  return target.startsWith('/') ? URL.parse(`http://studio${target}`) : null;
}
