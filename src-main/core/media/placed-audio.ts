import type { VideoProbe } from '#shared/domain/video.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import { fewerChannels } from './audio-tracks.ts';
import { isOutOfJumps } from './decoder-settings.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { seconds } from './ffmpeg-time.ts';
import { quoted, requireSuccess } from './media-errors.ts';
import { besideOutput, clockOptions, isOnFileClock } from './picture-stream.ts';
import { createMonoMix } from './mono-mix.ts';
import { collectLogged } from './showinfo.ts';
import { isDecodeError, type AudioFindings } from './audio-findings.ts';
import { readChunks } from './tool-process.ts';

const BYTES_PER_VALUE = Float32Array.BYTES_PER_ELEMENT;
/** Decoding starts this long before the wanted place: compressed audio needs a run-up, and in some containers lies well before its pictures. */
export const AUDIO_RUN_UP_US = 2_000_000;
/** Audio that is later or earlier than where it should be by less than this, in seconds, is rounding. */
const SLACK_S = 0.1;
/** Longer than any recording: a damaged time. */
const MAX_GAP_S = 31 * 24 * 3600;

export interface PlacedAudioRequest {
  readonly ffmpeg: Ffmpeg;
  readonly path: string;
  readonly probe: Pick<VideoProbe, 'audioTracks' | 'startUs' | 'stream'>;
  /** Place of the track among the video's audio tracks, from 0. */
  readonly track: number;
  readonly sampleRateHz: number;
  readonly channels: 1 | 2;
  /** Where to begin, microseconds from the first picture. */
  readonly fromUs: number;
  /** Where to end; default: with the audio. */
  readonly untilUs?: number;
  /** Samples of one block, each of all channels. */
  readonly blockSamples: number;
  readonly signal: AbortSignal;
  /** Called at its end. */
  readonly onFindings?: (findings: AudioFindings) => void;
}

/**
 * Audio of one track, channels interleaved, the first sample at `fromUs`, whenever the track itself begins: silence until then, and where it pauses. Each piece is put
 * where its own time says. ffmpeg's filters could do that only until the layout of the channels changes: then they are built anew, and begin from zero again.
 * Throws `invalid-input` when there is no such track, `unsupported` when it cannot be decoded or placed, `media-corrupt`, `media-missing`, `tool-missing`, `cancelled`.
 */
export async function* readPlacedAudio(request: PlacedAudioRequest): AsyncGenerator<Float32Array<ArrayBuffer>, void, undefined> {
  // Of more channels than two, ffmpeg knows the places.
  if (request.channels !== 1 || requireTrack(request).channels !== 2) return yield* readChannels(request);
  const mono = createMonoMix(request.sampleRateHz);
  const { onFindings } = request;
  const stereo = {
    ...request,
    channels: 2 as const,
    ...(onFindings && { onFindings: (findings: AudioFindings) => onFindings({ ...findings, cancelledSeconds: mono.cancelledSeconds() }) }),
  };
  for await (const block of readChannels(stereo)) yield mono.mix(block);
}

async function* readChannels(request: PlacedAudioRequest): AsyncGenerator<Float32Array<ArrayBuffer>, void, undefined> {
  const { ffmpeg, path, probe, sampleRateHz, channels, fromUs, untilUs, signal } = request;
  const track = requireTrack(request);
  const inClip = (us: number): string => seconds(probe.startUs + us);
  const start = inClip(fromUs);
  const trim = `atrim=start=${start}${untilUs === undefined ? '' : `:end=${inClip(untilUs)}`}`;
  const form = `aresample=${sampleRateHz},aformat=sample_fmts=flt:channel_layouts=${channels === 1 ? 'mono' : 'stereo'}`;
  const filter = [trim, `asetpts=PTS-(${start})/TB`, ...fewerChannels(track), form, 'ashowinfo'].join(',');
  const isInReach = isOnFileClock(probe.stream) && !isOutOfJumps(track.newSettings, untilUs ?? Infinity);
  const jump = isInReach && fromUs > AUDIO_RUN_UP_US ? ['-seek_timestamp', '1', '-ss', inClip(fromUs - AUDIO_RUN_UP_US)] : [];
  const args = [
    '-map',
    `0:${track.streamIndex}`,
    '-af',
    filter,
    '-ac',
    String(channels),
    '-ar',
    String(sampleRateHz),
    '-f',
    'f32le',
    'pipe:1',
    ...besideOutput(probe.stream),
  ];
  const shown = collectLogged(parsePiece);
  let damagedPieces = 0;
  const onStderrLine = (line: string): void => {
    if (isDecodeError(line)) damagedPieces += 1;
    shown.line(line);
  };
  const tool = await ffmpeg.stream({
    input: { path, options: [...clockOptions(probe.stream), ...jump] },
    args,
    log: 'info',
    signal,
    onStderrLine,
  });
  void tool.exited.then(shown.end);
  const builder = createBlocks(request.blockSamples * channels);
  let rest: Uint8Array = new Uint8Array();
  let at = 0;
  let piece: Piece | null = null;
  for await (const chunk of readChunks(tool)) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      if (piece === null && rest.length >= BYTES_PER_VALUE * channels) {
        piece = (await shown.next()) ?? { atSample: at, samples: Math.floor(rest.length / (BYTES_PER_VALUE * channels)) };
        const gap = gapBefore(piece, at, sampleRateHz);
        if (gap > 0) yield* builder.silence(gap * channels);
        piece = { samples: piece.samples, skipped: Math.max(0, -gap), atSample: piece.atSample };
        at += Math.max(0, gap);
      }
      if (piece === null) break;
      const samples: number = Math.min(piece.samples, Math.floor(rest.length / (BYTES_PER_VALUE * channels)));
      if (samples === 0) break;
      const skipped: number = Math.min(samples, piece.skipped ?? 0);
      const values = new Float32Array(samples * channels);
      new Uint8Array(values.buffer).set(rest.subarray(0, values.byteLength));
      rest = rest.subarray(values.byteLength);
      yield* builder.add(values.subarray(skipped * channels));
      at += samples - skipped;
      piece = samples === piece.samples ? null : { ...piece, samples: piece.samples - samples, skipped: (piece.skipped ?? 0) - skipped };
    }
  }
  requireSuccess(await tool.exited, path, words('media.audioNotDecodable'));
  yield* builder.end();
  request.onFindings?.({ damagedPieces, cancelledSeconds: 0 });
}

/** @throws AppError for a track that is not there, or cannot be used */
function requireTrack({ path, probe, track }: PlacedAudioRequest) {
  const found = probe.audioTracks[track];
  if (found === undefined)
    throw new AppError('invalid-input', words('media.noAudioTrack', { track: track + 1, tracks: probe.audioTracks.length }));
  if (!found.isReadable)
    throw new AppError('unsupported', words('media.audioTrackUnreadable', { track: track + 1, file: quoted(path), codec: found.codec }));
  if (probe.stream?.clock === 'none') throw new AppError('unsupported', words('media.audioNotPlaceable', { file: quoted(path) }));
  return found;
}

interface Piece {
  /** Its place, in samples from the start. */
  readonly atSample: number;
  /** Length in samples. */
  readonly samples: number;
  /** Samples at its beginning that were given already. */
  readonly skipped?: number;
}

/** Reads the log lines of `ashowinfo`; null for others. */
function parsePiece(line: string): Piece | null {
  const [, pts] = /^\[Parsed_ashowinfo[^\]]*\] n: *\d+ pts: *(-?\d+|NOPTS) /.exec(line) ?? [];
  const [, samples] = /\bnb_samples: *(\d+)/.exec(line) ?? [];
  if (pts === undefined || samples === undefined) return null;
  return { atSample: pts === 'NOPTS' ? Number.NaN : Number(pts), samples: Number(samples) };
}

/** Samples of silence before a piece; negative: of it that come too late. */
function gapBefore({ atSample }: Piece, at: number, sampleRateHz: number): number {
  const gap = atSample - at;
  if (Number.isNaN(gap) || Math.abs(gap) > MAX_GAP_S * sampleRateHz) return 0;
  return at > 0 && Math.abs(gap) < SLACK_S * sampleRateHz ? 0 : Math.round(gap);
}

/** Blocks of `size` values out of pieces of any length. */
function createBlocks(size: number) {
  let block = new Float32Array(size);
  let filled = 0;

  function* put(count: number, fill: (target: Float32Array, done: number) => void): Generator<Float32Array<ArrayBuffer>> {
    for (let done = 0; done < count;) {
      const part = Math.min(count - done, size - filled);
      fill(block.subarray(filled, filled + part), done);
      filled += part;
      done += part;
      if (filled < size) continue;
      yield block;
      block = new Float32Array(size);
      filled = 0;
    }
  }

  return {
    add: (values: Float32Array) => put(values.length, (target, done) => target.set(values.subarray(done, done + target.length))),
    silence: (count: number) => put(count, (target) => target.fill(0)),
    *end(): Generator<Float32Array<ArrayBuffer>> {
      if (filled > 0) yield block.slice(0, filled);
    },
  };
}
