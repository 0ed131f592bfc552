import { chmod, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sweepLeftovers, temporaryName } from '#core/base/files/leftovers.ts';
import { fileMode, makeFolder } from '#core/base/files/make-folder.ts';
import { assertNever } from '#shared/assert.ts';
import { frameToUs } from '#shared/domain/time.ts';
import { forEachInFlight } from '#core/base/in-flight.ts';
import { AppError, isCancelled } from '#shared/contract/errors.ts';
import type { AudioTrack, VideoProbe } from '#shared/domain/video.ts';
import { words, type Words } from '#shared/words/words.ts';
import { type ClipCommand, exactClip, type ExactClip } from './clip-commands.ts';
import { damageNotes, paddingNotes } from './clip-notes.ts';
import { clipFileName, clipMark, type ClipMode, type ClipPlace, placeOf } from './clip-place.ts';
import type { ClipRange } from './clip-range.ts';
import { writeCopiedClip } from './copied-clip.ts';
import {
  PLACED_OPTIONS,
  placedInputs,
  type PlacedAudioFile,
  audioInputs,
  audioNotes,
  audioRunUp,
  usableTracks,
  writePlacedAudio,
} from './clip-audio.ts';
import { errorCode } from '#core/base/files/error-code.ts';
import { giveName } from '#core/base/files/give-name.ts';
import type { Ffmpeg, WriteReport } from './ffmpeg.ts';
import { planSeek } from './frame-seek.ts';
import type { FrameSource } from './frame-source.ts';
import type { MoreInput } from './fluent-run.ts';
import { requireSuccess, toMediaError } from './media-errors.ts';
import { besideOutput } from './picture-stream.ts';
import { cancelledError } from './tool-process.ts';

export interface WriteClipsRequest {
  readonly ffmpeg: Ffmpeg;
  readonly path: string;
  /** Identifies the file by its content: a clip that is there is kept when it was cut from the same. */
  readonly sourceId: string;
  /** First part of the clips' names. */
  readonly clipBaseName: string;
  readonly clock: FrameSource['clock'];
  readonly probe: FrameSource['probe'] &
    Pick<VideoProbe, 'container' | 'timeBase' | 'width' | 'height' | 'sampleAspectRatio' | 'audioTracks'>;
  readonly shots: readonly ClipRange[];
  /** Made when it is not there. */
  readonly outDir: string;
  readonly mode: ClipMode;
  /** Clips written side by side. */
  readonly parallel: number;
  readonly signal: AbortSignal;
  /** Asked before a clip gets its name; throws when it was cut from another file. */
  readonly requireUnchanged?: () => Promise<void>;
  /** Whether a clip that is there is still as it was written, where somebody remembers that; one that is not is cut anew. */
  readonly isStill?: (file: string, target: string) => Promise<boolean>;
  /** Of the person, where they chose the folder; left out, clips are as private as everything of the studio. */
  readonly umask?: number | undefined;
  /** Called once per shot, as they are finished. */
  onClip(clip: ClipResult): void;
}

interface ClipFile {
  /** Name without folder. */
  readonly file: string;
  readonly shot: ClipRange;
}

export type ClipResult =
  | (ClipFile & {
      readonly state: 'written';
      readonly frameCount: number;
      /** It was there, but no longer as it was written. */
      readonly isAnew: boolean;
      readonly notes: readonly string[];
    })
  /** It was there; nothing was done. */
  | (ClipFile & { readonly state: 'kept'; readonly notes: readonly string[] })
  | (ClipFile & { readonly state: 'failed'; readonly reason: Words });

/**
 * Writes one MP4 per shot. A clip is written under another name and gets its own when it is complete, so one that is there is
 * finished: it is kept, and an interrupted run goes on where it was. One of which something is missing, or that is no longer as it was written, is cut
 * anew. Other files are never written over. A clip that fails is reported and the rest
 * is written. Throws only what ends the whole: `cancelled`, `disk-full`, `tool-missing`, `media-missing`, a folder that cannot be written.
 */
export async function writeClips(request: WriteClipsRequest): Promise<void> {
  // Asked here and for each clip: where all of them are there already, nothing else would notice a stop.
  refuseIfStopped(request.signal);
  prepareFolder(request.outDir, request.umask);
  await stat(request.path).catch((error: unknown) => {
    throw toMediaError(error, request.path);
  });
  await forEachInFlight(request.shots, { limit: Math.max(1, request.parallel), signal: request.signal }, async (shot, signal) =>
    request.onClip(await writeClip({ ...request, signal }, shot)),
  );
}

function refuseIfStopped(signal: AbortSignal): void {
  if (signal.aborted) throw cancelledError();
}

async function writeClip(request: WriteClipsRequest, shot: ClipRange): Promise<ClipResult> {
  refuseIfStopped(request.signal);
  const { outDir, clipBaseName, mode } = request;
  const mark = markOf(request, shot);
  const wanted = { outDir, clipBaseName, range: shot, mode, mark, isStill: request.isStill };
  let file = clipFileName(clipBaseName, shot, mode);
  let part: string | null = null;
  try {
    requireRange(request, shot);
    let place = await placeOf(wanted);
    file = place.file;
    if (place.isWritten) return { file, shot, state: 'kept', notes: place.notes };
    part = join(dirname(place.target), temporaryName('.clip.mp4'));
    const { frameCount, notes } = await encode(request, shot, { part, mark });
    await request.requireUnchanged?.();
    if (request.umask !== undefined) await chmod(part, fileMode(request.umask));
    let isAnew = await removeDamaged(place);
    while (!(await giveName(part, place.target))) {
      // Somebody else wrote a file of this name meanwhile.
      place = await placeOf(wanted);
      file = place.file;
      if (place.isWritten) return { file, shot, state: 'kept', notes: place.notes };
      isAnew = await removeDamaged(place);
    }
    const anew = isAnew ? [`“${file}” was there already, but damaged or changed since it was written. It was cut anew.`] : [];
    return { file, shot, state: 'written', frameCount, isAnew, notes: [...place.notes, ...anew, ...notes] };
  } catch (error) {
    // A file that was replaced fails in many ways: its replacement is the reason, and it concerns all clips.
    if (!isCancelled(error)) await request.requireUnchanged?.();
    const reason = reasonToGoOn(error);
    if (reason === null) throw toWriteError(error, outDir);
    return { file, shot, state: 'failed', reason };
  } finally {
    if (part !== null) await rm(part, { force: true });
  }
}

/** Makes room for a clip that takes the place of one that is damaged. */
async function removeDamaged({ target, isDamaged }: ClipPlace): Promise<boolean> {
  if (isDamaged) await rm(target, { force: true });
  return isDamaged;
}

function markOf({ sourceId, clock, mode }: WriteClipsRequest, range: ClipRange): string {
  return clipMark({ sourceId, startUs: frameToUs(clock, range.startFrame), endUs: frameToUs(clock, range.endFrame), range, mode });
}

/** Where a clip is written, and what it is known again by. */
interface ClipTarget {
  readonly part: string;
  readonly mark: string;
}

interface Encoded {
  readonly frameCount: number;
  readonly notes: readonly string[];
}

async function encode(request: WriteClipsRequest, shot: ClipRange, { part, mark }: ClipTarget): Promise<Encoded> {
  const { ffmpeg, path, clock, probe, mode, signal } = request;
  const source = { path, clock, probe };
  switch (mode) {
    case 'exact': {
      const plan = await planSeek(ffmpeg, source, shot.startFrame, signal);
      const { report, notes } = await writeExact(request, { source, range: shot, plan, target: part, mark });
      const frameCount = report.lastProgress?.frame ?? 0;
      const wanted = shot.endFrame - shot.startFrame;
      if (frameCount < wanted) throw new AppError('media-corrupt', words('media.fewerFrames', { frames: frameCount, wanted }));
      if (frameCount > wanted) throw new AppError('media-corrupt', words('media.moreFrames', { frames: frameCount, wanted }));
      return { frameCount, notes: [...paddingNotes(probe), ...audioNotes(probe), ...damageNotes(report, probe, plan), ...notes] };
    }
    case 'copy': {
      // A copy is found by times alone.
      if (probe.stream !== null && probe.stream.clock !== 'own') throw new AppError('unsupported', words('media.timesOutOfOrder'));
      const { frameCount, notes } = await writeCopiedClip({
        ffmpeg,
        source,
        range: shot,
        target: part,
        mark,
        signal,
        run: async (command) => succeeded(request, await attempt(request, command)),
      });
      return {
        frameCount,
        notes: [
          `Cut at keyframes: ${frameCount} frames for the ${shot.endFrame - shot.startFrame} of the shot.`,
          ...notes,
          ...audioNotes(probe),
        ],
      };
    }
    default:
      return assertNever(mode);
  }
}

type ExactWork = Omit<ExactClip, 'audio' | 'isStereo'> & { readonly source: PlacedAudioFile['source'] };

/** First as the audio is; where ffmpeg does not take it so, placed by us, or mixed to two channels. */
async function writeExact(
  request: WriteClipsRequest,
  work: ExactWork,
): Promise<{ readonly report: WriteReport; readonly notes: readonly string[] }> {
  const tracks = usableTracks(request.probe);
  const isJump = work.plan.inputOptions.includes('-ss');
  const moreInputs = isJump && tracks.length > 0 ? [audioRunUp(work.source, work.range, tracks)] : [];
  const plain = { ...work, audio: audioInputs(work.source, work.range, tracks, moreInputs.length) };
  const first = await attempt(request, exactClip({ ...plain, isStereo: false }), moreInputs);
  if (/audio frame properties on the fly is not supported/i.test(first.stderrTail) && first.code !== 0)
    return {
      report: await writeWithPlacedAudio(request, work, tracks),
      notes: ['The channels or the sample rate of its audio change in the middle: it was mixed to stereo.'],
    };
  if (
    tracks.length > 0 &&
    first.code !== 0 &&
    /unsupported channel layout|rematrix is needed|error while opening encoder/i.test(first.stderrTail)
  )
    return {
      report: succeeded(request, await attempt(request, exactClip({ ...plain, isStereo: true }), moreInputs)),
      notes: ['Its audio has channels that AAC does not support: it was mixed to stereo.'],
    };
  return { report: succeeded(request, first), notes: [] };
}

async function writeWithPlacedAudio(request: WriteClipsRequest, work: ExactWork, tracks: readonly AudioTrack[]): Promise<WriteReport> {
  const { ffmpeg, signal } = request;
  const files = tracks.map((_, index) => `${work.target}.${index}.f32`);
  try {
    for (const [index, track] of tracks.entries())
      await writePlacedAudio({ ffmpeg, source: work.source, range: work.range, track, file: files[index] ?? '', signal });
    const audio = placedInputs(work.source, work.range, files.length);
    const moreInputs = files.map((path) => ({ path, options: PLACED_OPTIONS }));
    return succeeded(request, await attempt(request, exactClip({ ...work, audio, isStereo: false }), moreInputs));
  } finally {
    for (const file of files) await rm(file, { force: true });
  }
}

function attempt(
  { ffmpeg, path, signal, probe }: WriteClipsRequest,
  { inputOptions, outputs }: ClipCommand,
  moreInputs: readonly MoreInput[] = [],
): Promise<WriteReport> {
  const beside = besideOutput(probe.stream);
  const more = beside.length === 0 ? [] : [{ target: '-', options: beside.slice(0, -1) }];
  return ffmpeg.writeFiles({ inputPath: path, inputOptions, moreInputs, outputs: [...outputs, ...more], signal });
}

function succeeded({ path }: WriteClipsRequest, report: WriteReport): WriteReport {
  if (/unknown encoder/i.test(report.stderrTail)) throw new AppError('tool-missing', words('media.noEncoder'));
  if (/codec not currently supported in container|could not find tag for codec/i.test(report.stderrTail))
    throw new AppError('unsupported', words('media.codecNotForMp4'));
  requireSuccess(report, path, words('media.notCut'));
  return report;
}

function requireRange({ clock }: WriteClipsRequest, { startFrame, endFrame }: ClipRange): void {
  if (startFrame < 0 || endFrame <= startFrame || endFrame > clock.frameCount)
    throw new AppError('invalid-input', words('media.outsideVideo', { first: startFrame, last: endFrame - 1, frames: clock.frameCount }));
}

/** Why one clip failed where the others may not; null: it concerns them all. */
function reasonToGoOn(error: unknown): Words | null {
  if (!(error instanceof AppError)) return null;
  return error.code === 'media-corrupt' || error.code === 'unsupported' || error.code === 'invalid-input' ? error.words : null;
}

function prepareFolder(outDir: string, umask: number | undefined): void {
  try {
    makeFolder(outDir, umask);
    sweepLeftovers(outDir, { depth: 0, isOurs: false });
  } catch (error) {
    throw toWriteError(error, outDir);
  }
}

function toWriteError(error: unknown, outDir: string): unknown {
  if (!['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(errorCode(error) ?? '')) return toMediaError(error, outDir);
  return new AppError('invalid-input', words('media.folderNotWritable', { folder: outDir }), {
    cause: error,
  });
}
