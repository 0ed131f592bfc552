import type { WebContents } from 'electron';

/**
 * Where links of model cards, licences and the studio's own pages lead. A model folder from somewhere else brings its own card, so a link
 * may lead anywhere: to others the studio does not send anybody by a mere click.
 */
const KNOWN_HOSTS = new Set([
  'apache.org',
  'arxiv.org',
  'commons.wikimedia.org',
  'creativecommons.org',
  'gcompris.net',
  'github.com',
  'gitlab.com',
  'huggingface.co',
  'opensource.org',
  'spdx.org',
]);

/** A link is followed within this time after the click or key press that asked for it. */
const GESTURE_MS = 1_000;

export function isKnownLink(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, port, username, password } = new URL(url);
  return protocol === 'https:' && port === '' && username === '' && password === '' && KNOWN_HOSTS.has(hostname.replace(/^www\./, ''));
}

/**
 * Remembers when a person last pressed a key or button in a page. The page itself cannot make one up: these are seen where they come in,
 * before it. Each press is good for one link.
 */
export function watchGestures(contents: WebContents, nowMs: () => number = Date.now): { take(): boolean } {
  let lastMs = Number.NEGATIVE_INFINITY;
  contents.on('input-event', (_event, input) => {
    if (
      input.type === 'mouseUp' ||
      input.type === 'mouseDown' ||
      input.type === 'rawKeyDown' ||
      input.type === 'keyDown' ||
      input.type === 'gestureTap'
    )
      lastMs = nowMs();
  });
  return {
    take() {
      const isFresh = nowMs() - lastMs <= GESTURE_MS;
      lastMs = Number.NEGATIVE_INFINITY;
      return isFresh;
    },
  };
}
