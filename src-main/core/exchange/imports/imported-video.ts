import type { WritableDb } from '#core/base/db/database.ts';
import type { ImportedShot, ImportedVideo } from '../formats/format.ts';
import { saveShots } from '#core/project/shots/shot-repository.ts';
import { insertRevisions } from '#core/project/texts/revision-repository.ts';
import { insertSegments } from '#core/project/transcripts/transcripts-service.ts';
import { importedRevisionId, importedSegmentId, importedShotId, TAIL } from '#core/project/videos/imported-ids.ts';
import { keepSourceRecord } from '#core/project/videos/source-records.ts';
import { insertVideos, type NewVideo } from '#core/project/videos/video-repository.ts';
import { clockOfFile, type MeasuredFile } from './measure-file.ts';
import type { JobId, ShotId, VideoId } from '#shared/domain/ids.ts';
import { MAX_TAIL_FRAMES, type Shot } from '#shared/domain/shot.ts';
import type { ImportSource, Revision, TextKind } from '#shared/domain/text.ts';
import { type FrameClock, frameToUs, nominalClock } from '#shared/domain/time.ts';
import { words, type Words } from '#shared/words/words.ts';

export interface ImportedVideoInput {
  readonly videoId: VideoId;
  readonly video: ImportedVideo;
  /** Null: the file was not found, or not used. */
  readonly measured: MeasuredFile | null;
  /** Why there is none, where it was found. */
  readonly missingReason: Words | undefined;
  readonly actor: string;
  readonly jobId: JobId;
  readonly source: ImportSource;
  /** People have reviewed this data set already: its texts count as accepted, its cuts as confirmed. */
  readonly isReviewed: boolean;
  onNote(reason: string): void;
}

/**
 * Writes imported videos with their shots, texts and speech, by few statements however many there are. Texts are drafts of their source and cuts wait for a look, unless
 * people have reviewed them.
 */
export function addImportedVideos(db: WritableDb, inputs: readonly ImportedVideoInput[], nowMs: number): void {
  const parts = inputs.map((input) => partsOf(input, nowMs));
  insertVideos(db, inputs.map(newVideo), nowMs);
  for (const { videoId, video } of inputs) keepSourceRecord(db, videoId, video.source);
  saveShots(
    db,
    [],
    parts.flatMap(({ shots }) => shots),
  );
  insertSegments(
    db,
    parts.flatMap(({ segments }) => segments),
  );
  insertRevisions(
    db,
    parts.flatMap(({ texts }) => texts),
  );
}

function newVideo({ videoId, video, measured, missingReason }: ImportedVideoInput): NewVideo {
  return {
    id: videoId,
    name: video.name,
    split: video.split,
    shot2story: null,
    path: measured?.path ?? null,
    fingerprint: measured?.fingerprint ?? null,
    state: measured === null ? 'missing' : 'ok',
    stateReason: measured === null ? (missingReason ?? words('exchange.mediaNotFound')) : null,
  };
}

function partsOf(input: ImportedVideoInput, nowMs: number) {
  const { video, videoId, measured, isReviewed } = input;
  const imported = fitTo(video.shots, measured?.probe.frameCount ?? null, input.onNote);
  const shots = imported.map((shot, index) => toShot(shot, { index, videoId, isReviewed }));
  const clock = clockOf(measured, shots);
  const segments = imported
    .filter(({ speech }) => speech !== '')
    .map((shot, number) => ({
      id: importedSegmentId(videoId, number),
      videoId,
      startUs: frameToUs(clock, shot.startFrame),
      endUs: frameToUs(clock, shot.endFrame),
      text: shot.speech,
      origin: 'import' as const,
    }));
  const ofShots = imported.flatMap((shot, index) => {
    const shotId = shots[index]?.id ?? null;
    return [{ shotId, kind: 'visual', text: shot.visual } as const, { shotId, kind: 'narration', text: shot.narration } as const];
  });
  const written = [...ofShots, { shotId: null, kind: 'summary', text: video.summary } as const].filter(({ text }) => text !== '');
  return { shots, segments, texts: written.map((text, number) => revisionOf(input, { ...text, number, nowMs })) };
}

function clockOf(measured: MeasuredFile | null, shots: readonly Shot[]): FrameClock {
  return measured === null ? nominalClock(shots) : clockOfFile(measured);
}

/** Makes the shots end where the video ends; none lies wholly behind that (see `describeMisfit`). */
function fitTo(shots: readonly ImportedShot[], frameCount: number | null, onNote: (reason: string) => void): ImportedShot[] {
  const last = shots.at(-1);
  if (frameCount === null || last === undefined || last.endFrame === frameCount) return [...shots];
  if (frameCount - last.endFrame > MAX_TAIL_FRAMES) {
    onNote(
      `nothing is said of frames ${last.endFrame}–${frameCount - 1}, behind its last shot: they are a shot without texts, and go into no data set`,
    );
    return [...shots, { startFrame: last.endFrame, endFrame: frameCount, visual: '', narration: '', speech: '', entry: TAIL }];
  }
  const isCut = frameCount < last.endFrame;
  onNote(
    `its shots end at frame ${last.endFrame - 1}, the file at frame ${frameCount - 1}; the last shot now ${isCut ? 'ends' : 'goes on to'} there, and keeps its texts`,
  );
  return [...shots.slice(0, -1), { ...last, endFrame: frameCount }];
}

/** As many shots are named one by one. */
const MAX_NAMED = 10;
const MAX_QUOTED_LENGTH = 60;

/**
 * Reports shots that lie wholly behind the end of a file: it is shorter than the one that people described, or another. To fit the shots to it would
 * throw away what was written about them.
 * @returns null where all begin inside the file; else a note on the import, and the reason why the video has no file
 */
export function describeMisfit(shots: readonly ImportedShot[], frameCount: number): { note: string; reason: Words } | null {
  const behind = shots.flatMap((shot, index) => (shot.startFrame < frameCount ? [] : [{ shot, number: index + 1 }]));
  if (behind.length === 0) return null;
  const named = behind.slice(0, MAX_NAMED).map(({ shot, number }) => {
    const texts = [shot.visual, shot.narration, shot.speech].filter((text) => text !== '').map(quote);
    return `shot ${number} (frames ${shot.startFrame}–${shot.endFrame - 1}${texts.length === 0 ? ', no texts' : `, ${texts.join(', ')}`})`;
  });
  const more = behind.length > MAX_NAMED ? [`${behind.length - MAX_NAMED} more`] : [];
  const begin = behind.length === 1 ? 'begins' : 'begin';
  return {
    note: `the file of this name has only ${frameCount} frames, and ${[...named, ...more].join(', ')} ${begin} after them. The record was imported with all its shots and texts, and without this file: relink the video to the right one`,
    reason: words('exchange.mediaMisfit', { frames: frameCount }),
  };
}

function quote(text: string): string {
  return `“${text.length > MAX_QUOTED_LENGTH ? `${text.slice(0, MAX_QUOTED_LENGTH - 1)}…` : text}”`;
}

interface ShotPlace {
  readonly index: number;
  readonly videoId: VideoId;
  readonly isReviewed: boolean;
}

function toShot({ startFrame, endFrame, entry }: ImportedShot, { index, videoId, isReviewed }: ShotPlace): Shot {
  return {
    id: importedShotId(videoId, entry),
    videoId,
    startFrame,
    endFrame,
    transition: { kind: index === 0 ? 'cut' : 'unknown', startFrame, endFrame: startFrame },
    origin: index === 0 ? 'start' : 'import',
    confidence: null,
    locked: isReviewed && index > 0,
  };
}

interface WrittenText {
  readonly shotId: ShotId | null;
  readonly kind: TextKind;
  readonly text: string;
  /** Among the texts of the video. */
  readonly number: number;
  readonly nowMs: number;
}

function revisionOf(input: ImportedVideoInput, { shotId, kind, text, number, nowMs }: WrittenText): Revision {
  return {
    id: importedRevisionId(input.videoId, number),
    videoId: input.videoId,
    shotId,
    kind,
    text,
    origin: 'import',
    actor: input.actor,
    provenance: null,
    importedFrom: input.source,
    jobId: input.jobId,
    parentId: null,
    status: input.isReviewed ? 'accepted' : 'draft',
    isCurrent: true,
    staleReason: null,
    meanLogProb: null,
    links: [],
    createdAtMs: nowMs,
  };
}
