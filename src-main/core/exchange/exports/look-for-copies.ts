import type { Turn } from '#core/base/turns.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { readFramesAt } from '#core/media/frame-reader.ts';
import type { DocumentSource, VideoDocument } from '#core/project/documents/video-document.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { AppError, isCancelled } from '#shared/contract/errors.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { hasNoFile, type VideoSplit } from '#shared/domain/video.ts';
import { words } from '#shared/words/words.ts';
import type { RowCheck } from '../validate/check-rows.ts';
import { nearDuplicate } from '../validate/file-rules.ts';
import { areCopies, differenceHash, HASH_SIZE, type PictureHash } from '../validate/picture-hash.ts';

/** Parts of a video at whose middles pictures are compared. */
const PLACES = 5;
/** Reading takes a second or so for each; of more videos, only these are compared, and the report says so. */
const MAX_VIDEOS = 5000;

export interface CopiesParts {
  readonly videos: Pick<VideosService, 'openSource'>;
  readonly ffmpeg: Ffmpeg;
  readonly documents: DocumentSource;
  /** The videos of the rows, and where they are. */
  readonly splits: ReadonlyMap<VideoId, VideoSplit>;
  readonly signal: AbortSignal;
  readonly turn: Turn;
  /** 0..1. */
  onProgress(fraction: number): void;
}

interface Looked {
  readonly name: string;
  readonly split: VideoSplit;
  readonly hashes: readonly (PictureHash | null)[];
}

/** Finds copies of a video in other splits, by a few pictures of each. One that cannot be read is not compared, and is reported. */
export async function lookForCopies(parts: CopiesParts, check: RowCheck): Promise<void> {
  const { documents, splits, signal, turn, onProgress } = parts;
  // Within one split a copy is no leak.
  if (new Set(splits.values()).size < 2) return;
  const looked: Looked[] = [];
  let done = 0;
  for await (const document of documents()) {
    const split = splits.get(document.video.id);
    if (split === undefined) continue;
    signal.throwIfAborted();
    if (looked.length >= MAX_VIDEOS) {
      check.found(nearDuplicate, '', { severity: 'note', reason: words('exchange.copiesBounded', { limit: MAX_VIDEOS }) });
      break;
    }
    const hashes = await hashesOf(document, parts, check);
    onProgress(++done / splits.size);
    if (hashes === null) continue;
    const { name } = document.video;
    for (const other of looked) {
      await turn();
      if (other.split === split || !areCopies(hashes, other.hashes)) continue;
      check.found(nearDuplicate, name, { reason: words('exchange.looksLike', { split, other: other.name, otherSplit: other.split }) });
    }
    looked.push({ name, split, hashes });
  }
}

/** Null for a video that has no file, which another rule says, or cannot be read. */
async function hashesOf(
  { video, clock }: VideoDocument,
  { videos, ffmpeg, signal }: CopiesParts,
  check: RowCheck,
): Promise<readonly (PictureHash | null)[] | null> {
  const { probe } = video;
  if (probe === null || hasNoFile(video) || clock.frameCount === 0) return null;
  const frames = Array.from({ length: PLACES }, (_, index) => Math.floor(((index + 0.5) * clock.frameCount) / PLACES));
  const hashes: (PictureHash | null)[] = [];
  try {
    const { path } = await videos.openSource(video.id);
    for await (const { data } of readFramesAt({ ffmpeg, path, clock, probe, frames, size: HASH_SIZE, signal }))
      hashes.push(differenceHash(data));
    return hashes.length === PLACES ? hashes : null;
  } catch (error) {
    if (!(error instanceof AppError) || isCancelled(error)) throw error;
    check.found(nearDuplicate, video.name, { severity: 'note', reason: words('exchange.notCompared', { problem: error.words }) });
    return null;
  }
}
