import type { WritableDb } from '#core/base/db/database.ts';
import type { ImportedShot, ImportedVideo } from '../formats/format.ts';
import { saveShots } from '#core/project/shots/shot-repository.ts';
import { insertRevisions } from '#core/project/texts/revision-repository.ts';
import { replaceSegments } from '#core/project/transcripts/transcripts-service.ts';
import { importedRevisionId, importedSegmentId, importedShotId } from '#core/project/videos/imported-ids.ts';
import { keepSourceRecord } from '#core/project/videos/source-records.ts';
import { insertVideo } from '#core/project/videos/video-repository.ts';
import type { JobId, ShotId, VideoId } from '#shared/domain/ids.ts';
import type { Shot } from '#shared/domain/shot.ts';
import type { ImportSource, Revision, TextKind } from '#shared/domain/text.ts';
import { type FrameClock, frameToUs, nominalClock } from '#shared/domain/time.ts';
import type { VideoProbe } from '#shared/domain/video.ts';

export interface MeasuredFile {
  readonly path: string;
  readonly fingerprint: string | null;
  readonly probe: VideoProbe;
  readonly ptsUs: Float64Array | null;
}

export interface ImportedVideoInput {
  readonly videoId: VideoId;
  readonly video: ImportedVideo;
  /** Null: the file was not found, or not used. */
  readonly measured: MeasuredFile | null;
  /** Why there is none, where it was found. */
  readonly missingReason: string | undefined;
  readonly actor: string;
  readonly jobId: JobId;
  readonly nowMs: number;
  readonly source: ImportSource;
  /** People have reviewed this data set already: its texts count as accepted, its cuts as confirmed. */
  readonly isReviewed: boolean;
  onNote(reason: string): void;
}

const NOT_FOUND = 'The data set names this file, but it was not found. Relink the video to its file.';

/** Writes one imported video with its shots, texts and speech. Texts are drafts of their source and cuts wait for a look, unless people have reviewed them. */
export function addImportedVideo(db: WritableDb, input: ImportedVideoInput): void {
  const { video, videoId, measured } = input;
  insertVideo(
    db,
    {
      id: videoId,
      name: video.name,
      split: video.split,
      shot2story: null,
      path: measured?.path ?? null,
      fingerprint: measured?.fingerprint ?? null,
      state: measured === null ? 'missing' : 'ok',
      stateReason: measured === null ? (input.missingReason ?? NOT_FOUND) : null,
    },
    input.nowMs,
  );
  keepSourceRecord(db, videoId, video.source);
  const imported = fitTo(video.shots, measured?.probe.frameCount ?? null, input.onNote);
  const shots = imported.map((shot, index) => toShot(shot, { index, videoId, isReviewed: input.isReviewed }));
  saveShots(db, [], shots);
  const clock = clockOf(measured, shots);
  replaceSegments(
    db,
    videoId,
    imported
      .filter(({ speech }) => speech !== '')
      .map((shot, number) => ({
        id: importedSegmentId(videoId, number),
        startUs: frameToUs(clock, shot.startFrame),
        endUs: frameToUs(clock, shot.endFrame),
        text: shot.speech,
        origin: 'import',
      })),
  );
  const texts = imported.flatMap((shot, index) => {
    const shotId = shots[index]?.id ?? null;
    return [{ shotId, kind: 'visual', text: shot.visual } as const, { shotId, kind: 'narration', text: shot.narration } as const];
  });
  const written = [...texts, { shotId: null, kind: 'summary', text: video.summary } as const].filter(({ text }) => text !== '');
  insertRevisions(
    db,
    written.map((text, number) => revisionOf(input, text, number)),
  );
}

function clockOf(measured: MeasuredFile | null, shots: readonly Shot[]): FrameClock {
  if (measured === null) return nominalClock(shots);
  const { rate, frameCount } = measured.probe;
  return measured.ptsUs === null ? { rate, frameCount } : { rate, frameCount, ptsUs: measured.ptsUs };
}

/** Makes the last shot end where the video ends; none lies wholly behind that (see `describeMisfit`). */
function fitTo(shots: readonly ImportedShot[], frameCount: number | null, onNote: (reason: string) => void): ImportedShot[] {
  const last = shots.at(-1);
  if (frameCount === null || last === undefined || last.endFrame === frameCount) return [...shots];
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
export function describeMisfit(shots: readonly ImportedShot[], frameCount: number): { note: string; reason: string } | null {
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
    reason: `The file of this name was not used: it has ${frameCount} frames, and shots of the data set begin after them. Relink the video to the right file.`,
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
}

function revisionOf(input: ImportedVideoInput, given: WrittenText, number: number): Revision {
  return {
    id: importedRevisionId(input.videoId, number),
    videoId: input.videoId,
    ...given,
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
    createdAtMs: input.nowMs,
  };
}
