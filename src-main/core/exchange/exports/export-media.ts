import path from 'node:path';
import { pathToFileURL } from 'node:url';
import PQueue from 'p-queue';
import { clipFileName } from '#core/media/clip-place.ts';
import { writeClips } from '#core/media/clip-writer.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { readStill } from '#core/media/frame-still.ts';
import { clipSource } from '#core/project/clips/clip-source.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { makeFolder } from '#core/base/files/make-folder.ts';
import type { VideoDocument } from '#core/project/documents/video-document.ts';
import { assert } from '#shared/assert.ts';
import { AppError, isCancelled } from '#shared/contract/errors.ts';
import type { Shot } from '#shared/domain/shot.ts';
import { hasNoFile } from '#shared/domain/video.ts';
import { words, type Words } from '#shared/words/words.ts';
import type { ClipWritten, ExportMedia } from '../formats/format.ts';

export interface ExportMediaParts {
  readonly videos: Pick<VideosService, 'openSource'>;
  readonly ffmpeg: Ffmpeg;
  /** Clips written, and pictures read, side by side. */
  readonly parallel: number;
}

/** Where the clips of one export go. */
export interface MediaPlace {
  readonly folder: string;
  readonly umask?: number | undefined;
  readonly signal: AbortSignal;
  /** Whether what is written may say where files of this computer lie. */
  readonly namesPlaces: boolean;
  /** A clip lies under its own name; `isNew`: it was not there before. */
  onWritten(name: string, isNew: boolean): void;
  /** Whether what lies there under a name is what an earlier export left there, as far as its manifest says. */
  isAsLeft(name: string, target: string): Promise<boolean>;
  /** A clip took the place of one that was no longer as an earlier export left it. */
  onMadeAnew(name: string): void;
}

/** Cuts clips and reads pictures for exports that hold them. A clip that fails is its row's trouble; a stop or a full disk concerns the export. */
export function createExportMedia({ videos, ffmpeg, parallel }: ExportMediaParts) {
  /** Of all exports together: an exporter may ask for all pictures of a row at once. */
  const stills = new PQueue({ concurrency: parallel });

  async function pathOf({ video }: VideoDocument): Promise<string | null> {
    try {
      return (await videos.openSource(video.id)).path;
    } catch (error) {
      problemOf(error);
      return null;
    }
  }

  return (place: MediaPlace): ExportMedia => ({
    async clips({ document, shots, folder, base }) {
      const { video, clock } = document;
      const ranges = shots.map((shot) => rangeOf(document, shot));
      const byRange = new Map<string, ClipWritten>();
      try {
        const source = await clipSource(videos, { videoId: video.id, probe: requireProbe(document), clock });
        const outDir = path.join(place.folder, folder);
        makeFolder(outDir, place.umask);
        await writeClips({
          ...source,
          ffmpeg,
          clipBaseName: base,
          shots: ranges,
          outDir,
          mode: 'exact',
          parallel,
          umask: place.umask,
          signal: place.signal,
          isStill: (file, target) => place.isAsLeft(path.posix.join(folder, file), target),
          onClip(clip) {
            const name = path.posix.join(folder, clip.file);
            const isAnew = clip.state === 'written' && clip.isAnew;
            // Rows of an earlier export name it: it stays where this one fails.
            if (clip.state !== 'failed') place.onWritten(name, clip.state === 'written' && !isAnew);
            if (isAnew) place.onMadeAnew(name);
            byRange.set(keyOf(clip.shot), clip.state === 'failed' ? { file: null, problem: clip.reason } : { file: name, problem: null });
          },
        });
      } catch (error) {
        const problem = problemOf(error);
        for (const range of ranges) if (!byRange.has(keyOf(range))) byRange.set(keyOf(range), { file: null, problem });
      }
      return ranges.map((range) => {
        const clip = byRange.get(keyOf(range));
        assert(clip !== undefined, `an answer for clip ${keyOf(range)}`);
        return clip;
      });
    },

    async picture({ document, frame, maxWidth }) {
      try {
        const probe = requireProbe(document);
        const source = await videos.openSource(document.video.id);
        const jpeg = await stills.add(() =>
          readStill({ ffmpeg, path: source.path, clock: document.clock, probe, frame, maxWidth, signal: place.signal }),
        );
        await source.requireUnchanged();
        return { jpeg, problem: null };
      } catch (error) {
        return { jpeg: null, problem: problemOf(error) };
      }
    },

    hasVideo: async (document) => (await pathOf(document)) !== null,

    async address(document) {
      const file = place.namesPlaces ? await pathOf(document) : null;
      return file === null ? null : pathToFileURL(file).href;
    },
  });
}

/** For previews: everything is there but videos that are known to be missing, and nothing is made. */
export const PLANNED_MEDIA: ExportMedia = {
  clips: async ({ document, shots, folder, base }) =>
    shots.map((shot) => ({ file: path.posix.join(folder, clipFileName(base, rangeOf(document, shot), 'exact')), problem: null })),
  picture: async () => ({ jpeg: new Uint8Array(0), problem: null }),
  hasVideo: async ({ video }) => !hasNoFile(video),
  address: async () => null,
};

function rangeOf({ clock }: VideoDocument, shot: Shot | null): { readonly startFrame: number; readonly endFrame: number } {
  return shot ?? { startFrame: 0, endFrame: clock.frameCount };
}

const keyOf = ({ startFrame, endFrame }: { readonly startFrame: number; readonly endFrame: number }): string => `${startFrame}-${endFrame}`;

/** Whether its file is there shows when it is opened: what the project noted of that may be half a minute old. */
function requireProbe({ video }: VideoDocument) {
  if (video.probe === null) throw new AppError('media-missing', words('exchange.noMedia'));
  return video.probe;
}

/** One video's trouble must not cost the others their rows. */
function problemOf(error: unknown): Words {
  if (!(error instanceof AppError) || isCancelled(error) || error.code === 'disk-full') throw error;
  return error.words;
}
