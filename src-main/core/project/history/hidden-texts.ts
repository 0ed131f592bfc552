import type { ReadableDb } from '#core/base/db/database.ts';
import type { RecordChange, RecordRow } from '#shared/domain/record-change.ts';
import { Moved } from './usable-step.ts';

/** Of these places of texts, `[video, kind, shot]`, one that has revisions and none that is current. */
const HIDDEN = `
  SELECT value FROM json_each(?)
  WHERE (
    SELECT max(is_current) FROM revisions
    WHERE video_id = json_each.value ->> 0 AND kind = json_each.value ->> 1 AND shot_id IS json_each.value ->> 2
  ) = 0
  LIMIT 1`;

/**
 * Lists, search and exports show the current revision of a text. Once a step was taken, each text whose current one it took away, or to which it brought
 * one that is not current, must have one all the same: somebody may have kept words beside it since.
 * @throws Moved
 */
export function refuseHiding(db: ReadableDb, changes: readonly RecordChange[]): void {
  const places = new Set<string>();
  for (const { table, before, after } of changes) {
    if (table !== 'revisions') continue;
    const [from, to] = [placeOf(before), placeOf(after)];
    const hasMoved = from !== to;
    if (from !== null && isCurrent(before) && (hasMoved || !isCurrent(after))) places.add(from);
    if (to !== null && !isCurrent(after) && hasMoved) places.add(to);
  }
  const hidden = db
    .prepare<[string], string>(HIDDEN)
    .pluck()
    .get(`[${[...places].join()}]`);
  if (hidden !== undefined) throw new Moved(`the text ${hidden} would have no current revision`);
}

/** As JSON. */
function placeOf(row: RecordRow | null): string | null {
  return row === null ? null : JSON.stringify([row['video_id'], row['kind'], row['shot_id']]);
}

function isCurrent(row: RecordRow | null): boolean {
  return row?.['is_current'] === 1;
}
