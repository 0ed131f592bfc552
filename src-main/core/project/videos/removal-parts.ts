import type { ReadableDb } from '#core/base/db/database.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { words } from '#shared/words/words.ts';

/** So many records, or bytes for them, are taken back in a moment, and well below what can be taken back at all (`../history/usable-step.ts`). */
const MAX_PART_WEIGHT = 100_000;
const BYTES_PER_RECORD = 500;

const WEIGHT = `SELECT sum(records + bytes / ${BYTES_PER_RECORD}) FROM (
  SELECT 1 AS records, octet_length(ifnull(shot2story, '')) AS bytes FROM videos WHERE id = $id
  UNION ALL SELECT count(*), 0 FROM shots WHERE video_id = $id
  UNION ALL SELECT count(*), ifnull(sum(octet_length(text) + octet_length(links) + octet_length(ifnull(provenance, ''))), 0) FROM revisions WHERE video_id = $id
  UNION ALL SELECT count(*), ifnull(sum(octet_length(text) + octet_length(words)), 0) FROM transcript_segments WHERE video_id = $id
)`;

/** How much is in a video, for whoever takes it out: in records of the usual length. */
export function weightOf(db: ReadableDb, videoId: VideoId): number {
  return db.prepare<[{ id: string }], number>(WEIGHT).pluck().get({ id: videoId }) ?? 0;
}

/**
 * Videos that are taken out of the project, in parts that each are one step of history: of many thousands everybody would wait for minutes while all of it
 * is taken back. A video is never divided.
 * @throws AppError `not-found` for a video that there is not, before anything is done
 */
export function removalParts(db: ReadableDb, videoIds: readonly VideoId[], maxWeight = MAX_PART_WEIGHT): VideoId[][] {
  const isThere = db.prepare('SELECT 1 FROM videos WHERE id = ?');
  const parts: VideoId[][] = [[]];
  let total = 0;
  for (const id of videoIds) {
    if (isThere.get(id) === undefined) throw new AppError('not-found', words('project.videoGone'));
    const weight = weightOf(db, id);
    const part = parts.at(-1) ?? [];
    if (part.length > 0 && total + weight > maxWeight) {
      parts.push([id]);
      total = weight;
    } else {
      part.push(id);
      total += weight;
    }
  }
  return parts;
}
