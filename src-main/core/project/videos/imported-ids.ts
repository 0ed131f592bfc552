import { newShortId, numberedId } from '#core/base/short-id.ts';
import { type RevisionId, type SegmentId, type ShotId, VideoId } from '#shared/domain/ids.ts';

/** Ids of what is imported by the ten thousand. Of the parts of a video by their number, so that its record tells which shot was which. */
export function newImportedVideoId(nowMs: number): VideoId {
  return VideoId.parse(newShortId(nowMs));
}

/** @param entry the place of the shot in its record */
export function importedShotId(videoId: VideoId, entry: number): ShotId {
  return numberedId(videoId, entry) as ShotId;
}

/** Of what lies behind the shots of a record. No record has so many shots. */
export const TAIL = 262_143;

/** The shot that holds the end of a file of which its record says nothing. */
export function importedTailId(videoId: VideoId): ShotId {
  return importedShotId(videoId, TAIL);
}

export function importedRevisionId(videoId: VideoId, number: number): RevisionId {
  return numberedId(videoId, number) as RevisionId;
}

export function importedSegmentId(videoId: VideoId, number: number): SegmentId {
  return numberedId(videoId, number) as SegmentId;
}
