import { isIPv6 } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];
/** A browser leaves it out. */
const HTTP_PORT = 80;

/** Names under which a browser may reach a server that listens on `host`, the most useful first, as they stand in an address. */
export function reachableNames(host: string): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [asInAddress(host), ...LOOPBACK];
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((address) => !address.internal)
    .map(({ address }) => asInAddress(address));
  return [...addresses, asInAddress(hostname()), ...LOOPBACK];
}

/** What a browser may write into `Host`. */
export function hostHeaders(names: readonly string[], port: number): string[] {
  return names.flatMap((name) => (port === HTTP_PORT ? [`${name}:${port}`, name] : [`${name}:${port}`]));
}

/** As browsers write it: an IPv6 address short and in brackets, everything else in small letters. */
function asInAddress(host: string): string {
  const written = isIPv6(host) ? `[${host}]` : host;
  return URL.parse(`http://${written}`)?.hostname ?? written.toLowerCase();
}
