import type { ReadableDb } from '#core/base/db/database.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import { MAX_COUNTED_HITS, type SearchHit, type SearchResult } from '#shared/contract/views.ts';
import { foldWord, searchWords } from './search-words.ts';
import { makeSnippet } from './snippet.ts';

type TextRow = Omit<SearchHit, 'snippet'> & { readonly key: number; readonly text: string };

interface FoundText {
  readonly hit: Omit<SearchHit, 'snippet'>;
  readonly text: string;
}

/** Texts that are searched: an index of their words, and what a hit in it says, for a JSON list of its rows. */
interface Searched {
  readonly index: string;
  readonly hits: string;
}

const CURRENT_TEXTS: Searched = {
  index: 'text_search',
  hits: `
    SELECT row_key AS key, revisions.id AS id, video_id AS videoId, videos.name AS videoName, shot_id AS shotId, NULL AS frame, kind, text
    FROM revisions JOIN videos ON videos.id = revisions.video_id WHERE row_key IN (SELECT value FROM json_each(?))`,
};

const SCREEN_TEXTS: Searched = {
  index: 'screen_text_search',
  hits: `
    SELECT row_key AS key, 'screen-' || row_key AS id, video_id AS videoId, videos.name AS videoName,
      (SELECT shots.id FROM shots WHERE shots.video_id = screen_texts.video_id AND shots.start_frame <= screen_texts.frame
        AND shots.end_frame > screen_texts.frame) AS shotId,
      frame, 'screen-text' AS kind, text
    FROM screen_texts JOIN videos ON videos.id = screen_texts.video_id WHERE row_key IN (SELECT value FROM json_each(?))`,
};

/** Finds words in the current texts of the whole project, and in the text on the screen of its videos. */
export function createSearchService(project: ProjectAccess) {
  return {
    /** Texts that hold every word of `query`, or words that begin with them. Current texts first, then what was read on the screen; each in the order of `rowsWith`. */
    text(query: string, limit: number): SearchResult {
      const words = searchWords(query);
      if (words.length === 0) return { hits: [], foundCount: 0 };
      const { db } = project.session();
      const folded = words.map(foldWord);
      const hits: SearchHit[] = [];
      let foundCount = 0;
      for (const searched of [CURRENT_TEXTS, SCREEN_TEXTS]) {
        const rows = rowsWith(db, searched, words);
        const shown = rows.slice(0, limit - hits.length);
        const texts = textsOf(db, searched, shown);
        hits.push(...texts.map(({ hit, text }) => ({ ...hit, snippet: makeSnippet(text, folded) })));
        // A text on the screen outlives its video, so that taking its removal back is instant.
        foundCount += texts.length + rows.length - shown.length;
      }
      return { hits, foundCount: Math.min(foundCount, MAX_COUNTED_HITS + 1) };
    },
  };
}

/**
 * Those that hold the words themselves come first, then those with words that begin so, each in the order in which they were written. Nothing is ranked: that would need
 * every text with a common word, of which there may be hundreds of thousands, while these come one by one. One more than are counted, at most.
 */
function rowsWith(db: ReadableDb, { index }: Searched, words: readonly string[]): number[] {
  const limit = MAX_COUNTED_HITS + 1;
  const find = db.prepare<[string, number], { rowid: number }>(`SELECT rowid FROM ${index} WHERE ${index} MATCH ? ORDER BY rowid LIMIT ?`);
  const found = new Set<number>();
  for (const match of matchesFor(words)) {
    for (const { rowid } of find.all(match, limit)) found.add(rowid);
    if (found.size >= limit) break;
  }
  return [...found].slice(0, limit);
}

/**
 * What to look for, until enough is found. Beginnings cost more the more words begin so: that of the last word, which may be half typed, is tried before that of all.
 * Each word is quoted, so that nothing a person types is read as FTS5 syntax.
 */
function matchesFor(words: readonly string[]): string[] {
  const whole = words.map((word) => `"${word}"`);
  const lastBegun = whole.map((word, index) => (index === whole.length - 1 ? `${word}*` : word));
  return [...new Set([whole, lastBegun, whole.map((word) => `${word}*`)].map((each) => each.join(' ')))];
}

/** In the order of the rows. */
function textsOf(db: ReadableDb, { hits }: Searched, rows: readonly number[]): FoundText[] {
  if (rows.length === 0) return [];
  const found = db.prepare<[string], TextRow>(hits).all(JSON.stringify(rows));
  const byKey = new Map(found.map(({ key, text, ...hit }) => [key, { hit, text }]));
  return rows.flatMap((row) => byKey.get(row) ?? []);
}
