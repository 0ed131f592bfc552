import type { WritableDb } from '#core/base/db/database.ts';
import { insertRevision } from '#core/project/texts/revision-repository.ts';
import { RevisionId } from '#shared/domain/ids.ts';
import type { Revision } from '#shared/domain/text.ts';

/** Puts the draft of a shot's caption into an open step, past the service: for thousands of them. */
export function insertDraft(
  db: WritableDb,
  draft: Pick<Revision, 'videoId' | 'shotId' | 'text' | 'actor'> & Partial<Pick<Revision, 'staleReason' | 'createdAtMs'>>,
): void {
  insertRevision(db, {
    id: RevisionId.parse(crypto.randomUUID()),
    kind: 'visual',
    origin: 'human',
    provenance: null,
    jobId: null,
    parentId: null,
    status: 'draft',
    isCurrent: true,
    staleReason: null,
    meanLogProb: null,
    links: [],
    createdAtMs: 0,
    ...draft,
  });
}
