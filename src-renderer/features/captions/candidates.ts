import type { Revision } from '#shared/domain/text.ts';

/**
 * Texts by models that a person may still choose, in the given order (newest first): not the current one, not rejected, not what the current one
 * was made from, and each wording once.
 */
export function candidatesOf(revisions: readonly Revision[]): Revision[] {
  const current = revisions.find((revision) => revision.isCurrent);
  const ancestors = ancestorsOf(revisions, current);
  const seen = new Set(current === undefined ? [] : [current.text.trim()]);
  return revisions.filter((revision) => {
    const text = revision.text.trim();
    const isOffered = !revision.isCurrent && revision.origin === 'model' && revision.status !== 'rejected' && !ancestors.has(revision.id);
    if (!isOffered || text === '' || seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

function ancestorsOf(revisions: readonly Revision[], start: Revision | undefined): Set<string> {
  const byId = new Map(revisions.map((revision) => [revision.id, revision]));
  const ancestors = new Set<string>();
  let at = start;
  while (at !== undefined && at.parentId !== null && !ancestors.has(at.parentId)) {
    ancestors.add(at.parentId);
    at = byId.get(at.parentId);
  }
  return ancestors;
}
