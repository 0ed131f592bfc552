import type { VideoProbe } from '#shared/domain/video.ts';
import { usableTracks } from './clip-audio.ts';
import { sayPicturesDamaged } from './damaged-pictures.ts';
import type { WriteReport } from './ffmpeg.ts';
import { type SeekPlan, WITHOUT_INDEX } from './frame-seek.ts';
import { saysAudioDamaged } from './audio-findings.ts';

/** Pieces of audio that a jump into the middle of one may leave undecodable. */
const TORN_PIECES = 3;

/** What the run that wrote a clip said of damage in its source. */
export function damageNotes(
  { stderrTail }: WriteReport,
  probe: Pick<VideoProbe, 'audioTracks' | 'container' | 'stream'>,
  { inputOptions }: SeekPlan,
): string[] {
  const mayBeTorn = WITHOUT_INDEX.has(probe.container) && inputOptions.includes('-ss');
  const tracks = usableTracks(probe).map(({ streamIndex }) => streamIndex);
  const notes: string[] = [];
  // Elsewhere reading may begin in the middle of a picture, and whether any is damaged was found when they were counted.
  if (probe.stream?.isDecoded === false && sayPicturesDamaged(stderrTail))
    notes.push('Pictures in it, or shortly before it, are damaged: the decoder made up parts of them.');
  if (saysAudioDamaged(stderrTail, tracks, mayBeTorn ? TORN_PIECES : 0))
    notes.push('Audio in it, or shortly before it, is damaged and could not be decoded.');
  return notes;
}

export function paddingNotes({ width, height }: Pick<VideoProbe, 'width' | 'height'>): string[] {
  if (width % 2 === 0 && height % 2 === 0) return [];
  const even = (side: number): number => side + (side % 2);
  return [`Padded from ${width}×${height} to ${even(width)}×${even(height)}: H.264 needs an even width and height.`];
}
