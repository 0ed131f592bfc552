import path from 'node:path';
import { createFreeNames } from '#core/base/files/free-names.ts';
import { safeFileName, safeName } from '#core/base/files/safe-name.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import type { VideoSource } from '#core/project/videos/video-sources.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import type { Words } from '#shared/words/words.ts';

/** The file of a video that goes into a copy of the project. */
export interface MediaFile {
  readonly videoId: VideoId;
  readonly name: string;
  /** In the copy. */
  readonly mediaName: string;
  readonly sizeBytes: number;
}

export interface LeftOut {
  readonly where: string;
  readonly reason: Words;
}

/** Of all videos that have a file, each under a name of its own. */
export function mediaFiles(videos: Pick<VideosService, 'list' | 'paths'>): MediaFile[] {
  const paths = videos.paths();
  const names = createFreeNames();
  return videos.list().flatMap(({ id, name, probe }) => {
    const place = paths.get(id);
    if (place === undefined) return [];
    const mediaName = freeName(safeFileName(path.basename(place), { fallback: 'video' }), names);
    return [{ videoId: id, name, mediaName, sizeBytes: probe?.sizeBytes ?? 0 }];
  });
}

function freeName(wanted: string, names: ReturnType<typeof createFreeNames>): string {
  const { name, ext } = path.parse(wanted);
  return names.takeFree(wanted, (count) => safeName(name, { suffix: `-${count}${ext}` }));
}

/** One video's trouble must not cost the others their files: null for one whose file is not there, which is noted. */
export async function sourceOf(
  videos: Pick<VideosService, 'openSource'>,
  { videoId, name }: MediaFile,
  leftOut: LeftOut[],
): Promise<VideoSource | null> {
  try {
    return await videos.openSource(videoId);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'media-missing') throw error;
    leftOut.push({ where: name, reason: error.words });
    return null;
  }
}
