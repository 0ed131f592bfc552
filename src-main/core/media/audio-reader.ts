import { SAMPLE_RATE_HZ } from '#core/engines/transcribers/sound.ts';
import type { SoundBlock } from '#core/engines/engine.ts';
import type { VideoProbe } from '#shared/domain/video.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { requireSuccess } from './media-errors.ts';
import { readBlocks } from './tool-process.ts';

const BYTES_PER_SAMPLE = Float32Array.BYTES_PER_ELEMENT;
/** Ten seconds. */
const BLOCK_SAMPLES = 10 * SAMPLE_RATE_HZ;
/** Decoding starts this long before the wanted place: compressed sound needs a run-up. */
const RUN_UP_S = 2;

export interface ReadSoundRequest {
  readonly ffmpeg: Ffmpeg;
  readonly path: string;
  readonly probe: Pick<VideoProbe, 'audioTracks' | 'startUs'>;
  /** Place of the track among the film's audio tracks, from 0. */
  readonly track: number;
  /** Where to begin, microseconds from the first picture; default 0. */
  readonly fromUs?: number;
  readonly signal: AbortSignal;
}

/**
 * Sound of one audio track as mono float samples of 16 kHz, the first at `fromUs`, whenever the track itself begins (silence until then).
 * ffmpeg waits while the consumer works, so memory stays at two blocks however long the film is. Leaving the loop ends ffmpeg.
 * Throws `invalid-input` when there is no such track, `media-corrupt` when it cannot be decoded, `media-missing`, `tool-missing`, `cancelled`.
 */
export async function* readSound(request: ReadSoundRequest): AsyncGenerator<SoundBlock, void, undefined> {
  const { ffmpeg, path, probe, track, fromUs = 0, signal } = request;
  if (track >= probe.audioTracks.length) {
    throw new AppError('invalid-input', `There is no audio track ${track + 1}: the film has ${probe.audioTracks.length}. Choose another track.`);
  }
  const start = ((probe.startUs + fromUs) / 1e6).toFixed(6);
  const filter = `atrim=start=${start},asetpts=PTS-(${start})/TB,aresample=${SAMPLE_RATE_HZ}:async=1:first_pts=0`;
  const jump = fromUs > RUN_UP_S * 1e6 ? ['-seek_timestamp', '1', '-ss', (Number(start) - RUN_UP_S).toFixed(6)] : [];
  const args = ['-map', `0:a:${track}`, '-vn', '-af', filter, '-ac', '1', '-ar', String(SAMPLE_RATE_HZ), '-f', 'f32le', 'pipe:1'];
  const tool = await ffmpeg.stream({ input: { path, options: ['-copyts', ...jump] }, args, signal });
  for await (const block of readBlocks(tool, BLOCK_SAMPLES * BYTES_PER_SAMPLE)) {
    yield { samples: new Float32Array(block.buffer, block.byteOffset, Math.floor(block.length / BYTES_PER_SAMPLE)) };
  }
  requireSuccess(await tool.exited, path, 'has sound that cannot be decoded');
}
