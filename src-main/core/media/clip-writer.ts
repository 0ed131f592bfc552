import { chmod, link, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sweepLeftovers, temporaryName } from '#core/base/files/leftovers.ts';
import { fileMode, makeFolder } from '#core/base/files/make-folder.ts';
import { assertNever } from '#shared/assert.ts';
import { safeName, targetInside } from '#core/base/files/safe-name.ts';
import { AppError, isCancelled } from '#shared/contract/errors.ts';
import type { AudioTrack, VideoProbe } from '#shared/domain/video.ts';
import { type ClipCommand, copyClip, exactClip, type ExactClip } from './clip-commands.ts';
import type { ClipRange } from './clip-range.ts';
import { PLACED_OPTIONS, placedInputs, type PlacedSoundFile, soundInputs, soundNotes, usableTracks, writePlacedSound } from './clip-sound.ts';
import { errorCode } from '#core/base/files/error-code.ts';
import type { Ffmpeg, WriteReport } from './ffmpeg.ts';
import { planSeek, type FrameSource } from './frame-seek.ts';
import type { MoreInput } from './fluent-run.ts';
import { requireRun, requireSuccess, toMediaError } from './media-errors.ts';
import { besideOutput } from './picture-stream.ts';
import { readLines } from './tool-process.ts';

/** `exact`: re-encoded, these frames and no others. `copy`: as stored, cut at key frames, quick. */
export type ClipMode = 'exact' | 'copy';

export interface WriteClipsRequest {
  readonly ffmpeg: Ffmpeg;
  readonly path: string;
  /** First part of the clips' names. */
  readonly clipBaseName: string;
  readonly clock: FrameSource['clock'];
  readonly probe: Pick<VideoProbe, 'startUs' | 'width' | 'height' | 'audioTracks' | 'stream'>;
  readonly shots: readonly ClipRange[];
  /** Made when it is not there. */
  readonly outDir: string;
  readonly mode: ClipMode;
  /** Clips written side by side. */
  readonly parallel: number;
  readonly signal: AbortSignal;
  /** Asked before a clip gets its name; throws when it was cut from another file. */
  readonly requireUnchanged?: () => Promise<void>;
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
  | (ClipFile & { readonly state: 'written'; readonly frameCount: number; readonly notes: readonly string[] })
  /** It was there; nothing was done. */
  | (ClipFile & { readonly state: 'kept' })
  | (ClipFile & { readonly state: 'failed'; readonly reason: string });

/**
 * `<clip>_<start>_<end>.mp4`, both frames inclusive, as Shot2Story names them. Copies, which hold more than that, are marked:
 * `<clip>_<start>_<end>.copy.mp4`.
 */
export function clipFileName(clipBaseName: string, { startFrame, endFrame }: ClipRange, mode: ClipMode): string {
  return safeName(clipBaseName, { suffix: `_${startFrame}_${endFrame - 1}${mode === 'copy' ? '.copy' : ''}.mp4`, keepsDash: true });
}

/**
 * Writes one MP4 per shot. A clip is written under another name and gets its own when it is complete, so a name that exists is a
 * finished clip: it is kept, never written over, and an interrupted run goes on where it was. A clip that fails is reported and the rest
 * is written. Throws only what ends the whole: `cancelled`, `disk-full`, `tool-missing`, `media-missing`, a folder that cannot be written.
 */
export async function writeClips(request: WriteClipsRequest): Promise<void> {
  const stop = new AbortController();
  const job = { ...request, signal: AbortSignal.any([request.signal, stop.signal]) };
  prepareFolder(request.outDir, request.umask);
  await stat(request.path).catch((error: unknown) => {
    throw toMediaError(error, request.path);
  });
  const open = request.shots.values();
  const worker = async (): Promise<void> => {
    for (const shot of open) job.onClip(await writeClip(job, shot));
  };
  const workers = Array.from({ length: Math.max(1, request.parallel) }, () =>
    worker().catch((error: unknown) => {
      stop.abort();
      throw error;
    }),
  );
  const failures = (await Promise.allSettled(workers)).flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  // The others were cancelled because of the first.
  const [failure] = failures.filter((error) => !isCancelled(error)).concat(failures);
  if (failure !== undefined) throw failure;
}

async function writeClip(request: WriteClipsRequest, shot: ClipRange): Promise<ClipResult> {
  const file = clipFileName(request.clipBaseName, shot, request.mode);
  const target = await targetInside(request.outDir, file);
  if (await exists(target)) return { file, shot, state: 'kept' };
  const part = join(dirname(target), temporaryName('.clip.mp4'));
  try {
    requireRange(request, shot);
    const { frameCount, notes } = await encode(request, shot, part);
    await request.requireUnchanged?.();
    if (request.umask !== undefined) await chmod(part, fileMode(request.umask));
    const isNew = await publish(part, target);
    return isNew ? { file, shot, state: 'written', frameCount, notes } : { file, shot, state: 'kept' };
  } catch (error) {
    // A file that was replaced fails in many ways: its replacement is the reason, and it concerns all clips.
    if (!isCancelled(error)) await request.requireUnchanged?.();
    const reason = reasonToGoOn(error);
    if (reason === null) throw toWriteError(error, request.outDir);
    return { file, shot, state: 'failed', reason };
  } finally {
    await rm(part, { force: true });
  }
}

interface Encoded {
  readonly frameCount: number;
  readonly notes: readonly string[];
}

async function encode(request: WriteClipsRequest, shot: ClipRange, part: string): Promise<Encoded> {
  const { ffmpeg, path, clock, probe, mode, signal } = request;
  const source = { path, clock, probe };
  switch (mode) {
    case 'exact': {
      const plan = await planSeek(ffmpeg, source, shot.startFrame, signal);
      const { report, notes } = await writeExact(request, { source, range: shot, plan, target: part });
      const frameCount = report.lastProgress?.frame ?? 0;
      const wanted = shot.endFrame - shot.startFrame;
      if (frameCount !== wanted) throw new AppError('media-corrupt', `only ${frameCount} of its ${wanted} frames could be decoded`);
      return { frameCount, notes: [...paddingNotes(probe), ...soundNotes(probe), ...notes] };
    }
    case 'copy': {
      // A copy is found by times alone.
      if (probe.stream !== null && probe.stream.clock !== 'own') throw new AppError('unsupported', 'the timestamps of its frames are not in order, so they cannot be copied: use the exact mode');
      await run(request, copyClip(source, shot, probe, part));
      const frameCount = await countPackets(ffmpeg, part, signal);
      if (frameCount === 0) throw new AppError('media-corrupt', 'none of its frames could be copied');
      return { frameCount, notes: [`Cut at keyframes: ${frameCount} frames for the ${shot.endFrame - shot.startFrame} of the shot.`, ...soundNotes(probe)] };
    }
    default:
      return assertNever(mode);
  }
}

type ExactWork = Omit<ExactClip, 'sound' | 'isStereo'> & { readonly source: PlacedSoundFile['source'] };

/** First as the sound is; where ffmpeg does not take it so, placed by us, or mixed to two channels. */
async function writeExact(request: WriteClipsRequest, work: ExactWork): Promise<{ readonly report: WriteReport; readonly notes: readonly string[] }> {
  const tracks = usableTracks(request.probe);
  const plain = { ...work, sound: soundInputs(work.source, work.range, tracks) };
  const first = await attempt(request, exactClip({ ...plain, isStereo: false }));
  if (/audio frame properties on the fly is not supported/i.test(first.stderrTail) && first.code !== 0)
    return { report: await writeWithPlacedSound(request, work, tracks), notes: ['The channels of its audio change in the middle: it was mixed to stereo.'] };
  if (tracks.length > 0 && first.code !== 0 && /unsupported channel layout|rematrix is needed|error while opening encoder/i.test(first.stderrTail))
    return { report: succeeded(request, await attempt(request, exactClip({ ...plain, isStereo: true }))), notes: ['Its audio has channels that AAC does not support: it was mixed to stereo.'] };
  return { report: succeeded(request, first), notes: [] };
}

async function writeWithPlacedSound(request: WriteClipsRequest, work: ExactWork, tracks: readonly AudioTrack[]): Promise<WriteReport> {
  const { ffmpeg, signal } = request;
  const files = tracks.map((_, index) => `${work.target}.${index}.f32`);
  try {
    for (const [index, track] of tracks.entries()) await writePlacedSound({ ffmpeg, source: work.source, range: work.range, track, file: files[index] ?? '', signal });
    const sound = placedInputs(work.source, work.range, files.length);
    const moreInputs = files.map((path) => ({ path, options: PLACED_OPTIONS }));
    return succeeded(request, await attempt(request, exactClip({ ...work, sound, isStereo: false }), moreInputs));
  } finally {
    for (const file of files) await rm(file, { force: true });
  }
}

async function run(request: WriteClipsRequest, command: ClipCommand): Promise<WriteReport> {
  return succeeded(request, await attempt(request, command));
}

function attempt({ ffmpeg, path, signal, probe }: WriteClipsRequest, { inputOptions, output }: ClipCommand, moreInputs: readonly MoreInput[] = []): Promise<WriteReport> {
  const beside = besideOutput(probe.stream);
  const outputs = beside.length === 0 ? [output] : [output, { target: '-', options: beside.slice(0, -1) }];
  return ffmpeg.writeFiles({ inputPath: path, inputOptions, moreInputs, outputs, signal });
}

function succeeded({ path }: WriteClipsRequest, report: WriteReport): WriteReport {
  if (/unknown encoder/i.test(report.stderrTail))
    throw new AppError('tool-missing', 'This ffmpeg cannot write H.264 and AAC. Install one with libx264, or name one in SHOTLUCK_FFMPEG and SHOTLUCK_FFPROBE.');
  if (/codec not currently supported in container|could not find tag for codec/i.test(report.stderrTail))
    throw new AppError('unsupported', 'its codec cannot be copied into an MP4: use the exact mode');
  requireSuccess(report, path, 'could not be cut');
  return report;
}

/** Pictures in a clip, counted without decoding. */
async function countPackets(ffmpeg: Ffmpeg, path: string, signal: AbortSignal): Promise<number> {
  const args = ['-select_streams', 'V:0', '-show_entries', 'packet=flags', '-of', 'csv'];
  const tool = await ffmpeg.probe({ input: { path }, args, signal });
  let count = 0;
  for await (const line of readLines(tool)) if (line.startsWith('packet')) count += 1;
  requireRun(await tool.exited, path);
  return count;
}

function paddingNotes({ width, height }: WriteClipsRequest['probe']): string[] {
  if (width % 2 === 0 && height % 2 === 0) return [];
  const even = (side: number): number => side + (side % 2);
  return [`Padded from ${width}×${height} to ${even(width)}×${even(height)}: H.264 needs an even width and height.`];
}

function requireRange({ clock }: WriteClipsRequest, { startFrame, endFrame }: ClipRange): void {
  if (startFrame < 0 || endFrame <= startFrame || endFrame > clock.frameCount)
    throw new AppError('invalid-input', `frames ${startFrame} to ${endFrame - 1} are not in the video, which has ${clock.frameCount}`);
}

/** Why one clip failed where the others may not; null: it concerns them all. */
function reasonToGoOn(error: unknown): string | null {
  if (!(error instanceof AppError)) return null;
  return error.code === 'media-corrupt' || error.code === 'unsupported' || error.code === 'invalid-input' ? error.message : null;
}

function prepareFolder(outDir: string, umask: number | undefined): void {
  try {
    makeFolder(outDir, umask);
    sweepLeftovers(outDir, { depth: 0, isOurs: false });
  } catch (error) {
    throw toWriteError(error, outDir);
  }
}

/** Gives a finished file its name unless the name is taken; false when it is. */
async function publish(part: string, target: string): Promise<boolean> {
  try {
    // Unlike rename, link never replaces.
    await link(part, target);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    const hasNoLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EISDIR'].includes(errorCode(error) ?? '');
    if (!hasNoLinks) throw error;
  }
  // File systems without links (exFAT, some network shares).
  if (await exists(target)) return false;
  await rename(part, target);
  return true;
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function toWriteError(error: unknown, outDir: string): unknown {
  if (!['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(errorCode(error) ?? '')) return toMediaError(error, outDir);
  return new AppError('invalid-input', `The folder “${outDir}” cannot be written to. Nothing was changed. Choose another folder.`, { cause: error });
}
