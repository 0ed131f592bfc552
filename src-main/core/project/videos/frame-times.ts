import { LRUCache } from 'lru-cache';
import { unpackFloat64, unpackFloat64Aside } from '#core/base/db/packed-numbers.ts';
import type { ProjectAccess, ProjectSession } from '#core/base/project-session.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import { packedFrameTimes } from './video-repository.ts';

/** Four of the longest videos that there may be, and thousands of usual ones. */
const MAX_BYTES = 128 * 1024 * 1024;

/**
 * When the frames of a video begin, for videos whose rate varies; null for all others. Unpacking millions of them takes a tenth of a second
 * in which nobody else is answered: those of the last few videos are kept, and whoever can wait has them unpacked aside, once for all who
 * ask meanwhile. What is given out is shared, and not written to.
 */
export function createFrameTimes(project: ProjectAccess) {
  const kept = new LRUCache<VideoId, Float64Array>({ maxSize: MAX_BYTES, sizeCalculation: (times) => Math.max(1, times.byteLength) });
  const unpacking = new Map<VideoId, Promise<Float64Array>>();
  let of: ProjectSession | null = null;
  /** Those of several videos come one after the other: more would only hold more of them in memory. */
  let last: Promise<unknown> = Promise.resolve();

  /** What was kept of a project before means nothing in this one. */
  function session(): ProjectSession {
    const now = project.session();
    if (now === of) return now;
    kept.clear();
    unpacking.clear();
    of = now;
    return now;
  }

  function unpackAside(videoId: VideoId, packed: Buffer): Promise<Float64Array> {
    const made = last.then(() => unpackFloat64Aside(packed)).then(requireTimes);
    last = made.catch(() => undefined);
    unpacking.set(videoId, made);
    // What was measured anew meanwhile, or belongs to a project that has closed, is given to those who asked and not kept.
    const isCurrent = (): boolean => unpacking.get(videoId) === made;
    made.then(
      (times) => isCurrent() && unpacking.delete(videoId) && kept.set(videoId, times),
      () => isCurrent() && unpacking.delete(videoId),
    );
    return made;
  }

  return {
    /** @throws AppError `media-corrupt` */
    get(videoId: VideoId): Float64Array | null {
      const { db } = session();
      const known = kept.get(videoId);
      if (known !== undefined) return known;
      const packed = packedFrameTimes(db, videoId);
      if (packed === null) return null;
      const times = requireTimes(unpackFloat64(packed));
      kept.set(videoId, times);
      return times;
    },

    /** @throws AppError `media-corrupt` */
    async getAside(videoId: VideoId): Promise<Float64Array | null> {
      const { db } = session();
      const known = kept.get(videoId) ?? unpacking.get(videoId);
      if (known !== undefined) return known;
      const packed = packedFrameTimes(db, videoId);
      return packed === null ? null : unpackAside(videoId, packed);
    },

    /** The video was measured anew. */
    forget(videoId: VideoId): void {
      kept.delete(videoId);
      unpacking.delete(videoId);
    },
  };
}

/**
 * A project from elsewhere may say anything of its videos, and what is no time would be asked of ffmpeg.
 * @throws AppError `media-corrupt`
 */
function requireTimes(times: Float64Array): Float64Array {
  if (times.every((time) => time >= 0 && time <= Number.MAX_SAFE_INTEGER)) return times;
  throw new AppError('media-corrupt', words('base.analysisUnreadable'));
}
