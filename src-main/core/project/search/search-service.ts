import type { ProjectAccess } from '#core/base/project-session.ts';
import type { SearchHit } from '#shared/contract/views.ts';

/** Current texts first, then what was read on the screen; each best match first. */
const SEARCH = `
  SELECT id, videoId, videoName, shotId, frame, kind, snippet FROM (
    SELECT 0 AS place, rank, revisions.id AS id, revisions.video_id AS videoId, videos.name AS videoName, revisions.shot_id AS shotId,
      NULL AS frame, revisions.kind AS kind, snippet(text_search, 0, char(2), char(3), '…', 24) AS snippet
    FROM text_search JOIN revisions ON revisions.row_key = text_search.rowid JOIN videos ON videos.id = revisions.video_id
    WHERE text_search MATCH @match
    UNION ALL
    SELECT 1, rank, 'screen-' || screen_texts.row_key, screen_texts.video_id, videos.name,
      (SELECT shots.id FROM shots WHERE shots.video_id = screen_texts.video_id AND shots.start_frame <= screen_texts.frame
        AND shots.end_frame > screen_texts.frame),
      screen_texts.frame, 'screen-text', snippet(screen_text_search, 0, char(2), char(3), '…', 24)
    FROM screen_text_search JOIN screen_texts ON screen_texts.row_key = screen_text_search.rowid
      JOIN videos ON videos.id = screen_texts.video_id
    WHERE screen_text_search MATCH @match
  ) ORDER BY place, rank LIMIT @limit`;

/** Finds words in the current texts of the whole project, and in the text on the screen of its videos. */
export function createSearchService(project: ProjectAccess) {
  return {
    /** Texts that hold every word of `query`, or words that begin with them; best matches first. */
    text(query: string, limit: number): SearchHit[] {
      const match = toFtsQuery(query);
      if (match === null) return [];
      return project.session().db.prepare<[{ match: string; limit: number }], SearchHit>(SEARCH).all({ match, limit });
    },
  };
}

/** Each word quoted, so that nothing a person types is read as FTS5 syntax; null when there is no word in it. */
function toFtsQuery(query: string): string | null {
  const words = query.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return words.length === 0 ? null : words.map((word) => `"${word}"*`).join(' ');
}
