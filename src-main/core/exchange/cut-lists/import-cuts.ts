import type { FileGrants } from '#core/base/files/file-grants.ts';
import { takeTurns } from '#core/base/turns.ts';
import { type ChosenText, readChosenText } from '../chosen-text.ts';
import type { CutList } from '../formats/cut-list-format.ts';
import { cutListTitles, findCutList } from '../formats/registry.ts';
import type { ShotsService } from '#core/project/shots/shots-service.ts';
import type { TextsService } from '#core/project/texts/texts-service.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { GrantId, VideoId } from '#shared/domain/ids.ts';
import type { Shot } from '#shared/domain/shot.ts';
import type { FrameClock } from '#shared/domain/time.ts';
import { words } from '#shared/words/words.ts';
import { type FittedShots, fitShots } from './fit-shots.ts';

/** Some formats take a kilobyte and more for each shot. */
const MAX_BYTES = 16 * 1024 * 1024;
/** Some take a line for each element of a shot, or for each frame of the video. */
const MAX_LINES = 1_000_000;
/** A cut of the list that lies as near to a locked one is the same cut. */
const SAME_CUT_FRAMES = 2;

export interface CutImportParts {
  readonly files: FileGrants;
  readonly videos: VideosService;
  readonly shots: ShotsService;
  readonly texts: TextsService;
}

export interface CutImport {
  /** Cuts that people made and did not lock give way too. */
  readonly replaceEdited: boolean;
  readonly actor: string;
}

export interface CutsPlaced {
  /** Of the video, from now on. */
  readonly shotCount: number;
  readonly captionCount: number;
  readonly notes: string[];
}

export interface CutListChoice {
  readonly videoId: VideoId;
  readonly grantId: GrantId;
  readonly signal: AbortSignal;
}

/**
 * Reads a cut list for a video. What it gives cuts the video into the shots of the list, as one step that undo takes back. Locked cuts stay, as
 * they do when shots are detected.
 * @throws AppError `invalid-input` when it is not a cut list or has no shot for this video, `media-missing` when the video was not measured; then `conflict` when people edited the cuts and nobody said to replace them, or when the video has changed
 */
export async function readCuts(
  parts: CutImportParts,
  { videoId, grantId, signal }: CutListChoice,
): Promise<(request: CutImport) => CutsPlaced> {
  const clock = await parts.videos.clockAside(videoId);
  const { leadUs = 0 } = parts.videos.get(videoId).probe ?? {};
  const turn = takeTurns(signal);
  const chosen = await readChosenText(parts.files, grantId, {
    maxBytes: MAX_BYTES,
    maxLines: MAX_LINES,
    inFolder: (file) => words('exchange.cutsInFolder', { file }),
    turn,
  });
  const format = findCutList(chosen.name, chosen.text);
  if (format === null)
    throw new AppError('invalid-input', words('exchange.notCutList', { file: chosen.name, formats: cutListTitles().join(', ') }));
  const list = await parseList(() => format.parse(chosen.text, { clock, leadUs, turn }), {
    name: chosen.name,
    title: format.title,
  });
  await turn();
  const fitted = fitShots(list.shots, clock.frameCount);
  const videoName = parts.videos.get(videoId).name;
  if (fitted.shotCount === 0) throw nothingUsable({ name: chosen.name, videoName, fitted, list });
  const source = { format: format.id, file: chosen.name };
  const notes = [...list.notes, ...fitted.notes, ...(chosen.note === null ? [] : [chosen.note])];
  return (request) => placeCuts(parts, { videoId, clock, fitted, notes, source }, request);
}

/** What is wrong with the list as a whole is said with its name and its format. */
async function parseList(
  parse: () => Promise<CutList>,
  { name, title }: { readonly name: string; readonly title: string },
): Promise<CutList> {
  try {
    return await parse();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'invalid-input') throw error;
    throw new AppError('invalid-input', words('exchange.cutListBroken', { file: name, format: title, problem: error.words }), {
      cause: error,
    });
  }
}

interface ReadCuts {
  readonly videoId: VideoId;
  readonly clock: FrameClock;
  readonly fitted: FittedShots;
  readonly notes: readonly string[];
  readonly source: { readonly format: string; readonly file: string };
}

function placeCuts({ videos, shots, texts }: CutImportParts, read: ReadCuts, { replaceEdited, actor }: CutImport): CutsPlaced {
  const { videoId, clock, fitted, source } = read;
  if (!isSameClock(videos.clock(videoId), clock)) throw new AppError('conflict', words('exchange.videoChanged', { file: source.file }));
  const before = shots.list(videoId);
  const listed = new Set(fitted.cuts.map(({ frame }) => frame));
  const edited = before.filter((shot) => isEdited(shot) && !listed.has(shot.startFrame)).length;
  if (edited > 0 && !replaceEdited) throw new AppError('conflict', words('exchange.editedCuts', { count: edited, file: source.file }));
  let captionCount = 0;
  shots.replaceFromCuts(
    videoId,
    { cuts: fitted.cuts, minDistanceFrames: SAME_CUT_FRAMES + 1, origin: 'import' },
    { actor, label: words('edits.importFile', { name: source.file }) },
    (db) => {
      captionCount = texts.addImported(db, { videoId, captions: fitted.captions, source, actor });
    },
  );
  const after = shots.list(videoId);
  return { shotCount: after.length, captionCount, notes: [...read.notes, ...noteOfLocked(after, listed)] };
}

/** By hand: what came with a list or a data set and nobody confirmed is nobody's work here. */
function isEdited({ startFrame, origin, locked }: Shot): boolean {
  return startFrame > 0 && (locked || origin === 'human');
}

function noteOfLocked(after: readonly Shot[], listed: ReadonlySet<number>): string[] {
  const count = after.filter(({ startFrame, locked }) => startFrame > 0 && locked && !listed.has(startFrame)).length;
  if (count === 0) return [];
  return [`${count === 1 ? 'one locked cut is' : `${count.toLocaleString('en')} locked cuts are`} not in the list and stayed`];
}

/** The frames that the list was read for are those that the video has now. */
function isSameClock(now: FrameClock, then: FrameClock): boolean {
  const [a, b] = [now.ptsUs, then.ptsUs];
  const hasSameRate = now.rate.num === then.rate.num && now.rate.den === then.rate.den;
  return hasSameRate && now.frameCount === then.frameCount && a?.length === b?.length && a?.at(-1) === b?.at(-1);
}

interface Unusable {
  readonly name: ChosenText['name'];
  readonly videoName: string;
  readonly fitted: FittedShots;
  readonly list: CutList;
}

function nothingUsable({ name, videoName, fitted, list }: Unusable): AppError {
  const why =
    fitted.lateCount > 0
      ? words('exchange.shotsLate', { video: videoName })
      : list.shots.length > 0 || list.notes.length > 0
        ? words('exchange.shotsLeftOut', { why: fitted.notes[0] ?? list.notes[0] ?? '' })
        : words('exchange.noShotsListed');
  return new AppError('invalid-input', words('exchange.noUsableShots', { file: name, why }));
}
