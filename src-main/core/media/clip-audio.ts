import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { frameToUs } from '#shared/domain/time.ts';
import { type AudioTrack, tracksByRank, type VideoProbe } from '#shared/domain/video.ts';
import { fewerChannels } from './audio-tracks.ts';
import type { ClipRange } from './clip-range.ts';
import { isOutOfJumps } from './decoder-settings.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { jumpTo, seconds } from './ffmpeg-time.ts';
import type { MoreInput } from './fluent-run.ts';
import { frameTime } from './frame-seek.ts';
import type { FrameSource } from './frame-source.ts';
import { guardedOptions } from './media-input.ts';
import { AUDIO_RUN_UP_US, readPlacedAudio } from './placed-audio.ts';

/** Of audio that is written to a file in between. */
const SAMPLE_RATE_HZ = 48_000;

/**
 * Audio that runs away from the times of its packets by this much, in seconds, is put back: beginnings are heard by then. Times that are merely rounded, or late by the length of one
 * packet (26 ms of MP3), stay below, and their audio is kept as it is.
 */
const MAX_DRIFT_S = 0.03;

/** Audio of one clip, as ffmpeg is to read it. */
export interface AudioInput {
  /** What `-map` chooses. */
  readonly map: string;
  readonly filter: string;
}

/** Tracks whose audio can be put under pictures, first the one that players choose: many programs read no other. */
export function usableTracks({ audioTracks, stream }: Pick<VideoProbe, 'audioTracks' | 'stream'>): AudioTrack[] {
  return stream?.clock === 'none' ? [] : tracksByRank(audioTracks);
}

/** What is missing in the audio of a clip. */
export function audioNotes({ audioTracks, stream }: Pick<VideoProbe, 'audioTracks' | 'stream'>): string[] {
  if (stream?.clock === 'none' && audioTracks.length > 0)
    return ['Without audio: the timestamps of the video cannot be used, so its audio cannot be placed.'];
  return audioTracks.flatMap(({ isReadable, codec }, index) =>
    isReadable ? [] : [`Without audio track ${index + 1} (${codec}), which cannot be decoded.`],
  );
}

/** The video once more, to read its audio from well before the range, or from the beginning: where its pictures are jumped to, audio would begin in the middle. */
export function audioRunUp(source: FrameSource, range: ClipRange, tracks: readonly AudioTrack[]): MoreInput {
  const fromUs = frameTime(source, range.startFrame).timeUs - AUDIO_RUN_UP_US;
  const isOutOfReach = tracks.some(({ newSettings }) => isOutOfJumps(newSettings, frameToUs(source.clock, range.endFrame)));
  const jump = isOutOfReach ? [] : jumpTo(fromUs);
  const options = [...jump, '-reinit_filter:a', '0'];
  return { path: resolve(source.path), options: guardedOptions({ path: source.path, options }) };
}

/**
 * The audio of the range, silence where there is none, so that it lies under the same pictures as in the video.
 * @param input number of the input to read it from
 */
export function audioInputs(source: FrameSource, range: ClipRange, tracks: readonly AudioTrack[], input: number): AudioInput[] {
  const startUs = frameTime(source, range.startFrame).timeUs;
  const durationUs = durationOf(source, range);
  const [start, end] = [startUs, startUs + durationUs].map(seconds);
  const place = `atrim=start=${start}:end=${end},asetpts=PTS-(${start})/TB,aresample=async=1:min_hard_comp=${MAX_DRIFT_S}:first_pts=0`;
  return tracks.map((track) => ({
    map: `${input}:${track.streamIndex}`,
    filter: [...fewerChannels(track), place, padTo(durationUs)].join(','),
  }));
}

/** The same from files of `writePlacedAudio`, which stand behind the video as inputs. */
export function placedInputs(source: FrameSource, range: ClipRange, count: number): AudioInput[] {
  return Array.from({ length: count }, (_, index) => ({ map: `${index + 1}:0`, filter: padTo(durationOf(source, range)) }));
}

export const PLACED_OPTIONS = ['-f', 'f32le', '-ar', String(SAMPLE_RATE_HZ), '-ac', '2'];

export interface PlacedAudioFile {
  readonly ffmpeg: Ffmpeg;
  readonly source: FrameSource & { readonly probe: Pick<VideoProbe, 'audioTracks'> };
  readonly range: ClipRange;
  readonly track: AudioTrack;
  readonly file: string;
  readonly signal: AbortSignal;
}

/** Writes the audio under the range as stereo, for a track whose channels change in the middle. */
export async function writePlacedAudio({ ffmpeg, source, range, track, file, signal }: PlacedAudioFile): Promise<void> {
  const { path, probe, clock } = source;
  const fromUs = frameToUs(clock, range.startFrame);
  const untilUs = frameToUs(clock, range.endFrame);
  const place = probe.audioTracks.indexOf(track);
  const target = await open(file, 'wx');
  try {
    const request = {
      ffmpeg,
      path,
      probe,
      track: place,
      sampleRateHz: SAMPLE_RATE_HZ,
      channels: 2,
      fromUs,
      untilUs,
      blockSamples: SAMPLE_RATE_HZ,
      signal,
    } as const;
    let isEmpty = true;
    for await (const block of readPlacedAudio(request)) {
      await target.write(new Uint8Array(block.buffer, 0, block.byteLength));
      isEmpty = false;
    }
    // ffmpeg opens no input without a sample.
    if (isEmpty) await target.write(new Uint8Array(2 * Float32Array.BYTES_PER_ELEMENT));
  } finally {
    await target.close();
  }
}

function durationOf({ clock }: FrameSource, { startFrame, endFrame }: ClipRange): number {
  return frameToUs(clock, endFrame) - frameToUs(clock, startFrame);
}

function padTo(durationUs: number): string {
  return `apad=whole_dur=${seconds(durationUs)}`;
}
