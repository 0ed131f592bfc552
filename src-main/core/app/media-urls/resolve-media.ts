import { existsSync, lstatSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { DetectionService } from '#core/project/detection/detection-service.ts';
import { hasDatabaseName } from '#core/base/files/project-files.ts';
import { isFileName } from '#core/base/files/safe-name.ts';
import type { ExportedFiles, ExportedSet, FoundSet } from '#core/project/exported/exported-files.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { readStill } from '#core/media/frame-still.ts';
import { spriteSheetPath, waveformPath } from '#core/media/media-cache.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { assertNever } from '#shared/assert.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { JobId, VideoId } from '#shared/domain/ids.ts';
import { type MediaRequest, parseMediaUrl } from './media-request.ts';
import { createStillCache } from './still-cache.ts';

type FrameRequest = Extract<MediaRequest, { kind: 'frame' }>;

interface Served {
  readonly contentType: string;
  /** How long a browser may keep it. */
  readonly cacheSeconds: number;
}

/** Bytes at hand, a file that the host serves with byte ranges, or files that it serves as one ZIP. */
export type MediaAnswer = Served & ({ readonly path: string } | { readonly bytes: Uint8Array } | { readonly archive: readonly string[] });

export interface MediaParts {
  readonly project: ProjectAccess;
  readonly videos: VideosService;
  readonly detection: DetectionService;
  readonly exportedFiles: Pick<ExportedFiles, 'find'>;
  readonly ffmpeg: Ffmpeg;
  readonly parallelStills: number;
}

/** For what never changes under its address. */
const FOR_EVER = 365 * 24 * 3600;
const FOR_AN_HOUR = 3600;
const BYTES = 'application/octet-stream';

/**
 * Turns an address of `shared/contract/media-urls.ts` into what it stands for; null when there is no such thing.
 * Ids lead to paths that the project knows, so no address can name a file of its own; and a video's file is given only while it is the one that
 * was imported.
 */
export function createMediaResolver(parts: MediaParts) {
  const { project, videos, detection, exportedFiles, ffmpeg } = parts;
  const stills = createStillCache({ parallel: parts.parallelStills });

  async function still({ videoId, frame, width }: FrameRequest, signal: AbortSignal | undefined): Promise<MediaAnswer | null> {
    const { probe } = videos.get(videoId);
    if (probe === null || frame >= probe.frameCount) return null;
    const source = await videos.openSource(videoId);
    const frames = { ffmpeg, path: source.path, clock: videos.clock(videoId), probe };
    const make = (unwanted: AbortSignal): Promise<Buffer> =>
      source.checked(() => readStill({ ...frames, frame, maxWidth: width, signal: unwanted }));
    const bytes = await stills.get(`${videoId} ${source.stamp} ${frame} ${width}`, make, signal);
    return { bytes, contentType: 'image/jpeg', cacheSeconds: FOR_EVER };
  }

  function frameTimes(videoId: VideoId): MediaAnswer | null {
    const ptsUs = videos.frameTimes(videoId);
    return ptsUs === null ? null : { bytes: new Uint8Array(ptsUs.buffer), contentType: BYTES, cacheSeconds: FOR_AN_HOUR };
  }

  /** What a record says proves nothing, for projects come from anybody: its files lie among the project's own exports, or an export wrote them here. */
  function mayOpen({ folder, isOfHere }: FoundSet): boolean {
    return isOfHere || isInside(project.session().exportsDir, folder);
  }

  function exportFile(jobId: JobId, file: string): MediaAnswer | null {
    const exported = exportedFiles.find(jobId);
    if (exported === null || !mayOpen(exported)) return null;
    // Of what is downloaded as one nothing is given out alone.
    if (exported.archive !== null) return file === exported.archive ? archiveOf(exported) : null;
    if (!exported.files.includes(file) || !isFileName(file)) return null;
    return ifRegular({ path: path.join(exported.folder, file), contentType: contentTypeOf(file), cacheSeconds: 0 });
  }

  /** Files that were deleted since are left out. */
  function archiveOf({ folder, files }: ExportedSet): MediaAnswer | null {
    const archive = files
      .filter(isFileName)
      .map((file) => path.join(folder, file))
      .filter(isRegular);
    return archive.length === 0 ? null : { archive, contentType: 'application/zip', cacheSeconds: 0 };
  }

  /** Made pictures and curves lie in the project's cache, which a link may not lead out of. */
  function ifCached(answer: Served & { readonly path: string }): MediaAnswer | null {
    return isRegular(answer.path) && isInside(project.session().cacheDir, path.dirname(answer.path)) ? answer : null;
  }

  async function answer(url: string, signal: AbortSignal | undefined): Promise<MediaAnswer | null> {
    const request = parseMediaUrl(url);
    if (request === null) return null;
    const { cacheDir } = project.session();
    switch (request.kind) {
      case 'media': {
        const { path: file } = await videos.openWhole(request.videoId);
        return { path: file, contentType: contentTypeOf(file), cacheSeconds: 0 };
      }
      case 'frame':
        return still(request, signal);
      case 'sprite':
        return ifCached({
          path: spriteSheetPath(cacheDir, request.videoId, request.sheet),
          contentType: 'image/jpeg',
          cacheSeconds: FOR_AN_HOUR,
        });
      case 'waveform':
        return ifCached({ path: waveformPath(cacheDir, request.videoId), contentType: BYTES, cacheSeconds: FOR_AN_HOUR });
      case 'curve': {
        const bytes = detection.curveBytes(request.runId, request.head);
        return bytes === null ? null : { bytes, contentType: BYTES, cacheSeconds: FOR_EVER };
      }
      case 'frame-times':
        return frameTimes(request.videoId);
      case 'export':
        return exportFile(request.jobId, request.file);
      default:
        return assertNever(request);
    }
  }

  /**
   * `signal` says that whoever asked has gone: a still that nobody else waits for is not made.
   * @throws AppError `media-corrupt` when a still cannot be decoded, `media-missing`, `tool-missing`, `busy`, `cancelled`.
   */
  return async function resolveMedia(url: string, signal?: AbortSignal): Promise<MediaAnswer | null> {
    try {
      return await answer(url, signal);
    } catch (error) {
      if (error instanceof AppError && (error.code === 'not-found' || error.code === 'no-project')) return null;
      throw error;
    }
  };
}

const ifRegular = (answer: Served & { readonly path: string }): MediaAnswer | null => (isRegular(answer.path) ? answer : null);

/** An ordinary file itself, rather than a link to one elsewhere or the database of a project. */
function isRegular(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isFile() === true && !hasDatabaseName(file);
}

/** Whether a folder really lies in `root`, links followed. False for what is not there. */
function isInside(root: string, folder: string): boolean {
  if (!existsSync(root) || !existsSync(folder)) return false;
  const [real, top] = [realpathSync(folder), realpathSync(root)];
  return real === top || real.startsWith(top + path.sep);
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.mp4': 'video/mp4',
  '.m4v': 'video/mp4',
  '.mov': 'video/quicktime',
  '.webm': 'video/webm',
  '.mkv': 'video/x-matroska',
  '.ogv': 'video/ogg',
  '.json': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.srt': 'text/plain; charset=utf-8',
  '.vtt': 'text/vtt; charset=utf-8',
};

function contentTypeOf(file: string): string {
  return CONTENT_TYPES[path.extname(file).toLowerCase()] ?? BYTES;
}
