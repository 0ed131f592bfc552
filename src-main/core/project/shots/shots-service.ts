import type { WritableDb } from '#core/base/db/database.ts';
import type { HistoryService, HistoryStep } from '../history/history-service.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import { importedTailId } from '../videos/imported-ids.ts';
import { getVideo } from '../videos/video-repository.ts';
import { assert } from '#shared/assert.ts';
import { AppError } from '#shared/contract/errors.ts';
import { ShotId, type VideoId } from '#shared/domain/ids.ts';
import { MAX_TAIL_FRAMES, type Shot, type Transition } from '#shared/domain/shot.ts';
import {
  isTiled,
  mergeShots,
  moveBoundary,
  type RecutInput,
  setLocked,
  setTransition,
  shotsFromCuts,
  splitShot,
} from '#shared/domain/shot-edit.ts';
import { words } from '#shared/words/words.ts';
import { requireRoomForShots } from '../room.ts';
import { followShots } from './follow-shots.ts';
import { heldByHand } from './hand-made.ts';
import { countShots, endOfShots, hasShot, listShots, listShotsNear, saveShots, shotsAt, shotsByVideo } from './shot-repository.ts';

export type ShotsService = ReturnType<typeof createShotsService>;

/** `askedAfter`: the last step of history when the cuts were asked for (`lastStep`); cuts that a person took away since stay away. */
export type Recut = Pick<RecutInput, 'cuts' | 'minDistanceFrames' | 'origin'> & { readonly askedAfter?: number | null };

type Alongside = (db: WritableDb) => void;
type ShotsStep = Omit<HistoryStep, 'videoId'> & {
  /** The shots may be those of a file with other frames. */
  readonly fitsShots?: boolean;
  /** The shots that the edit concerns, of which alone it is given the stretch (`listShotsNear`); left out: it is given all. */
  readonly near?: (db: WritableDb) => readonly ShotId[];
};
type Edit = (shots: readonly Shot[], frameCount: number, db: WritableDb) => readonly Shot[];

export interface BoundaryMove {
  readonly shotId: ShotId;
  readonly frame: number;
  /** Where the person saw the cut. */
  readonly fromFrame?: number | undefined;
  /** Moves of one gesture are one step of history. */
  readonly gesture?: string | undefined;
}

/** Shots of a video; after every edit they tile it, and texts have followed. Edits return the shots that they changed or made, in order. */
export function createShotsService(project: ProjectAccess, history: HistoryService) {
  function change(
    videoId: VideoId,
    { fitsShots = false, near, ...step }: ShotsStep,
    edit: Edit,
    alongside: Alongside = () => undefined,
  ): Shot[] {
    return history.record({ ...step, videoId }, (db) => {
      const frameCount = frameCountOf(db, videoId);
      if (!fitsShots) refuseOfOtherFile(db, videoId, frameCount);
      const before = near === undefined ? listShots(db, videoId) : listShotsNear(db, videoId, near(db));
      const after = edit(before, frameCount, db);
      if (after.length > before.length) requireRoomForShots(countShots(db, videoId) + after.length - before.length);
      const [from = 0, to = 0] = near === undefined ? [0, frameCount] : [before[0]?.startFrame, before.at(-1)?.endFrame];
      assert(isTiled(after, to, from), `shots of video ${videoId} tile it`);
      const touched = touchedShots(before, after);
      saveShots(db, touched.before, touched.after);
      followShots(db, videoId, touched.before, touched.after);
      alongside(db);
      const untouched = new Set(touched.before);
      return touched.after.filter((shot) => !untouched.has(shot));
    });
  }

  return {
    list: (videoId: VideoId): Shot[] => listShots(project.session().db, videoId),
    ofMany: (videoIds: readonly VideoId[]): ReadonlyMap<string, Shot[]> => shotsByVideo(project.session().db, videoIds),

    /** @throws AppError `invalid-input` where no cut can be. As for every edit here. */
    split: (
      videoId: VideoId,
      { frame, newShotId = makeShotId() }: { frame: number; newShotId?: ShotId | undefined },
      actor: string,
    ): Shot[] =>
      change(videoId, { actor, label: words('edits.splitShot'), near: (db) => shotsAt(db, videoId, frame) }, (shots, _frameCount, db) => {
        if (hasShot(db, newShotId)) throw new AppError('conflict', words('project.shotExists'));
        return splitShot(shots, frame, newShotId);
      }),

    merge: (videoId: VideoId, shotIds: readonly ShotId[], actor: string): Shot[] =>
      change(videoId, { actor, label: words('edits.mergeShots', { count: shotIds.length }), near: () => shotIds }, (shots) =>
        mergeShots(shots, shotIds),
      ),

    /** @throws AppError `conflict` too, when the cut no longer lies at `fromFrame`, where the person saw it. */
    moveBoundary: (videoId: VideoId, { shotId, frame, fromFrame, gesture }: BoundaryMove, actor: string): Shot[] =>
      change(
        videoId,
        {
          actor,
          label: words('edits.moveCut'),
          near: () => [shotId],
          ...(gesture !== undefined && { group: { key: `move:${shotId}:${gesture}`, joins: 'if-newest' as const } }),
        },
        (shots) => {
          const at = shots.find(({ id }) => id === shotId)?.startFrame;
          if (fromFrame !== undefined && at !== undefined && at !== fromFrame)
            throw new AppError('conflict', words('project.cutMoved', { frame: at }));
          return moveBoundary(shots, shotId, frame);
        },
      ),

    setLocked: (videoId: VideoId, lock: { shotIds: readonly ShotId[]; locked: boolean }, actor: string): Shot[] =>
      change(videoId, { actor, label: words(lock.locked ? 'edits.lockCuts' : 'edits.unlockCuts'), near: () => lock.shotIds }, (shots) =>
        setLocked(shots, lock.shotIds, lock.locked),
      ),

    setTransition: (videoId: VideoId, set: { shotId: ShotId; transition: Transition }, actor: string): Shot[] =>
      change(videoId, { actor, label: words('edits.changeTransition'), near: () => [set.shotId] }, (shots) =>
        setTransition(shots, set.shotId, set.transition),
      ),

    /** Cuts the video anew; locked boundaries stay, and so do shots whose bounds stay. `alongside` writes what belongs to the same step. */
    replaceFromCuts: (
      videoId: VideoId,
      { askedAfter = null, ...recut }: Recut,
      step: Omit<HistoryStep, 'videoId'>,
      alongside?: Alongside,
    ): Shot[] =>
      change(
        videoId,
        step,
        (existing, frameCount, db) => {
          const held = askedAfter === null ? [] : heldByHand(db, videoId, askedAfter, existing);
          return shotsFromCuts({ ...recut, videoId, frameCount, existing, held, newId: makeShotId });
        },
        alongside,
      ),

    /**
     * Fits the shots to what was measured: one shot where there were none; where the file has other frames, the cuts inside it stay and the
     * last shot ends with it, or one without texts, where a data set says nothing of a second or more. It is part of the step that added the video; with `isOtherFile`, as where somebody put another file in the
     * place of a measured one, a step of its own that can be taken back.
     */
    ensureTiled(videoId: VideoId, actor: string, { isOtherFile = false } = {}): void {
      const step = isOtherFile
        ? { actor, label: words('edits.fitShots') }
        : { actor, label: words('edits.importVideo'), joinsAdding: videoId };
      change(videoId, { ...step, isBackground: true, fitsShots: true }, (existing, frameCount) => {
        if (existing.length === 0)
          return shotsFromCuts({ videoId, frameCount, cuts: [], minDistanceFrames: 1, existing, newId: makeShotId });
        const inside = existing.filter(({ startFrame }) => startFrame < frameCount);
        const last = inside.at(-1);
        // Of a data set, which says nothing of what lies behind its shots.
        if (!isOtherFile && last !== undefined && frameCount - last.endFrame > MAX_TAIL_FRAMES)
          return [...inside, tailOf(last, frameCount)];
        return inside.map((shot, index) => (index === inside.length - 1 ? { ...shot, endFrame: frameCount } : shot));
      });
    },
  };
}

/** Shots are those of another file when the step was taken back that fitted them to the one that is linked now. */
function refuseOfOtherFile(db: WritableDb, videoId: VideoId, frameCount: number): void {
  const end = endOfShots(db, videoId);
  if (end === null || end === frameCount) return;
  throw new AppError('conflict', words('project.shotsOfOtherFile', { shotFrames: end, fileFrames: frameCount }));
}

/**
 * What lies between the first and the last shot that an edit touched: both tile the same frames, so what texts follow is decided by them alone.
 * Edits leave the objects of untouched shots as they are; of ten thousand, a nudge touches two.
 */
function touchedShots(
  before: readonly Shot[],
  after: readonly Shot[],
): { readonly before: readonly Shot[]; readonly after: readonly Shot[] } {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  return { before: before.slice(head, before.length - tail), after: after.slice(head, after.length - tail) };
}

function tailOf({ videoId, endFrame: startFrame }: Shot, endFrame: number): Shot {
  const transition = { kind: 'unknown' as const, startFrame, endFrame: startFrame };
  return { id: importedTailId(videoId), videoId, startFrame, endFrame, transition, origin: 'import', confidence: null, locked: false };
}

function makeShotId(): ShotId {
  return ShotId.parse(crypto.randomUUID());
}

function frameCountOf(db: WritableDb, videoId: VideoId): number {
  const { probe, name } = getVideo(db, videoId).video;
  // Shots of a data set can be edited before its video is found.
  const frameCount = probe?.frameCount ?? endOfShots(db, videoId) ?? undefined;
  if (frameCount === undefined) throw new AppError('media-missing', words('project.notAnalysed', { video: name }));
  return frameCount;
}
