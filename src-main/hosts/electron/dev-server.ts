/** Names under which a server of this machine is reached. */
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Address of the page under development, which `electron-vite dev` names. An installed studio shows its own page, whatever its surroundings
 * say: else whoever sets a variable puts a page of his own in the studio's place.
 */
export function devServerFrom(
  surroundings: { readonly ELECTRON_RENDERER_URL?: string | undefined },
  isPackaged: boolean,
): string | undefined {
  const named = surroundings.ELECTRON_RENDERER_URL;
  if (isPackaged || named === undefined || !URL.canParse(named)) return undefined;
  const { protocol, hostname } = new URL(named);
  return protocol === 'http:' && LOOPBACK.has(hostname) ? named : undefined;
}
