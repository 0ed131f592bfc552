import { hasTable, type ReadableDb } from '#core/base/db/database.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { LOW_CONFIDENCE_LOG_PROB } from '#shared/domain/text.ts';
import type { Video, VideoListItem } from '#shared/domain/video.ts';
import { factsOf, type VideoRow } from './video-repository.ts';

interface ListRow extends Omit<VideoRow, 'shot2story'> {
  readonly shot_count: number;
  readonly captioned_count: number;
  readonly accepted_count: number;
  readonly flagged_count: number;
  readonly summary_count: number;
}

/** Without what a data set said besides, which may be megabytes of each and which no list shows. */
const LISTED_COLUMNS = `
  videos.id, videos.name, videos.position, videos.split, videos.created_at_ms,
  video_files.path, video_files.fingerprint, video_files.state, video_files.state_reason, video_files.probe`;

/** Videos with their review counts, in one query; counts of captions are of current visual ones. @param areThese SQL for videos, after the name of the column that says which */
function listQuery(areThese: string): string {
  return `
    SELECT ${LISTED_COLUMNS}, ifnull(shot_count, 0) AS shot_count, ifnull(captioned_count, 0) AS captioned_count,
      ifnull(accepted_count, 0) AS accepted_count, ifnull(flagged_count, 0) AS flagged_count, ifnull(summary_count, 0) AS summary_count
    FROM videos JOIN video_files ON video_files.video_id = videos.id
    LEFT JOIN (SELECT video_id, count(*) AS shot_count FROM shots WHERE video_id ${areThese} GROUP BY video_id) AS s ON s.video_id = videos.id
    LEFT JOIN (
      SELECT video_id,
        count(*) FILTER (WHERE kind = 'visual' AND text <> '') AS captioned_count,
        count(*) FILTER (WHERE kind = 'visual' AND text <> '' AND status = 'accepted') AS accepted_count,
        count(*) FILTER (WHERE kind = 'visual' AND text <> '' AND (stale_reason IS NOT NULL OR status = 'needs-work' OR (origin = 'import' AND status = 'draft')
          OR (origin = 'model' AND status <> 'accepted' AND mean_log_prob < @low))) AS flagged_count,
        count(*) FILTER (WHERE kind = 'summary' AND text <> '') AS summary_count
      FROM revisions WHERE is_current = 1 AND video_id ${areThese} GROUP BY video_id
    ) AS t ON t.video_id = videos.id
    WHERE videos.id ${areThese} ORDER BY videos.position, videos.id`;
}

const LIST_OF_ALL = listQuery('IS NOT NULL');
const LIST_OF_THESE = listQuery('IN (SELECT value FROM json_each(@ids))');

export function listVideos(db: ReadableDb): VideoListItem[] {
  return db.prepare<[{ low: number }], ListRow>(LIST_OF_ALL).all({ low: LOW_CONFIDENCE_LOG_PROB }).map(toListItem);
}

/** Those of them that are there, as `listVideos`. */
export function listTheseVideos(db: ReadableDb, videoIds: readonly VideoId[]): VideoListItem[] {
  const rows = db.prepare<[{ low: number; ids: string }], ListRow>(LIST_OF_THESE);
  return rows.all({ low: LOW_CONFIDENCE_LOG_PROB, ids: JSON.stringify(videoIds) }).map(toListItem);
}

/** Where a video stands in the list: those of one position, as undo may leave them, by their ids. */
export type VideoPlace = Pick<Video, 'position' | 'id'>;

/** The next ones in the list behind a place, at most `limit`. */
export function videosBehind(db: ReadableDb, place: { readonly position: number; readonly id: string }, limit: number): VideoPlace[] {
  return db
    .prepare<[number, string, number], VideoPlace>(
      'SELECT position, id FROM videos WHERE (position, id) > (?, ?) ORDER BY position, id LIMIT ?',
    )
    .all(place.position, place.id, limit);
}

function toListItem(row: ListRow): VideoListItem {
  return {
    ...factsOf(row),
    shotCount: row.shot_count,
    captionedCount: row.captioned_count,
    acceptedCount: row.accepted_count,
    flaggedCount: row.flagged_count,
    hasSummary: row.summary_count > 0,
  };
}

/** Those of which there is anything to say, in the project's order: they were measured, have shots, or came with a data set. Without what else a list says, as `listPending`. */
export function listReady(db: ReadableDb): VideoId[] {
  const came = hasTable(db, 'source_records') ? 'OR EXISTS (SELECT 1 FROM source_records WHERE source_records.video_id = videos.id)' : '';
  return db
    .prepare<[], { id: VideoId }>(
      `SELECT id FROM videos JOIN video_files ON video_files.video_id = videos.id
       WHERE probe IS NOT NULL OR EXISTS (SELECT 1 FROM shots WHERE shots.video_id = videos.id) ${came} ORDER BY position`,
    )
    .all()
    .map(({ id }) => id);
}

export function countVideos(db: ReadableDb): number {
  return db.prepare<[], { count: number }>('SELECT count(*) AS count FROM videos').get()?.count ?? 0;
}
