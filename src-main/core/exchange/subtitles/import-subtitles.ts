import type { FileGrants } from '#core/base/files/file-grants.ts';
import { takeTurns } from '#core/base/turns.ts';
import { readChosenText } from '../chosen-text.ts';
import type { Cue } from './cue.ts';
import { otherSubtitleFormat } from './other-formats.ts';
import { parseCues } from './parse-cues.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { GrantId, VideoId } from '#shared/domain/ids.ts';
import { words } from '#shared/words/words.ts';
import type { TranscriptsService } from '#core/project/transcripts/transcripts-service.ts';

/** A video of many hours has a few hundred kilobytes of subtitles. */
const MAX_BYTES = 8 * 1024 * 1024;
/** With the number, the times, two lines of text and an empty one for each of twice as many cues as are taken. */
const MAX_LINES = 250_000;
/** Ten times as many as a long video has: they are stored, and sent to pages, in one piece. */
const MAX_CUES = 20_000;
/** The last cue often stays a little longer than the picture. */
const UNREPORTED_CUT_US = 1_000_000;

export interface SubtitleImportParts {
  readonly files: FileGrants;
  readonly transcripts: TranscriptsService;
  readonly videos: VideosService;
}

export interface SubtitleImport {
  readonly videoId: VideoId;
  readonly replaceEdited: boolean;
  readonly actor: string;
}

export interface SubtitleChoice {
  readonly grantId: GrantId;
  /** Whoever has gone needs no answer. */
  readonly signal: AbortSignal;
}

export interface SubtitlesPlaced {
  readonly segmentCount: number;
  readonly notes: string[];
}

interface SubtitleFile {
  readonly name: string;
  readonly cues: readonly Cue[];
  readonly notes: readonly string[];
  /** On how its letters were read. */
  readonly note: string | null;
}

/**
 * Reads a subtitle file. What it gives makes the cues the transcript of a video, as one step that undo takes back.
 * @throws AppError `invalid-input` when it is no subtitle file; then also when it has no usable cue, `conflict` when people edited the transcript and nobody said to replace that
 */
export async function readSubtitles(
  { files, transcripts, videos }: SubtitleImportParts,
  { grantId, signal }: SubtitleChoice,
): Promise<(request: SubtitleImport) => SubtitlesPlaced> {
  const turn = takeTurns(signal);
  const { name, text, note } = await readChosenText(files, grantId, {
    maxBytes: MAX_BYTES,
    maxLines: MAX_LINES,
    inFolder: (file) => words('exchange.subtitlesInFolder', { file }),
    turn,
  });
  const parsed = await parseCues(text, turn);
  if (parsed === null) throw notSubtitles(name, text);
  if (parsed.cues.length > MAX_CUES)
    throw new AppError('invalid-input', words('exchange.tooManyCues', { file: name, cues: parsed.cues.length, limit: MAX_CUES }));
  const read = { name, cues: parsed.cues, notes: parsed.notes, note };
  return (request) => placeSubtitles({ transcripts, videos }, read, request);
}

function placeSubtitles(
  { transcripts, videos }: Pick<SubtitleImportParts, 'transcripts' | 'videos'>,
  { name, cues, notes: readNotes, note }: SubtitleFile,
  { videoId, replaceEdited, actor }: SubtitleImport,
): SubtitlesPlaced {
  const { probe, name: videoName } = videos.get(videoId);
  const endUs = probe?.durationUs ?? Number.MAX_SAFE_INTEGER;
  // Players count from where the file begins, which may be its audio.
  const leadUs = probe?.leadUs ?? 0;
  const placed = cues.map((cue) => ({ ...cue, startUs: Math.max(0, cue.startUs - leadUs), endUs: cue.endUs - leadUs }));
  const shown = placed.filter((cue) => cue.endUs > 0);
  const inside = shown.filter((cue) => cue.startUs < endUs);
  const notes = [...readNotes];
  const early = placed.length - shown.length;
  if (early > 0)
    notes.push(
      `${early === 1 ? 'one cue ends' : `${early} cues end`} before the first frame (${(leadUs / 1e6).toFixed(1)} s after the beginning of the file) and ${early === 1 ? 'was' : 'were'} left out`,
    );
  const late = shown.length - inside.length;
  if (late > 0)
    notes.push(
      `${late === 1 ? 'one cue begins' : `${late} cues begin`} after the end of the video and ${late === 1 ? 'was' : 'were'} left out`,
    );
  const cut = inside.filter((cue) => cue.endUs > endUs + UNREPORTED_CUT_US).length;
  if (cut > 0)
    notes.push(
      `${cut === 1 ? 'one cue ends' : `${cut} cues end`} after the end of the video and ${cut === 1 ? 'was' : 'were'} trimmed there`,
    );
  if (note !== null) notes.push(note);
  // Before anything is replaced: a file without a single usable cue must not empty the transcript.
  if (inside.length === 0) throw nothingUsable({ name, videoName, cues, notes });
  const edited = transcripts.get(videoId).filter((segment) => segment.origin === 'human').length;
  if (edited > 0 && !replaceEdited) throw new AppError('conflict', words('exchange.editedSegments', { count: edited, file: name }));
  const segments = inside.map((cue) => ({
    ...cue,
    endUs: Math.min(cue.endUs, endUs),
    text: cue.text.replaceAll('\n', ' '),
    origin: 'import' as const,
  }));
  transcripts.replace(videoId, segments, { actor, label: words('edits.importFile', { name }) });
  return { segmentCount: segments.length, notes };
}

function notSubtitles(name: string, text: string): AppError {
  const format = otherSubtitleFormat(text);
  if (format === null) return new AppError('invalid-input', words('exchange.notSubtitles', { file: name }));
  return new AppError('invalid-input', words('exchange.otherSubtitles', { file: name, format }));
}

interface Unusable {
  readonly name: string;
  readonly videoName: string;
  readonly cues: readonly Cue[];
  readonly notes: readonly string[];
}

function nothingUsable({ name, videoName, cues, notes }: Unusable): AppError {
  const why =
    cues.length > 0
      ? words('exchange.cuesLate', { video: videoName })
      : words('exchange.cuesLeftOut', { why: notes[0] ?? words('exchange.cuesEmpty') });
  return new AppError('invalid-input', words('exchange.noUsableCues', { file: name, why }));
}
