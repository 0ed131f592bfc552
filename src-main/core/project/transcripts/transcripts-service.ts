import type { ReadableDb, WritableDb } from '#core/base/db/database.ts';
import { parseStoredJson } from '#core/base/db/stored-json.ts';
import { insertRows, OF_THESE_VIDEOS, rowsByVideo } from '#core/base/db/many-rows.ts';
import type { HistoryService, HistoryStep } from '../history/history-service.ts';
import { editsSince } from '../history/later-edits.ts';
import { hasGrown, requireRoomForSpeech } from '../room.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import { AppError } from '#shared/contract/errors.ts';
import { SegmentId, type VideoId } from '#shared/domain/ids.ts';
import { textDigest } from '#shared/domain/text.ts';
import type { SpokenWord, TranscriptSegment } from '#shared/domain/transcript.ts';
import { words } from '#shared/words/words.ts';
import { createStretches } from './stretches.ts';

/** Only recognised speech knows its words and its language. */
export type NewSegment = Omit<TranscriptSegment, 'id' | 'videoId' | 'words' | 'language'> &
  Partial<Pick<TranscriptSegment, 'id' | 'words' | 'language'>>;

export type TranscriptsService = ReturnType<typeof createTranscriptsService>;

type Step = Pick<HistoryStep, 'actor' | 'label' | 'group' | 'isBackground'>;

/** Timed speech of a video. */
export function createTranscriptsService(project: ProjectAccess, history: HistoryService) {
  return {
    get: (videoId: VideoId): TranscriptSegment[] => listSegments(project.session().db, videoId),
    ofMany: (videoIds: readonly VideoId[]): ReadonlyMap<string, TranscriptSegment[]> => segmentsByVideo(project.session().db, videoIds),

    /** Puts `segments` in the place of the video's whole transcript. */
    replace(videoId: VideoId, segments: readonly NewSegment[], step: Step): void {
      history.record({ ...step, videoId }, (db) => {
        replaceSegments(db, videoId, segments);
        requireRoomForSpeech(db, videoId);
      });
    },

    /**
     * Puts what was recognised in `[fromUs, untilUs)` in the place of what was there. Speech that was imported or written by a person stays
     * unless `replaceAll`, and always where that came after the recognition was asked for; nothing is laid over it, nor where a person removed
     * speech since. Returns how many segments were added.
     */
    putRecognised(videoId: VideoId, recognised: RecognisedSpeech, step: Step): number {
      return history.record({ ...step, videoId }, (db) => {
        const { fromUs, untilUs, replaceAll, askedAfter } = recognised;
        const later = laterWords(db, videoId, askedAfter);
        const isReplaced = ({ id, origin }: TranscriptSegment): boolean =>
          origin === 'speech-recognition' || (replaceAll && !later.written.has(id));
        const there = listSegments(db, videoId).filter((segment) => segment.endUs > fromUs && segment.startUs < untilUs);
        for (const segment of there) if (isReplaced(segment) && segment.startUs >= fromUs) removeSegment(db, segment.id);
        const kept = [...there.filter((segment) => !isReplaced(segment)), ...later.removed];
        const isTaken = createStretches(kept);
        const added = recognised.segments.filter((segment) => !isTaken(segment));
        insertSegments(
          db,
          added.map((segment) => ({ ...segment, videoId })),
        );
        requireRoomForSpeech(db, videoId);
        return added.length;
      });
    },

    /** How many segments people wrote or imported since `askedAfter` (`RecognisedSpeech`), and are still there. */
    writtenSince(videoId: VideoId, askedAfter: number | null): number {
      const { db } = project.session();
      const { written } = laterWords(db, videoId, askedAfter);
      return written.size === 0 ? 0 : listSegments(db, videoId).filter(({ id }) => written.has(id)).length;
    },

    /** Says in which language recognised speech is where that was not known yet. */
    nameLanguage(videoId: VideoId, language: string, step: Step): void {
      const update = `UPDATE transcript_segments SET language = ? WHERE video_id = ? AND origin = 'speech-recognition' AND language IS NULL`;
      history.record({ ...step, videoId }, (db) => db.prepare(update).run(language, videoId));
    },

    /** @throws AppError `conflict` when the segment no longer says what the person saw (`seenDigest`), nor what they want it to say. */
    requireAsSeen({ videoId, segmentId, text }: { videoId: VideoId; segmentId: SegmentId; text: string }, seenDigest: string): void {
      const segment = listSegments(project.session().db, videoId).find(({ id }) => id === segmentId);
      if (segment === undefined || textDigest(segment.text) === seenDigest || segment.text === text.trim()) return;
      throw new AppError('conflict', words('project.segmentChanged', { text: segment.text }));
    },

    /**
     * Writes a person's words in the place of a segment's; empty text removes it. Word times go with the words they belonged to. Each time is
     * a step of its own: a segment has no revisions, so only history holds the words that were there.
     */
    edit(videoId: VideoId, segmentId: SegmentId, text: string, actor: string): TranscriptSegment[] {
      const typed = text.trim();
      return history.record(
        {
          actor,
          label: words(typed === '' ? 'edits.removeSpeech' : 'edits.editSpeech'),
          videoId,
        },
        (db) => {
          const segment = listSegments(db, videoId).find(({ id }) => id === segmentId);
          if (segment === undefined) throw new AppError('not-found', words('project.segmentGone'));
          if (typed === '') removeSegment(db, segmentId);
          else if (typed !== segment.text) {
            db.prepare(`UPDATE transcript_segments SET text = ?, origin = 'human', words = '[]' WHERE id = ?`).run(typed, segmentId);
            if (hasGrown(segment.text, typed)) requireRoomForSpeech(db, videoId);
          }
          return listSegments(db, videoId);
        },
      );
    },
  };
}

export interface RecognisedSpeech {
  readonly fromUs: number;
  readonly untilUs: number;
  readonly segments: readonly NewSegment[];
  readonly replaceAll: boolean;
  /** The last step of history when it was asked for (`lastStep`); null: not known. */
  readonly askedAfter: number | null;
}

const REMOVED = 'edits.removeSpeech';
const BY_PEOPLE: ReadonlySet<string> = new Set([
  'edits.editSpeech',
  REMOVED,
  'edits.importFile',
  'edits.addNarration',
  'edits.alignSpeech',
]);

/** What people wrote, imported and removed since then. */
function laterWords(db: ReadableDb, videoId: VideoId, askedAfter: number | null) {
  const edits = askedAfter === null ? [] : editsSince(db, { videoId, table: 'transcript_segments', askedAfter, labels: BY_PEOPLE });
  const written = new Set(edits.flatMap(({ change }) => (change.after === null ? [] : [change.id])));
  const removed = edits.flatMap(({ label, change: { before, after } }) => {
    const [startUs, endUs] = [before?.['start_us'], before?.['end_us']];
    if (label !== REMOVED || after !== null || typeof startUs !== 'number' || typeof endUs !== 'number') return [];
    return [{ startUs, endUs }];
  });
  return { written, removed };
}

interface SegmentRow extends Omit<TranscriptSegment, 'words'> {
  readonly words: string;
}

const SEGMENT_COLUMNS = 'id, video_id AS videoId, start_us AS startUs, end_us AS endUs, text, origin, words, language';

function segmentOf(row: SegmentRow): TranscriptSegment {
  return { ...row, words: parseStoredJson(row.words) as SpokenWord[] };
}

export function listSegments(db: ReadableDb, videoId: VideoId): TranscriptSegment[] {
  return db
    .prepare<[string], SegmentRow>(`SELECT ${SEGMENT_COLUMNS} FROM transcript_segments WHERE video_id = ? ORDER BY start_us, end_us`)
    .all(videoId)
    .map(segmentOf);
}

/** As `listSegments`, of many videos at once. */
export function segmentsByVideo(db: ReadableDb, videoIds: readonly VideoId[]): ReadonlyMap<string, TranscriptSegment[]> {
  const rows = rowsByVideo<SegmentRow>(
    db,
    `SELECT ${SEGMENT_COLUMNS} FROM transcript_segments WHERE ${OF_THESE_VIDEOS} ORDER BY start_us, end_us`,
    videoIds,
  );
  return new Map([...rows].map(([videoId, ofVideo]) => [videoId, ofVideo.map(segmentOf)]));
}

function replaceSegments(db: WritableDb, videoId: VideoId, segments: readonly NewSegment[]): void {
  db.prepare('DELETE FROM transcript_segments WHERE video_id = ?').run(videoId);
  insertSegments(
    db,
    segments.map((segment) => ({ ...segment, videoId })),
  );
}

/** Of any videos, beside what they have. Part of a step of history. */
export function insertSegments(db: WritableDb, segments: readonly (NewSegment & { readonly videoId: VideoId })[]): void {
  const rows = segments.map(
    ({ id = SegmentId.parse(crypto.randomUUID()), videoId, startUs, endUs, text, origin, words = [], language = null }) => {
      return [id, videoId, startUs, endUs, text, origin, JSON.stringify(words), language];
    },
  );
  insertRows(db, 'transcript_segments', ['id', 'video_id', 'start_us', 'end_us', 'text', 'origin', 'words', 'language'], rows);
}

function removeSegment(db: WritableDb, segmentId: SegmentId): void {
  db.prepare('DELETE FROM transcript_segments WHERE id = ?').run(segmentId);
}
