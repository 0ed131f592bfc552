import type { AudioTrack, VideoProbe } from './video.ts';

/** Of a title, or of the name of a programme. */
const MAX_TITLE_LENGTH = 200;
/** Of what stands for a language or a codec. */
const MAX_CODE_LENGTH = 40;
/** Tracks behind these keep their numbers and lose their titles: a file may have hundreds. */
const MAX_TITLED_TRACKS = 64;
/** More than ffmpeg is allowed to open. */
const MAX_TRACKS = 256;
const MAX_NOTES = 20;
const MAX_NOTE_LENGTH = 2000;
/** Of all notes together, in characters. */
const MAX_NOTES_LENGTH = 8000;

/** Line breaks and the like, and what turns the direction of writing: nobody can see them, and they spoil the lines around. */
const UNSEEN = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu;

/** What a file says of itself, as people are shown it: without what cannot be seen, in one line, and cut where it would go on for pages. */
function shortText(text: string, maxLength: number): string {
  // Cut before, too, for it may be millions of characters.
  const shown = text
    .slice(0, 4 * maxLength)
    .replaceAll(/[\t\n\r]+/gu, ' ')
    .replaceAll(UNSEEN, '')
    .toWellFormed();
  const isWhole = shown === '' || (shown.length <= maxLength && text.length <= 4 * maxLength);
  return isWhole ? shown : `${shown.slice(0, maxLength - 1).toWellFormed()}…`;
}

/** Null where nothing of it can be seen. */
export function shortTitle(title: string | null): string | null {
  const shown = title === null ? '' : shortText(title, MAX_TITLE_LENGTH).trim();
  return shown === '' ? null : shown;
}

export function shortCode(code: string): string {
  return shortText(code, MAX_CODE_LENGTH);
}

function boundedTrack(track: AudioTrack, place: number): AudioTrack {
  const isTitled = place < MAX_TITLED_TRACKS;
  return {
    ...track,
    codec: shortCode(track.codec),
    language: isTitled && track.language !== null ? shortCode(track.language) : null,
    title: isTitled ? shortTitle(track.title) : null,
  };
}

/** The first of them, as many as people read, and how many more there were. */
export function boundedNotes(notes: readonly string[]): string[] {
  const all = firstNotes(notes, MAX_NOTES, MAX_NOTES_LENGTH);
  if (all.length === notes.length) return all;
  const shown = firstNotes(notes, MAX_NOTES - 1, MAX_NOTES_LENGTH - LAST_NOTE_LENGTH);
  return [...shown, `There was more to say of it than is kept: ${notes.length - shown.length} notes are left out.`];
}

/** Room for the note on those that are left out. */
const LAST_NOTE_LENGTH = 100;

function firstNotes(notes: readonly string[], most: number, maxLength: number): string[] {
  const first: string[] = [];
  let length = 0;
  for (const note of notes.slice(0, most)) {
    const shown = shortText(note, MAX_NOTE_LENGTH);
    length += shown.length;
    if (length > maxLength) break;
    first.push(shown);
  }
  return first;
}

/** Every list of videos has all of this of each, so the longest is some 100 KB: what a file says of itself is as long as its maker likes. */
export function boundedProbe(probe: VideoProbe): VideoProbe {
  return {
    ...probe,
    container: shortCode(probe.container),
    videoCodec: shortCode(probe.videoCodec),
    pixelFormat: shortCode(probe.pixelFormat),
    audioTracks: probe.audioTracks.slice(0, MAX_TRACKS).map(boundedTrack),
    notes: boundedNotes(probe.notes),
  };
}
