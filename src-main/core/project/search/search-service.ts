import type { ProjectAccess } from '#core/base/project-session.ts';
import type { SearchHit } from '#shared/contract/views.ts';
import { searchWords } from './search-words.ts';
import { makeSnippet } from './snippet.ts';

type FoundText = Omit<SearchHit, 'snippet'> & { readonly text: string };

/** Current texts first, then what was read on the screen; each best match first. */
const SEARCH = `
  SELECT id, videoId, videoName, shotId, frame, kind, text FROM (
    SELECT 0 AS place, found.rank AS rank, revisions.id AS id, revisions.video_id AS videoId, videos.name AS videoName, revisions.shot_id AS shotId,
      NULL AS frame, revisions.kind AS kind, revisions.text AS text
    FROM (SELECT rowid, rank FROM text_search WHERE text_search MATCH @match ORDER BY rank LIMIT @limit) AS found
      JOIN revisions ON revisions.row_key = found.rowid JOIN videos ON videos.id = revisions.video_id
    UNION ALL
    SELECT 1, found.rank, 'screen-' || screen_texts.row_key, screen_texts.video_id, videos.name,
      (SELECT shots.id FROM shots WHERE shots.video_id = screen_texts.video_id AND shots.start_frame <= screen_texts.frame
        AND shots.end_frame > screen_texts.frame),
      screen_texts.frame, 'screen-text', screen_texts.text
    FROM (SELECT rowid, rank FROM screen_text_search WHERE screen_text_search MATCH @match ORDER BY rank LIMIT @limit) AS found
      JOIN screen_texts ON screen_texts.row_key = found.rowid JOIN videos ON videos.id = screen_texts.video_id
  ) ORDER BY place, rank LIMIT @limit`;

/** Finds words in the current texts of the whole project, and in the text on the screen of its videos. */
export function createSearchService(project: ProjectAccess) {
  return {
    /** Texts that hold every word of `query`, or words that begin with them; best matches first. */
    text(query: string, limit: number): SearchHit[] {
      const words = searchWords(query);
      if (words.length === 0) return [];
      const found = project
        .session()
        .db.prepare<[{ match: string; limit: number }], FoundText>(SEARCH)
        .all({ match: toFtsQuery(words), limit });
      return found.map(({ text, ...hit }) => ({ ...hit, snippet: makeSnippet(text, words) }));
    },
  };
}

/** Each word quoted, so that nothing a person types is read as FTS5 syntax. */
function toFtsQuery(words: readonly string[]): string {
  return words.map((word) => `"${word}"*`).join(' ');
}
