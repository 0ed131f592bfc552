import type { ReadableDb, WritableDb } from '#core/base/db/database.ts';
import type { HistoryService, HistoryStep } from '../history/history-service.ts';
import type { Clock } from '#core/base/host.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import { AppError } from '#shared/contract/errors.ts';
import { type JobId, RevisionId, type VideoId } from '#shared/domain/ids.ts';
import {
  type ImportSource,
  isImportedDraft,
  isUnjudgedDraft,
  type ModelProvenance,
  type Revision,
  type RevisionPage,
  type RevisionStatus,
  type SeenText,
  type SentenceLink,
  textDigest,
  keptLogProb,
} from '#shared/domain/text.ts';
import { heirsOf } from '#shared/domain/shot-edit.ts';
import { words, type Words } from '#shared/words/words.ts';
import { listShots } from '../shots/shot-repository.ts';
import { hasGrown, requireRoomForTexts, requireRoomForVersions } from '../room.ts';
import * as repository from './revision-repository.ts';
import type { TextKey } from './revision-repository.ts';

/** Words that the same person types on top of their own within this time of a revision's beginning, in the same run of the studio, belong to that revision. */
const TYPING_MS = 60_000;

export interface TextsParts {
  readonly project: ProjectAccess;
  readonly history: HistoryService;
  readonly clock: Clock;
}

/** A text that a model wrote for one text of the project. */
export interface ModelText extends TextKey {
  readonly text: string;
  readonly provenance: ModelProvenance;
  readonly jobId: JobId;
  /** ≤ 0; null where the engine has none. */
  readonly meanLogProb: number | null;
  readonly links: readonly SentenceLink[];
  readonly actor: string;
  /** Label of the whole job's undo step. */
  readonly label: Words;
  /** Set for a further text of the same job: the revision that it stands beside, as another draft made from the same text. */
  readonly beside?: Revision;
}

/** What a file of others says of stretches of a video. */
export interface ImportedCaptions {
  readonly videoId: VideoId;
  /** `[startFrame, endFrame)`, in order. */
  readonly captions: readonly { readonly startFrame: number; readonly endFrame: number; readonly text: string }[];
  readonly source: ImportSource;
  readonly actor: string;
}

export type TextsService = ReturnType<typeof createTextsService>;

/** Texts as chains of revisions, exactly one of each text current. Nothing is overwritten but words still being typed, by whoever had them in sight. */
export function createTextsService({ project, history, clock }: TextsParts) {
  // Not the revision's stamp: that is by the wall clock, and on one that was set back a finished version would look like one being typed.
  const begunMs = new Map<RevisionId, number>();

  function isBeingTyped(id: RevisionId): boolean {
    const sinceMs = begunMs.get(id);
    return sinceMs !== undefined && clock.monotonicMs() - sinceMs < TYPING_MS;
  }

  /** Words go into the revision that is there only when its words were seen: another window of the same person may have stored some that are nowhere else. */
  function isTypingOn(current: Revision | null, seen: SeenText | undefined, actor: string): current is Revision {
    if (current === null || seen === undefined || !isAsSeen(current, seen)) return false;
    return current.origin === 'human' && current.actor === actor && current.status === 'draft' && isBeingTyped(current.id);
  }

  function noteBeginning(id: RevisionId): void {
    for (const other of begunMs.keys()) if (!isBeingTyped(other)) begunMs.delete(other);
    begunMs.set(id, clock.monotonicMs());
  }

  function newRevision(key: TextKey, rest: Omit<Revision, 'id' | 'createdAtMs' | keyof TextKey>): Revision {
    return {
      id: RevisionId.parse(crypto.randomUUID()),
      videoId: key.videoId,
      shotId: key.shotId,
      kind: key.kind,
      ...rest,
      createdAtMs: clock.nowMs(),
    };
  }

  function edit({ seen, ...key }: TextKey & { readonly seen?: SeenText | undefined }, text: string, actor: string): Revision {
    const { db: readable } = project.session();
    checkKey(readable, key);
    const current = repository.currentRevision(readable, key);
    if (current !== null && current.text === text) return current;
    if (seen !== undefined) refuseIfMovedOn(current, seen, actor);
    const isTyping = isTypingOn(current, seen, actor);
    const id = isTyping ? current.id : RevisionId.parse(crypto.randomUUID());
    const step: HistoryStep = { actor, label: editLabel(key), videoId: key.videoId, group: { key: `edit:${id}`, joins: 'if-newest' } };
    const edited = history.record(step, (db) => {
      if (isTyping) repository.updateRevision(db, id, { text, staleReason: null, links: [] });
      else replaceCurrent(db, { ...newRevision(key, humanWords(text, actor, current)), id });
      if (hasGrown(current?.text ?? '', text)) requireRoomForTexts(db, key.videoId);
      return repository.getRevision(db, id);
    });
    if (!isTyping) noteBeginning(id);
    return edited;
  }

  /** Keeps a person's words as a revision beside the current one, from which they were made. */
  function addBeside(key: TextKey, text: string, actor: string): Revision {
    const { db: readable } = project.session();
    checkKey(readable, key);
    const current = repository.currentRevision(readable, key);
    const written = humanWords(text, actor, current);
    return history.record({ actor, label: editLabel(key), videoId: key.videoId }, (db) => {
      // The words that they were kept beside may have been taken back meanwhile, and a text has one current revision.
      const revision = newRevision(key, { ...written, isCurrent: current === null });
      repository.insertRevision(db, revision);
      requireRoomForVersions(db, key);
      return revision;
    });
  }

  /** Every function that changes revisions in bulk is one undo step and answers with their new state. */
  function changeAll(
    ids: readonly RevisionId[],
    actor: string,
    label: Words,
    change: (db: WritableDb, revisions: readonly Revision[]) => void,
  ): Revision[] {
    const revisions = repository.getRevisions(project.session().db, ids);
    const videoIds = new Set(revisions.map(({ videoId }) => videoId));
    const [videoId = null] = videoIds.size === 1 ? videoIds : [];
    return history.record({ actor, label, videoId }, (db) => {
      change(db, revisions);
      return repository.getRevisions(db, ids);
    });
  }

  return {
    plain: (videoIds: readonly VideoId[]): ReadonlyMap<string, repository.PlainText[]> =>
      repository.plainTextsByVideo(project.session().db, videoIds),
    current: (videoId: VideoId): Revision[] => repository.currentTexts(project.session().db, videoId),
    revisions: (key: TextKey, before?: RevisionId): RevisionPage => repository.revisionsOf(project.session().db, key, before),
    byJob: (key: TextKey, jobId: JobId): Revision | null => repository.revisionByJob(project.session().db, key, jobId),
    currentOf: (key: TextKey): Revision | null => repository.currentRevision(project.session().db, key),
    edit,
    addBeside,

    /**
     * For whatever is decided about texts without writing them.
     * @throws AppError `conflict` when somebody else wrote on since the person saw them
     */
    requireAsSeen(seen: readonly SeenText[], actor: string): void {
      const asked = seen.flatMap(({ revisionId, ...each }) => (revisionId === null ? [] : [{ ...each, revisionId }]));
      const current = repository.currentInPlaceOf(
        project.session().db,
        asked.map(({ revisionId }) => revisionId),
      );
      for (const [index, each] of asked.entries()) refuseIfMovedOn(current[index] ?? null, each, actor);
    },

    /** Accepting a text also says that it fits what it describes now. */
    setStatus: (ids: readonly RevisionId[], status: RevisionStatus, actor: string): Revision[] =>
      changeAll(ids, actor, statusLabel(status, ids.length), (db) =>
        repository.updateRevisions(db, ids, status === 'accepted' ? { status, staleReason: null } : { status }),
      ),

    /** Makes a candidate current; the one before stays among the candidates. */
    choose(id: RevisionId, actor: string): Revision {
      const [chosen] = changeAll([id], actor, words('edits.chooseText'), (db, revisions) => {
        for (const revision of revisions) unsetCurrent(db, revision);
        repository.updateRevision(db, id, { isCurrent: true });
        for (const { videoId } of revisions) requireRoomForTexts(db, videoId);
      });
      if (chosen === undefined) throw new AppError('not-found', words('project.textGone'));
      return chosen;
    },

    confirmFresh: (ids: readonly RevisionId[], actor: string): Revision[] =>
      changeAll(ids, actor, words('edits.confirmTexts'), (db) => repository.updateRevisions(db, ids, { staleReason: null })),

    /**
     * Gives captions of a file to the shots that hold most of their frames, as part of the step that cut the video. Each becomes the current one
     * where there is none yet, or a draft that nobody has judged; else it is a candidate beside it. Returns how many were added.
     */
    addImported(db: WritableDb, { videoId, captions, source, actor }: ImportedCaptions): number {
      const texts = repository.currentTexts(db, videoId).filter(({ kind }) => kind === 'visual');
      const currentOf = new Map(texts.map((revision) => [revision.shotId, revision]));
      const added: Revision[] = [];
      const replaced: RevisionId[] = [];
      const ofShots = Map.groupBy(heirsOf(captions, listShots(db, videoId)), ([, shot]) => shot.id);
      for (const [shotId, ofShot] of ofShots) {
        const current = currentOf.get(shotId) ?? null;
        const text = ofShot.map(([caption]) => caption.text).join('\n');
        if (current?.text === text) continue;
        const isCurrent = current === null || current.text === '' || isUnjudgedDraft(current) || isImportedDraft(current);
        const parentId = current?.id ?? null;
        added.push(newRevision({ videoId, shotId, kind: 'visual' }, importedWords({ text, source, actor, parentId }, isCurrent)));
        if (isCurrent && current !== null) replaced.push(current.id);
      }
      // There may be tens of thousands: few statements write them.
      if (replaced.length > 0) repository.updateRevisions(db, replaced, { isCurrent: false });
      repository.insertRevisions(db, added);
      for (const revision of added) if (!revision.isCurrent) requireRoomForVersions(db, revision);
      if (added.length > 0) requireRoomForTexts(db, videoId);
      return added.length;
    },

    /**
     * Stores what a model wrote. It becomes current only where there is no text yet, or one that a model wrote and nobody has
     * reviewed; beside anything that a person wrote or judged it is a candidate. All texts of one job are one undo step.
     */
    addModelRevision(model: ModelText): Revision {
      checkKey(project.session().db, model);
      const step: HistoryStep = {
        actor: model.actor,
        label: model.label,
        videoId: model.videoId,
        group: { key: `job:${model.jobId}`, joins: 'always' },
        isBackground: true,
      };
      return history.record(step, (db) => {
        const current = repository.currentRevision(db, model);
        const isCurrent = current === null || (model.beside === undefined && isUnjudgedDraft(current));
        const parentId = model.beside === undefined ? (current?.id ?? null) : model.beside.parentId;
        const revision = newRevision(model, modelWords(model, isCurrent, parentId));
        if (isCurrent) replaceCurrent(db, revision);
        else {
          repository.insertRevision(db, revision);
          requireRoomForVersions(db, model);
        }
        requireRoomForTexts(db, model.videoId);
        return revision;
      });
    },
  };
}

function isAsSeen(current: Revision | null, seen: SeenText): boolean {
  return seen.revisionId === (current?.id ?? null) && seen.digest === textDigest(current?.text ?? '');
}

/**
 * Somebody else wrote on since the person looked. What a model or the person themselves (in another window) wrote meanwhile is no reason
 * to ask: a person's words win over a draft, and each version stays a revision.
 */
function refuseIfMovedOn(current: Revision | null, seen: SeenText, actor: string): void {
  if (isAsSeen(current, seen) || current === null || current.origin === 'model' || current.actor === actor) return;
  throw new AppError('conflict', words('project.textChanged', { actor: current.actor }));
}

function unsetCurrent(db: WritableDb, key: TextKey): void {
  const current = repository.currentRevision(db, key);
  if (current !== null) repository.updateRevision(db, current.id, { isCurrent: false });
}

function replaceCurrent(db: WritableDb, revision: Revision): void {
  unsetCurrent(db, revision);
  repository.insertRevision(db, revision);
}

type Written = Omit<Revision, 'id' | 'createdAtMs' | keyof TextKey>;

function humanWords(text: string, actor: string, parent: Revision | null): Written {
  return {
    text,
    origin: 'human',
    actor,
    provenance: null,
    jobId: null,
    parentId: parent?.id ?? null,
    status: 'draft',
    isCurrent: true,
    staleReason: null,
    meanLogProb: null,
    links: [],
  };
}

type ImportedWords = Pick<Written, 'text' | 'actor' | 'parentId'> & { readonly source: ImportSource };

function importedWords({ text, source, actor, parentId }: ImportedWords, isCurrent: boolean): Written {
  return { ...humanWords(text, actor, null), origin: 'import', importedFrom: source, parentId, isCurrent };
}

function modelWords(model: ModelText, isCurrent: boolean, parentId: RevisionId | null): Written {
  return {
    text: model.text,
    origin: 'model',
    actor: model.actor,
    provenance: model.provenance,
    jobId: model.jobId,
    parentId,
    status: 'draft',
    isCurrent,
    staleReason: null,
    meanLogProb: keptLogProb(model.meanLogProb),
    links: [...model.links],
  };
}

/** @throws AppError `invalid-input` for a summary of a shot or a caption of none, `not-found` for a place that is gone. */
function checkKey(db: ReadableDb, key: TextKey): void {
  if ((key.kind === 'summary') !== (key.shotId === null)) throw new AppError('invalid-input', words('project.textKind'));
  repository.requirePlace(db, key);
}

function editLabel({ kind }: TextKey): Words {
  return words(kind === 'summary' ? 'edits.editSummary' : 'edits.editCaption');
}

const VERDICTS = {
  accepted: 'edits.accept',
  rejected: 'edits.reject',
  'needs-work': 'edits.needsWork',
  draft: 'edits.backToDraft',
} as const;

function statusLabel(status: RevisionStatus, count: number): Words {
  return words(VERDICTS[status], { count });
}
