/** What ffmpeg's decoders of H.264 and MPEG say once for each frame that lacks parts. */
const MENDED = /\] concealing \d+ DC, /;

/** Whether a line of the log, at the level `info`, reports a frame of which the decoder had to make up parts. */
export function saysMended(line: string): boolean {
  return MENDED.test(line);
}

/** What ffmpeg says of a packet whose data has holes, and of an MXF in which it has lost its place. */
const TORN_PACKET = /\b(?:corrupt input packet in|edit unit sync lost on) stream (\d+)/;

/** Whether a line of the log says that data of a stream is missing; decoders do not always notice. */
export function saysTorn(line: string, streamIndex: number): boolean {
  return TORN_PACKET.exec(line)?.[1] === String(streamIndex);
}

export const TORN_NOTE =
  'Data is missing in the file, as after bad reception or a cut: from there up to the next key frame, frames may look wrong.';

/**
 * What notes on damage begin with. By these words they are known again, also in projects of earlier versions, which store notes as they are: what is changed
 * here must be recognised in its old form as well.
 */
export const DAMAGE = {
  damaged: 'The file is damaged: ',
  incomplete: 'The file is incomplete: ',
  brokenOff: 'The file breaks off ',
} as const;

const MENDED_BEGINNING = `${DAMAGE.damaged}parts of `;

export function mendedNote(frames: number): string {
  return `${MENDED_BEGINNING}${frames} frame${frames === 1 ? '' : 's'} are lost. From there up to the next key frame, frames may look wrong.`;
}

/** Whether a note says that frames of the file are damaged, or are missing. */
export function isDamageNote(note: string): boolean {
  return Object.values(DAMAGE).some((beginning) => note.startsWith(beginning));
}

export function isMendedNote(note: string): boolean {
  return note.startsWith(MENDED_BEGINNING);
}

/** How the same decoders complain, for each place in a frame. */
const PLACE = /error while decoding MB \d|error at MB: \d|damaged at \d/i;

/** The same of HEVC, where it was not told the settings of its pictures. */
const MISTOLD = /error parsing NAL unit|invalid (?:collocated_ref_idx|number of merging)/i;

/** The same of a line: that parts of a picture are lost. */
export function saysDamaged(line: string): boolean {
  return PLACE.test(line) || MENDED.test(line) || MISTOLD.test(line);
}

/** Of H.264, what is said of pictures that are not given at all, as where it was not told their settings, or begins between key frames. */
const NOTHING = /decode_slice_header error|non-existing [SP]PS/i;

/** Whether a line of a run that begins with a key frame says that pictures are lost, or parts of them. */
export function saysLost(line: string): boolean {
  return saysDamaged(line) || NOTHING.test(line);
}

/** Whether errors of a run say that parts of pictures are lost. */
export function sayPicturesDamaged(log: string): boolean {
  return PLACE.test(log);
}
