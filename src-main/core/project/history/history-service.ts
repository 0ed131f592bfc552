import { requireCountableRows } from '#core/base/db/counting.ts';
import { inTransaction, sqliteCode, type WritableDb } from '#core/base/db/database.ts';
import type { Clock } from '#core/base/host.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import type { EventBus } from '#core/base/events/event-bus.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { Role } from '#shared/contract/define.ts';
import { VideoId } from '#shared/domain/ids.ts';
import { type HistoryEntry, type RecordChange, type RecordRow, reverseChange } from '#shared/domain/record-change.ts';
import { words, type Words } from '#shared/words/words.ts';
import { type PackedAdd, sameRow } from '#core/base/db/change-capture.ts';
import { requireRoomForSpeech, requireRoomForTexts } from '../room.ts';
import * as repository from './change-repository.ts';
import { applyChanges, currentRows } from './change-writer.ts';
import { changedRecords } from './changed-records.ts';
import { refuseHiding } from './hidden-texts.ts';
import type { StoredStep } from './change-repository.ts';
import { assert } from '#shared/assert.ts';
import { keepAdds, rowPacker, unpackAdds } from './packed-adds.ts';
import { Moved, requireUsableChanges, requireUsableShots, STEP_LIMITS, type StepLimits, UnusableStep } from './usable-step.ts';

export interface HistoryStep {
  readonly actor: string;
  /** For people, e.g. "Split a shot". */
  readonly label: Words;
  /** Null when the step concerns several videos. */
  readonly videoId: VideoId | null;
  /** Joins the actor's applied step with the same key: `always` for the units of one job, `if-newest` for typing. */
  readonly group?: { readonly key: string; readonly joins: 'always' | 'if-newest' };
  /** Joins the step that added this video, whoever took it: what importing finds out is part of adding it. Not where somebody changed the same since. */
  readonly joinsAdding?: VideoId;
  /** Work in the background leaves the person's redo alone. */
  readonly isBackground?: boolean;
}

export interface HistoryParts {
  readonly project: ProjectAccess;
  readonly events: EventBus;
  readonly clock: Clock;
  /** How much undo and redo take at once. */
  readonly stepLimits?: StepLimits;
  /** Called after a step added very much, with each video of it: of these, announcements name only one. */
  onVideosFilled(videoIds: readonly VideoId[]): void;
  /** Called after a step took videos out of the project, or brought some back by undo or redo. */
  onVideosMoved(moved: { readonly gone: readonly VideoId[]; readonly back: readonly VideoId[]; readonly actor: string }): void;
}

export type HistoryService = ReturnType<typeof createHistoryService>;

/** Every change of what people decide goes through `record`; undo, redo, the audit trail and events all come from it. */
export function createHistoryService({ project, events, clock, onVideosFilled, onVideosMoved, stepLimits = STEP_LIMITS }: HistoryParts) {
  /** Steps of a transaction that is not yet over: nobody is told of them before. */
  let together: (() => void)[] | null = null;

  /** Runs `work` in one transaction and stores what it changed with it; an error leaves everything as it was. */
  function record<T>(step: HistoryStep, work: (db: WritableDb) => T): T {
    const { db, capture } = project.session();
    const { result, changes } = inTransaction(db, () => {
      const collected = capture.collect(() => work(db));
      const isJoined = (sequence: number): boolean => repository.wasAsLeft(db, sequence, collected.changes);
      if (collected.changes.length > 0) repository.addChanges(db, sequenceFor(db, step, isJoined), collected.changes);
      requireCountableRows(db);
      return collected;
    });
    afterwards(() => {
      announce(changes);
      const gone = removedVideos(changes);
      if (gone.length > 0) onVideosMoved({ gone, back: [], actor: step.actor });
    });
    return result;
  }

  /** As `record`, for work that adds very much, all of it new, of which history has digests until it is taken back. */
  function recordAdds<T>(step: HistoryStep, work: (db: WritableDb) => T): T {
    const { db, capture } = project.session();
    const { result, adds } = inTransaction(db, () => {
      const collected = capture.collectAdds(() => work(db), rowPacker);
      if (collected.adds.length > 0)
        keepAdds(
          db,
          sequenceFor(db, step, () => true),
          collected.adds,
        );
      requireCountableRows(db);
      return collected;
    });
    afterwards(() => announceAdds(adds));
    return result;
  }

  /** Once the transaction is over. */
  function afterwards(tell: () => void): void {
    if (together === null) tell();
    else together.push(tell);
  }

  /** Runs `work`, which records many small steps, as one transaction: to commit takes longer than a step does. An error leaves everything as it was. */
  function recordTogether(work: () => void): void {
    assert(together === null, 'steps recorded together do not nest');
    const recorded: (() => void)[] = [];
    together = recorded;
    try {
      inTransaction(project.session().db, work);
    } finally {
      together = null;
    }
    for (const tell of recorded) tell();
  }

  /** Of the step that takes what was done: one that is there, which `isJoined` may refuse, or a new one. */
  function sequenceFor(db: WritableDb, step: HistoryStep, isJoined: (sequence: number) => boolean): number {
    if (step.isBackground !== true) repository.throwAwayUndone(db, step.actor);
    const { actor, label, videoId, group } = step;
    const joined = joinedStep(db, step, isJoined);
    if (joined !== null) repository.touch(db, joined.sequence);
    return joined?.sequence ?? repository.insertStep(db, { actor, label, videoId, groupKey: group?.key ?? null }, clock.nowMs());
  }

  function joinedStep(
    db: WritableDb,
    { actor, group, joinsAdding }: HistoryStep,
    isJoined: (sequence: number) => boolean,
  ): StoredStep | null {
    if (joinsAdding !== undefined) {
      const adding = repository.stepThatAdded(db, joinsAdding);
      return adding !== null && isJoined(adding.sequence) ? adding : null;
    }
    if (group === undefined) return null;
    const found = repository.appliedGroup(db, actor, group.key);
    if (found === null || !isJoined(found.sequence)) return null;
    return group.joins === 'always' || repository.lastApplied(db, actor)?.sequence === found.sequence ? found : null;
  }

  function announce(changes: readonly RecordChange[]): void {
    if (changes.length === 0) return;
    for (const touched of Map.groupBy(changes, (change) => `${change.table} ${videoOf(change)}`).values()) {
      const [first] = touched;
      if (first !== undefined)
        events.emit('changed', { table: first.table, videoId: videoOf(first), ...changedRecords(first.table, touched) });
    }
    events.emit('changed', { table: 'history', videoId: null });
  }

  /** Nobody has asked for any of these records yet: one of each table makes the lists old that all of them stand in. */
  function announceAdds(adds: readonly PackedAdd[]): void {
    onVideosFilled([...new Set(adds.map(({ videoId }) => videoId))].map((videoId) => VideoId.parse(videoId)));
    for (const [first] of Map.groupBy(adds, ({ table }) => table).values())
      if (first !== undefined) events.emit('changed', { table: first.table, videoId: VideoId.parse(first.videoId) });
    if (adds.length > 0) events.emit('changed', { table: 'history', videoId: null });
  }

  /** @throws AppError `conflict` for a step that can be neither undone nor redone, and stays as it is from then on */
  function takeStep({ sequence, entry }: StoredStep, direction: 'undo' | 'redo'): readonly RecordChange[] {
    const { db, capture } = project.session();
    try {
      if (direction === 'undo') inTransaction(db, () => unpackAdds(db, sequence, stepLimits));
      const stored = repository.changesOf(db, sequence, stepLimits);
      const changes = direction === 'undo' ? stored.toReversed().map(reverseChange) : stored;
      inTransaction(db, () => {
        requireUsableChanges(db, changes);
        refuseMoved(db, changes);
        capture.replay(() => applyChanges(db, changes));
        requireRoom(db, changes);
        requireUsableShots(db, changes);
        refuseHiding(db, changes);
        if (direction === 'undo') repository.markUndone(db, sequence);
        else repository.markApplied(db, sequence);
        requireCountableRows(db);
      });
      return changes;
    } catch (error) {
      const isMoved = error instanceof Moved || sqliteCode(error) === 'SQLITE_CONSTRAINT';
      if (!isMoved && !(error instanceof UnusableStep)) throw error;
      repository.markSuperseded(db, sequence);
      events.emit('changed', { table: 'history', videoId: null });
      const step = entry.label;
      const moved = direction === 'undo' ? words('project.notUndone', { step }) : words('project.notRedone', { step });
      throw new AppError('conflict', error instanceof UnusableStep ? error.saidOf(step) : moved, { cause: error });
    }
  }

  function announceMoved(changes: readonly RecordChange[], actor: string): void {
    announce(changes);
    const moved = { gone: removedVideos(changes), back: removedVideos(changes.map(reverseChange)) };
    if (moved.gone.length + moved.back.length > 0) onVideosMoved({ ...moved, actor });
  }

  function move(actor: string, direction: 'undo' | 'redo', role: Role): HistoryEntry | null {
    const { db } = project.session();
    const find = direction === 'undo' ? repository.lastApplied : repository.lastUndone;
    const step = find(db, actor);
    if (step === null) return null;
    if (role !== 'owner' && repository.removesVideos(db, step.sequence))
      throw new AppError('forbidden', words('project.stepOfOwners', { step: step.entry.label }));
    announceMoved(takeStep(step, direction), actor);
    return { ...step.entry, state: direction === 'undo' ? 'undone' : 'applied' };
  }

  return {
    record,
    recordAdds,
    recordTogether,

    /** Says who did something that is no step: the list shows it, and undo passes it over. Part of the transaction that does it. */
    note(db: WritableDb, { actor, label, videoId }: Pick<HistoryStep, 'actor' | 'label' | 'videoId'>): void {
      repository.markSuperseded(db, repository.insertStep(db, { actor, label, videoId, groupKey: null }, clock.nowMs()));
      events.emit('changed', { table: 'history', videoId: null });
    },

    /** Whether the actor's step of this group is there and not taken back, also where it cannot be any more. */
    isThere: (actor: string, groupKey: string): boolean => repository.hasGroup(project.session().db, actor, groupKey),
    /**
     * Takes back the actor's step of this group, whatever came after it, for good: work that is to be whole did not come to its end. One that the actor took back
     * is not done again either, for it is a part. Nothing where there is none.
     * @throws AppError `conflict` as `undo`
     */
    takeBack(actor: string, groupKey: string): void {
      const { db } = project.session();
      repository.supersedeUndone(db, actor, groupKey);
      events.emit('changed', { table: 'history', videoId: null });
      const step = repository.appliedGroup(db, actor, groupKey);
      if (step === null) {
        // It is there, and can be taken back no more since somebody else changed what it brought.
        if (repository.hasGroup(db, actor, groupKey))
          throw new AppError('conflict', words('project.notUndone', { step: words('edits.importDataset') }));
        return;
      }
      const changes = takeStep(step, 'undo');
      repository.markSuperseded(db, step.sequence);
      announceMoved(changes, actor);
    },
    list: (limit: number): HistoryEntry[] => repository.listSteps(project.session().db, limit),
    /** What undo and redo would take for this actor. */
    next(actor: string): { undo: HistoryEntry | null; redo: HistoryEntry | null } {
      const { db } = project.session();
      return { undo: repository.lastApplied(db, actor)?.entry ?? null, redo: repository.lastUndone(db, actor)?.entry ?? null };
    },
    /**
     * Takes back the actor's last step; null when there is none.
     * @throws AppError `conflict` when one of its records has been changed since. The step then stays as it is for good, and
     * the next undo goes on with the one before: nobody is stuck behind what somebody else did. `forbidden` for what `role` could not do anew either.
     */
    undo: (actor: string, role: Role = 'owner'): HistoryEntry | null => move(actor, 'undo', role),
    /** Does again what the actor took back last; null when there is nothing. Conflicts as `undo`. */
    redo: (actor: string, role: Role = 'owner'): HistoryEntry | null => move(actor, 'redo', role),
  };
}

/** Each change says how its record must look now. */
function refuseMoved(db: WritableDb, changes: readonly RecordChange[]): void {
  const currentRow = currentRows(db, changes);
  for (const change of changes)
    if (!sameRow(change.before, currentRow(change))) throw new Moved(`${change.table} ${change.id} has changed since`);
}

/** What many have taken back could be brought back by all of them. */
function requireRoom(db: WritableDb, changes: readonly RecordChange[]): void {
  for (const [table, require] of [
    ['revisions', requireRoomForTexts],
    ['transcript_segments', requireRoomForSpeech],
  ] as const)
    for (const [videoId, ofVideo] of Map.groupBy(
      changes.filter((change) => change.table === table),
      videoOf,
    ))
      if (ofVideo.reduce((sum, { before, after }) => sum + lengthOf(after) - lengthOf(before), 0) > 0) require(db, videoId);
}

/** Of the words of a record, where they are those that are read. */
function lengthOf(row: RecordRow | null): number {
  return row === null || row['is_current'] === 0 ? 0 : String(row['text']).length;
}

function removedVideos(changes: readonly RecordChange[]): VideoId[] {
  return changes.filter(({ table, after }) => table === 'videos' && after === null).map(({ id }) => VideoId.parse(id));
}

function videoOf({ table, id, before, after }: RecordChange): VideoId {
  return VideoId.parse(table === 'videos' ? id : (after ?? before)?.['video_id']);
}
