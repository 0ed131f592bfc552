/** What came to light while the audio of a file was decoded. */
export interface AudioFindings {
  /** Pieces that could not be decoded. */
  readonly damagedPieces: number;
  /** Seconds in which its two channels cancel each other out. */
  readonly cancelledSeconds: number;
}

/** In the words of ffmpeg 5 and of those after it. */
const DECODE_ERROR = /error while decoding stream|error submitting packet to decoder/i;

export function isDecodeError(line: string): boolean {
  return DECODE_ERROR.test(line);
}

/** What a person should know of a track, in words. */
export function audioFindingNotes({ damagedPieces, cancelledSeconds }: AudioFindings, track: number): string[] {
  const notes: string[] = [];
  if (damagedPieces > 0)
    notes.push(`Audio track ${track + 1} is damaged: ${damagedPieces} piece${damagedPieces === 1 ? '' : 's'} of it cannot be decoded.`);
  if (cancelledSeconds >= 0.2)
    notes.push(
      `The two channels of audio track ${track + 1} cancel each other out for ${cancelledSeconds.toFixed(1)} s: there the louder one is used alone.`,
    );
  return notes;
}

/** Whether these lines say more than `allowed` times that audio of one of these streams, of the first or the second input, could not be decoded. */
export function saysAudioDamaged(log: string, streamIndexes: readonly number[], allowed: number): boolean {
  const errors = log.split('\n').filter(isDecodeError);
  return streamIndexes.some((index) => errors.filter((line) => new RegExp(String.raw`#[01]:${index}\b`, 'u').test(line)).length > allowed);
}
