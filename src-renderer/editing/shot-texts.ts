import type { ShotId } from '#shared/domain/ids.ts';
import type { Shot } from '#shared/domain/shot.ts';
import { isImportedDraft, isLowConfidence, type Revision } from '#shared/domain/text.ts';

/** Colour and mark of a shot: how far its visual caption is. `empty`: it has none. */
export type ReviewState = 'empty' | 'draft' | 'accepted' | 'rejected' | 'needs-work';

/** The current visual caption of each shot that has one. */
export type ShotTexts = ReadonlyMap<ShotId, Revision>;

export function visualTexts(revisions: readonly Revision[]): ShotTexts {
  const texts = new Map<ShotId, Revision>();
  for (const revision of revisions) {
    if (revision.kind === 'visual' && revision.shotId !== null && revision.isCurrent) texts.set(revision.shotId, revision);
  }
  return texts;
}

export function reviewState(text: Revision | undefined): ReviewState {
  return text === undefined || text.text.trim() === '' ? 'empty' : text.status;
}

/** Something that a person should look at: stale, unsure, marked as needing work, or imported and never judged. */
export function hasProblem(text: Revision | undefined): boolean {
  return (
    text !== undefined && (text.staleReason !== null || text.status === 'needs-work' || isLowConfidence(text) || isImportedDraft(text))
  );
}

/** The message that says how far a text is; a draft also says where it comes from. */
export function statusMessage({ origin, status }: Pick<Revision, 'origin' | 'status'>) {
  return status === 'draft' && origin !== 'human' ? (`editor.caption.${origin}Draft` as const) : (`editor.review.${status}` as const);
}

/** True for a caption that nobody has judged yet. */
export function isUnreviewed(text: Revision | undefined): boolean {
  return reviewState(text) === 'draft';
}

/** Detector cuts below this score are worth a look. */
const DOUBTFUL_CUT_SCORE = 0.75;

/** True for a boundary that a detector made without being sure, or that came with a data set, and that nobody has confirmed. */
export function isDoubtfulCut(shot: Shot): boolean {
  if (shot.locked) return false;
  return shot.origin === 'import' || (shot.origin === 'detector' && shot.confidence !== null && shot.confidence < DOUBTFUL_CUT_SCORE);
}

/**
 * Index of the next shot that fits, from `from` (itself excluded) in `direction`, once around the video's end; -1: none.
 */
export function findShot(
  shots: readonly Shot[],
  search: { readonly from: number; readonly direction: 1 | -1 },
  fits: (shot: Shot, index: number) => boolean,
): number {
  const count = shots.length;
  for (let step = 1; step <= count; step++) {
    const index = (((search.from + search.direction * step) % count) + count) % count;
    const shot = shots[index];
    if (shot !== undefined && fits(shot, index)) return index;
  }
  return -1;
}
