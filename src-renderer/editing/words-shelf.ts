import { z } from 'zod';
import { ShotId, VideoId } from '#shared/domain/ids.ts';
import { SeenText, TextKind } from '#shared/domain/text.ts';

const KeptWords = z.object({ shotId: ShotId.nullable(), kind: TextKind, text: z.string(), seen: SeenText });
/** Typed for one text, and not known to be stored. */
export type KeptWords = z.infer<typeof KeptWords>;

/** Keeps typed words in the browser until the studio has them: over a reload, a crash, an ended session. */
export interface WordsShelf {
  read(): readonly KeptWords[];
  /** Puts the words of this page in the place of those that it wrote before. What other pages left there stays. */
  write(words: readonly KeptWords[]): void;
}

const PREFIX = 'shotluck.words.';

/** Videos with words that an earlier visit left on the shelf. */
export function shelvedVideos(storage: Storage): VideoId[] {
  try {
    return Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '').flatMap((key) =>
      key.startsWith(PREFIX) ? [VideoId.parse(key.slice(PREFIX.length))] : [],
    );
  } catch {
    // A forbidden storage holds nothing, and a strange key is nothing of ours.
    return [];
  }
}

export function createWordsShelf(storage: Storage, videoId: VideoId): WordsShelf {
  const key = `${PREFIX}${videoId}`;
  /** What this page has put there, as it is written: two windows of one person share the shelf. */
  let own: ReadonlySet<string> = new Set();

  function read(): KeptWords[] {
    try {
      return z.array(KeptWords).safeParse(JSON.parse(storage.getItem(key) ?? '[]')).data ?? [];
    } catch {
      // A forbidden or damaged storage holds nothing that could be taken up.
      return [];
    }
  }

  return {
    read,
    write(words) {
      const next = new Set(words.map(asWritten));
      const others = read()
        .map(asWritten)
        .filter((kept) => !own.has(kept) && !next.has(kept));
      own = next;
      try {
        if (others.length + next.size === 0) storage.removeItem(key);
        else storage.setItem(key, `[${[...others, ...next].join(',')}]`);
      } catch {
        // A forbidden or full storage: the words are still in the page.
      }
    },
  };
}

/** Equal for equal words. */
function asWritten(words: KeptWords): string {
  return JSON.stringify(KeptWords.parse(words));
}
