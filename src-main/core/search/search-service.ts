import type { ProjectAccess } from '#core/projects/project-session.ts';
import type { SearchHit } from '#shared/contract/views.ts';

export type SearchService = ReturnType<typeof createSearchService>;

/** Finds words in the current texts of the whole project. */
export function createSearchService(project: ProjectAccess) {
  return {
    /** Texts that hold every word of `query`, or words that begin with them; best matches first. */
    text(query: string, limit: number): SearchHit[] {
      const match = toFtsQuery(query);
      if (match === null) return [];
      return project
        .session()
        .db.prepare<[string, number], SearchHit>(
          `SELECT revisions.id AS revisionId, revisions.video_id AS videoId, videos.name AS videoName, revisions.shot_id AS shotId,
             revisions.kind AS kind, snippet(text_search, 0, char(2), char(3), '…', 24) AS snippet
           FROM text_search JOIN revisions ON revisions.row_key = text_search.rowid JOIN videos ON videos.id = revisions.video_id
           WHERE text_search MATCH ? ORDER BY rank LIMIT ?`,
        )
        .all(match, limit);
    },
  };
}

/** Each word quoted, so that nothing a person types is read as FTS5 syntax; null when there is no word in it. */
export function toFtsQuery(query: string): string | null {
  const words = query.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return words.length === 0 ? null : words.map((word) => `"${word}"*`).join(' ');
}
