import type { RecordChange, RecordRow } from '#shared/domain/record-change.ts';
import type { Events } from '#shared/contract/events.ts';
import { RevisionId, ShotId } from '#shared/domain/ids.ts';
import { type ShotRow, shotOf } from '../shots/shot-repository.ts';
import { type RevisionRow, revisionOf } from '../texts/revision-repository.ts';

/** More records than these are asked for anew rather than sent with the announcement to everybody. */
const MAX_SENT = 200;

/** What an announcement says of the records themselves: how they are now, and which are gone. Empty for tables whose clients ask for all anew. */
export function changedRecords(table: RecordChange['table'], changes: readonly RecordChange[]): Pick<Events['changed'], 'shots' | 'texts'> {
  if (table !== 'shots' && table !== 'revisions') return {};
  // One step may write a record several times.
  const last = new Map(changes.map(({ id, after }) => [id, after]));
  if (last.size > MAX_SENT) return {};
  const rows = [...last.values()].filter((row): row is RecordRow => row !== null);
  const gone = [...last].filter(([, row]) => row === null).map(([id]) => id);
  // The rows are those of the table: the database's own triggers report them.
  if (table === 'shots')
    return { shots: { changed: rows.map((row) => shotOf(row as unknown as ShotRow)), gone: gone.map((id) => ShotId.parse(id)) } };
  return { texts: { changed: rows.map((row) => revisionOf(row as unknown as RevisionRow)), gone: gone.map((id) => RevisionId.parse(id)) } };
}
