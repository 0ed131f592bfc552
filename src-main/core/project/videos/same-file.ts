import { hasTable, type ReadableDb } from '#core/base/db/database.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { readStoredWords } from '#shared/words/words.ts';
import { stepThatAdded } from '../history/change-repository.ts';
import { weightOf } from './removal-parts.ts';

/** A video of the project whose file is the one that is asked for. */
export interface SameFile {
  readonly videoId: VideoId;
  readonly name: string;
  /**
   * `untouched`: nobody has worked on it, and all that is known of it was measured or drafted by models. `worked-on`: somebody has written, judged, cut, locked or sorted
   * something. `annotated`: it came with a data set.
   */
  readonly standing: 'untouched' | 'worked-on' | 'annotated';
  /** Who added it; null where history no longer knows. */
  readonly addedBy: string | null;
  /** How much is in it, as `removalParts` counts. */
  readonly weight: number;
}

const OF_FILE = `SELECT videos.id AS videoId, name FROM video_files JOIN videos ON videos.id = video_files.video_id
  WHERE path = $path OR fingerprint = $fingerprint`;
const WORKED_ON = `SELECT EXISTS (SELECT 1 FROM videos WHERE id = $id AND split IS NOT NULL)
  OR EXISTS (SELECT 1 FROM shots WHERE video_id = $id AND (locked = 1 OR origin IN ('human', 'import')))
  OR EXISTS (SELECT 1 FROM revisions WHERE video_id = $id AND (origin != 'model' OR status != 'draft'))
  OR EXISTS (SELECT 1 FROM transcript_segments WHERE video_id = $id AND origin != 'speech-recognition')
  OR EXISTS (SELECT 1 FROM run_thresholds JOIN detection_runs USING (id) WHERE run_thresholds.video_id = $id AND run_thresholds.threshold != detection_runs.threshold)`;
/** What people do that leaves no trace in the rows: two shots that were merged look as if they had never been two. */
const LABELS: ReadonlySet<string> = new Set(
  [
    'splitShot',
    'mergeShots',
    'moveCut',
    'lockCuts',
    'unlockCuts',
    'changeTransition',
    'editSpeech',
    'removeSpeech',
    'confirmTexts',
    'chooseText',
  ].map((key) => `edits.${key}`),
);

/** The videos of the project that have this path or this content. */
export function videosOfFile(db: ReadableDb, path: string, fingerprint: string | null): SameFile[] {
  const found = db
    .prepare<[{ path: string; fingerprint: string | null }], Pick<SameFile, 'videoId' | 'name'>>(OF_FILE)
    .all({ path, fingerprint });
  return found.map((video) => ({
    ...video,
    standing: standingOf(db, video.videoId),
    addedBy: stepThatAdded(db, video.videoId)?.entry.actor ?? null,
    weight: weightOf(db, video.videoId),
  }));
}

function standingOf(db: ReadableDb, id: VideoId): SameFile['standing'] {
  const isThere = (sql: string): boolean => db.prepare<[{ id: string }], number>(sql).pluck().get({ id }) === 1;
  if (isThere('SELECT 1 FROM videos WHERE id = $id AND shot2story IS NOT NULL')) return 'annotated';
  if (hasTable(db, 'source_records') && isThere('SELECT 1 FROM source_records WHERE video_id = $id')) return 'annotated';
  return isThere(WORKED_ON) || wasEdited(db, id) ? 'worked-on' : 'untouched';
}

function wasEdited(db: ReadableDb, id: VideoId): boolean {
  const labels = db.prepare<[string], string>('SELECT label FROM history WHERE video_id = ? AND undone_order IS NULL').pluck().all(id);
  return labels.some((label) => LABELS.has(readStoredWords(label).key));
}
