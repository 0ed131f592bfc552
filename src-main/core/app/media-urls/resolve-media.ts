import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { DetectionService } from '#core/project/detection/detection-service.ts';
import { type FileInside, type ProvenFile, proveInside } from '#core/base/files/proven-file.ts';
import { forEachInFlight } from '#core/base/in-flight.ts';
import { isFileName } from '#core/base/files/safe-name.ts';
import { isBelow } from '#core/base/files/within.ts';
import type { ExportedFiles, ExportedSet, FoundSet } from '#core/project/exported/exported-files.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { readStill } from '#core/media/frame-still.ts';
import { spriteSheetPath, waveformPath } from '#core/media/media-cache.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { requireStepRight, type Sender, THIS_MACHINE } from '#core/steps/step-rights.ts';
import { assert, assertNever } from '#shared/assert.ts';
import { AppError } from '#shared/contract/errors.ts';
import { CLIPS_ARCHIVE } from '#shared/contract/media-urls.ts';
import type { JobId, VideoId } from '#shared/domain/ids.ts';
import { type MediaRequest, parseMediaUrl } from './media-request.ts';
import { createStillCache } from './still-cache.ts';

type FrameRequest = Extract<MediaRequest, { kind: 'frame' }>;
type CurveRequest = Extract<MediaRequest, { kind: 'curve' }>;

interface Served {
  readonly contentType: string;
  /** How long a browser may keep it. */
  readonly cacheSeconds: number;
}

/** A file of a ZIP. */
export interface ArchivedFile {
  readonly file: FileInside;
  /** In the ZIP, its parts divided by `/`. */
  readonly name: string;
}

/** Bytes at hand, a file that the host serves with byte ranges, or files that it serves as one ZIP. Of files it sends what was proven here, and nothing else. */
export type MediaAnswer = Served & (ProvenFile | { readonly bytes: Uint8Array } | { readonly archive: readonly ArchivedFile[] });

/** What is made for each request, and was not made for one that wants to know only whether it is there. */
export type MediaHead = Served & { readonly bytes: null };

/** Who asks for an address. */
export interface AskedBy {
  /** Says that they have gone. */
  readonly signal?: AbortSignal | undefined;
  /** Left out: whoever is at this machine. */
  readonly sender?: Sender;
}

interface Wanted {
  readonly signal: AbortSignal | undefined;
  readonly sender: Sender;
  readonly onlyHead: boolean;
}

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

/** Files of a ZIP, each of which is open meanwhile. */
const LOOKED_AT_AT_ONCE = 8;

/**
 * Turns an address of `shared/contract/media-urls.ts` into what it stands for; null when there is no such thing.
 * Ids lead to paths that the project knows, so no address can name a file of its own; and a video's file is given only while it is the one that
 * was imported.
 */
export function createMediaResolver(parts: MediaParts) {
  const { project, videos, detection, exportedFiles, ffmpeg } = parts;
  const stills = createStillCache({ parallel: parts.parallelStills });

  async function still({ videoId, frame, width }: FrameRequest, { signal, onlyHead }: Wanted): Promise<MediaAnswer | MediaHead | null> {
    const { probe } = videos.get(videoId);
    if (probe === null || frame >= probe.frameCount) return null;
    const served: Served = { contentType: 'image/jpeg', cacheSeconds: FOR_EVER };
    const source = await videos.openSource(videoId);
    if (onlyHead) return { ...served, bytes: null };
    // Only for one that is made: the times of a long video are megabytes.
    const make = (unwanted: AbortSignal): Promise<Buffer> =>
      source.checked(async () => {
        const clock = await videos.clockAside(videoId);
        return readStill({ ffmpeg, path: source.path, clock, probe, frame, maxWidth: width, signal: unwanted });
      });
    return { ...served, bytes: await stills.get(`${videoId} ${source.stamp} ${frame} ${width}`, make, signal) };
  }

  async function curve({ runId, head }: CurveRequest, onlyHead: boolean): Promise<MediaAnswer | MediaHead | null> {
    const served: Served = { contentType: BYTES, cacheSeconds: FOR_EVER };
    if (onlyHead) return detection.hasCurve(runId, head) ? { ...served, bytes: null } : null;
    const bytes = await detection.curveBytes(runId, head);
    return bytes === null ? null : { ...served, bytes };
  }

  async function frameTimes(videoId: VideoId, onlyHead: boolean): Promise<MediaAnswer | MediaHead | null> {
    const served: Served = { contentType: BYTES, cacheSeconds: FOR_AN_HOUR };
    if (onlyHead) return videos.hasFrameTimes(videoId) ? { ...served, bytes: null } : null;
    const ptsUs = await videos.frameTimes(videoId);
    return ptsUs === null ? null : { ...served, bytes: new Uint8Array(ptsUs.buffer) };
  }

  /**
   * What a record says proves nothing, for projects come from anybody: its files lie among the project's own exports, or an export wrote them here. Browsers,
   * whose exports all lie there, get no others: where somebody at this machine had files written is that person's own folder. Links followed.
   */
  async function openedFolder({ folder, isOfHere }: FoundSet, { personId }: Sender): Promise<string | null> {
    const [real, exports] = [await realPlace(folder), await realPlace(project.session().exportsDir)];
    if (real === null || (isOfHere && personId === null)) return real;
    return exports !== null && (real === exports || isBelow(exports, real)) ? real : null;
  }

  /** @throws AppError `forbidden` for what a step made that the sender may not ask for */
  async function exportFile(jobId: JobId, file: string, { sender, signal }: Wanted): Promise<MediaAnswer | null> {
    const exported = exportedFiles.find(jobId);
    const realFolder = exported === null ? null : await openedFolder(exported, sender);
    if (exported === null || realFolder === null) return null;
    requireStepRight(sender, [exported.kind]);
    if (exported.archive !== null && file === exported.archive) return archiveOf(exported, realFolder, signal);
    // Clips are downloaded as one; none is given out alone.
    if (exported.archive === CLIPS_ARCHIVE) return null;
    if (!exported.files.includes(file) || !isFileName(file)) return null;
    const proven = await proveInside(realFolder, path.join(exported.folder, file));
    return proven === null ? null : { ...provenOf(proven), contentType: contentTypeOf(file), cacheSeconds: 0 };
  }

  /** Files that were deleted since are left out. */
  async function archiveOf(
    { folder, files }: ExportedSet,
    realFolder: string,
    signal: AbortSignal | undefined,
  ): Promise<MediaAnswer | null> {
    const found = new Map<string, FileInside>();
    const names = files.filter((each) => each.split('/').every(isFileName));
    await forEachInFlight(names, { limit: LOOKED_AT_AT_ONCE, ...(signal && { signal }) }, async (name) => {
      signal?.throwIfAborted();
      const file = await proveInside(realFolder, path.join(folder, name));
      if (file !== null) found.set(name, file);
    });
    const archive = names.flatMap((name) => {
      const file = found.get(name);
      return file === undefined ? [] : [{ name, file }];
    });
    return archive.length === 0 ? null : { archive, contentType: 'application/zip', cacheSeconds: 0 };
  }

  /** Made pictures and curves lie in the project's cache, which a link may not lead out of. */
  async function cached(file: string, served: Served): Promise<MediaAnswer | null> {
    const root = await realPlace(project.session().cacheDir);
    const proven = root === null ? null : await proveInside(root, file);
    return proven === null ? null : { ...provenOf(proven), ...served };
  }

  async function answer(url: string, wanted: Wanted): Promise<MediaAnswer | MediaHead | null> {
    const request = parseMediaUrl(url);
    if (request === null) return null;
    const { cacheDir } = project.session();
    switch (request.kind) {
      case 'media': {
        const source = await videos.openWhole(request.videoId);
        return { ...provenOf(source), contentType: contentTypeOf(source.path), cacheSeconds: 0 };
      }
      case 'frame':
        return still(request, wanted);
      case 'sprite':
        return cached(spriteSheetPath(cacheDir, request.videoId, request.sheet), { contentType: 'image/jpeg', cacheSeconds: FOR_AN_HOUR });
      case 'waveform':
        return cached(waveformPath(cacheDir, request.videoId), { contentType: BYTES, cacheSeconds: FOR_AN_HOUR });
      case 'curve':
        return curve(request, wanted.onlyHead);
      case 'frame-times':
        return frameTimes(request.videoId, wanted.onlyHead);
      case 'export':
        return exportFile(request.jobId, request.file, wanted);
      default:
        return assertNever(request);
    }
  }

  async function nullForNothing<T>(found: Promise<T>): Promise<T | null> {
    try {
      return await found;
    } catch (error) {
      if (error instanceof AppError && (error.code === 'not-found' || error.code === 'no-project')) return null;
      throw error;
    }
  }

  return {
    /**
     * A still that nobody waits for any more is not made.
     * @throws AppError `media-corrupt` when a still cannot be decoded, `forbidden`, `media-missing`, `tool-missing`, `busy`, `cancelled`.
     */
    async resolve(url: string, { signal, sender = THIS_MACHINE }: AskedBy = {}): Promise<MediaAnswer | null> {
      const found = await nullForNothing(answer(url, { signal, sender, onlyHead: false }));
      assert(found === null || !isHead(found), 'what is asked for is made');
      return found;
    },

    /** What `resolve` would give, without making anything. @throws AppError `forbidden`, `media-missing` */
    head: (url: string, { signal, sender = THIS_MACHINE }: AskedBy = {}): Promise<MediaAnswer | MediaHead | null> =>
      nullForNothing(answer(url, { signal, sender, onlyHead: true })),
  };
}

const isHead = (answer: MediaAnswer | MediaHead): answer is MediaHead => 'bytes' in answer && answer.bytes === null;

const provenOf = ({ path: file, stamp }: ProvenFile): ProvenFile => ({ path: file, stamp });

/** Links followed; null for what is not there. */
function realPlace(folder: string): Promise<string | null> {
  return realpath(folder).catch(() => null);
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.mp4': 'video/mp4',
  '.m4v': 'video/mp4',
  '.mov': 'video/quicktime',
  '.webm': 'video/webm',
  '.mkv': 'video/x-matroska',
  '.ogv': 'video/ogg',
  '.json': 'application/json; charset=utf-8',
  '.jsonl': 'application/x-ndjson; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
  '.yaml': 'text/plain; charset=utf-8',
  '.toml': 'text/plain; charset=utf-8',
  '.py': 'text/plain; charset=utf-8',
  '.srt': 'text/plain; charset=utf-8',
  '.vtt': 'text/vtt; charset=utf-8',
  '.edl': 'text/plain; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.tsv': 'text/tab-separated-values; charset=utf-8',
  '.otio': 'application/json; charset=utf-8',
  '.fcpxml': 'application/xml; charset=utf-8',
  '.xml': 'application/xml; charset=utf-8',
};

function contentTypeOf(file: string): string {
  return CONTENT_TYPES[path.extname(file).toLowerCase()] ?? BYTES;
}
