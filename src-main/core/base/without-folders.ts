import { withoutEnd } from '#shared/cut-text.ts';

/**
 * What lies where on the studio's machine is nobody else's business: every message that goes to a browser, or into a copy of a project for another computer, passes
 * here and keeps of each path its last part. Messages are written with whole paths, for the desktop, the command line and the log.
 */
export interface FolderVeil {
  text(text: string): string;
  /** Every text in an answer or event, however deep. Addresses of pictures and files (`media-urls.ts`) stay as they are. */
  all(value: unknown): unknown;
}

/**
 * @param knownFolders where the studio keeps and finds things: names with blanks in them are only known from here
 * @param onUnknown called where they cannot be told, as of a damaged project: then all that follows a path is left out, and nothing fails. Left out: that is an error.
 */
export function createFolderVeil(knownFolders: () => Iterable<string>, onUnknown?: (error: unknown) => void): FolderVeil {
  /** The longest first, so that no folder inside another is left over. */
  function folders(): string[] | 'unknown' {
    try {
      return inOrder();
    } catch (error) {
      if (onUnknown === undefined) throw error;
      onUnknown(error);
      return 'unknown';
    }
  }

  function inOrder(): string[] {
    return [...new Set([...knownFolders()].map((folder) => withoutEnd(folder, /[/\\]/u)))]
      .filter((folder) => folder !== '')
      .toSorted((left, right) => right.length - left.length);
  }

  function all(value: unknown): unknown {
    let known: readonly string[] | 'unknown' | null = null;
    function shorten(text: string): string {
      if (!/[/\\]/u.test(text) || text.startsWith('data:') || ADDRESS.test(text)) return text;
      known ??= folders();
      if (known === 'unknown') return beforePath(text);
      return known
        .reduce((rest, folder) => (rest.includes(folder) ? withoutFolder(rest, folder) : rest), text)
        .replaceAll(POSIX_PATH, lastPart)
        .replaceAll(WINDOWS_PATH, lastPart);
    }
    function walk(part: unknown): unknown {
      if (typeof part === 'string') return shorten(part);
      if (Array.isArray(part)) return part.map(walk);
      if (typeof part !== 'object' || part === null) return part;
      return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, walk(inner)]));
    }
    return walk(value);
  }

  return { all, text: (text) => String(all(text)) };
}

/** Whole addresses that the core gives out; their ids are UUIDs, or short ids with the digits of a time before chance, so that hardly a folder looks like one. */
const ADDRESS = /^\/(?:media|waveform|frame-times|frame|sprite|curve|export)\/(?:[\w-]{36}|[\w-]{18})(?:\/[^/\s]+)?$/u;

/** At least two parts, not within a word or an address of the network; `file:` may stand before it. */
const POSIX_PATH = /(?<![\w/\\.~-])(?:file:(?:\/\/)?(?=\/))?\/(?:[^\s/"“”'<>|:,;()]+\/)+[^\s/"“”'<>|:,;()]*/gu;
const WINDOWS_PATH = /(?<![\w\\])(?:[A-Za-z]:|\\\\[^\s\\/"“”'<>|:,;()]+)[\\/](?:[^\s\\/"“”'<>|:,;()]+[\\/])*[^\s\\/"“”'<>|:,;()]*/gu;

/** A file in the folder keeps what follows the folder; the folder itself keeps its name. */
function withoutFolder(text: string, base: string): string {
  const [head = '', ...tails] = text.split(base);
  return tails.reduce((done, tail) => {
    if (/^[/\\][^/\\\s"“”'<>|:,;)]/u.test(tail)) return done + tail.slice(1);
    // A longer name that only begins like the folder is another folder.
    return done + (/^[\w-]/u.test(tail) ? base : lastPart(base)) + tail;
  }, head);
}

/** A text without the first path in it and all behind that, for a path with blanks has no end that shows. */
function beforePath(text: string): string {
  const before = text.slice(0, text.search(/[/\\]/u));
  return `${before.slice(0, before.lastIndexOf(' ') + 1)}…`;
}

function lastPart(path: string): string {
  return path.split(/[/\\]/u).findLast((part) => part !== '') ?? '';
}
