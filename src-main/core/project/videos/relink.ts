import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { inTransaction } from '#core/base/db/database.ts';
import type { FileGrants } from '#core/base/files/file-grants.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { probeVideo } from '#core/media/probe.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import { listShots } from '../shots/shot-repository.ts';
import { AppError, isCancelled } from '#shared/contract/errors.ts';
import type { Role } from '#shared/contract/define.ts';
import type { GrantId, VideoId } from '#shared/domain/ids.ts';
import type { VideoProbe } from '#shared/domain/video.ts';
import { words, type Words } from '#shared/words/words.ts';
import { beginLook, type Look, type LookTimes, OutOfTime } from '#core/base/look.ts';
import { fingerprints, grantedFiles } from './look-at-files.ts';
import { fingerprint } from './video-files.ts';
import type { FileLink } from './link-file.ts';
import { filesByName } from './named-files.ts';
import * as repository from './video-repository.ts';
import type { VideoSources } from './video-sources.ts';

export interface RelinkParts {
  readonly project: ProjectAccess;
  readonly grants: FileGrants;
  readonly ffmpeg: Ffmpeg;
  readonly sources: Pick<VideoSources, 'isThere'>;
  linkTo(link: FileLink, actor: string): void;
  onChanged(videoId: VideoId): void;
}

export interface RelinkedVideos {
  readonly found: VideoId[];
  /** Files that have the name of a missing video and are other ones. */
  readonly refused: { readonly name: string; readonly reason: Words }[];
  readonly stillMissing: number;
  /** Not all of them were looked for. */
  readonly isOutOfTime: boolean;
}

/** Where the content differs, measuring only shows in what: nobody waits long for that. */
const WORDS_MS = 15_000;

/** Whoever asks for it knows that it is another file, and wants it all the same. */
export interface RelinkAsk {
  readonly videoId: VideoId;
  readonly grantId: GrantId;
  readonly insists?: boolean;
  /** Annotators point only videos at files whose own are missing. */
  readonly role?: Role;
}

/** What a comparison rests on. */
interface Basis {
  readonly fingerprint: string | null;
  readonly expected: Expected | null;
}

interface FoundFile {
  readonly file: string;
  readonly print: string | null;
}

/** Points videos at their files in new places, after looking whether they are the same. Looking and writing are apart: the first may take long. */
export function createRelinking({ project, grants, ffmpeg, sources, linkTo, onChanged }: RelinkParts) {
  /**
   * Looks at a file that a video is to be pointed at; what it gives does it.
   * @throws AppError `conflict` with what differs, unless the person insists: then it is measured by a job, and the shots are fitted to it
   */
  async function lookForRelink(
    { videoId, grantId, insists = false, role }: RelinkAsk,
    signal: AbortSignal,
  ): Promise<(actor: string) => void> {
    const { path: file, isFolder } = grants.resolve(grantId);
    if (isFolder) throw new AppError('invalid-input', words('project.relinkToFolder'));
    const look = beginLook(signal);
    const { name, basis } = known(videoId);
    if (role === 'annotator' && (await look(() => sources.isThere(videoId)))) throw isInPlace(name);
    const print = await look(() => fingerprint(file, project.session().folder));
    const difference = insists ? null : await differenceOf(basis, { file, print }, look);
    if (difference !== null) {
      const names = { file: path.basename(file), video: name };
      throw new AppError(
        'conflict',
        difference instanceof AppError
          ? words('project.relinkToUnreadable', { ...names, problem: difference.words })
          : words('project.relinkToOther', { ...names, difference }),
      );
    }
    return (actor) => {
      if (role === 'annotator' && !isMissing(videoId)) throw isInPlace(name);
      if (!insists && !isDeepStrictEqual(known(videoId).basis, basis)) throw changedMeanwhile(name, file);
      linkTo({ videoId, file, print }, actor);
      onChanged(videoId);
    };
  }

  /**
   * Looks among granted files, and in granted folders, for all videos whose files are missing: by content, then by name and what else is
   * known. What it gives points them there.
   */
  async function lookForMissing(
    grantIds: readonly GrantId[],
    signal: AbortSignal,
    { role, times }: { readonly role?: Role | undefined; readonly times?: LookTimes } = {},
  ): Promise<(actor: string) => RelinkedVideos> {
    const look = beginLook(signal, times);
    const files = await fingerprints(await grantedFiles(grants, grantIds, look), project.session().folder, look);
    // Of several with one content the first.
    const byPrint = new Map(files.toReversed().flatMap((each) => (each.print === null ? [] : [[each.print, each] as const])));
    const named = filesByName(files.map(({ file }) => file));
    const byFile = new Map(files.map((each) => [each.file, each]));
    const refused: { name: string; reason: Words }[] = [];
    const chosen: { readonly videoId: VideoId; readonly basis: Basis; readonly found: FoundFile }[] = [];
    async function lookFor(videoId: VideoId): Promise<void> {
      // Ends here once there is no time left: of the others nothing is known, and no file of theirs is at fault.
      await look(() => Promise.resolve());
      // It may have been taken out meanwhile.
      if (!repository.hasVideo(project.session().db, videoId)) return;
      if (role === 'annotator' && (await look(() => sources.isThere(videoId)))) return;
      const { name, basis } = known(videoId);
      const same = basis.fingerprint === null ? undefined : byPrint.get(basis.fingerprint);
      const candidates = same === undefined ? named(name).files.flatMap((file) => byFile.get(file) ?? []) : [same];
      const found = await theOneThatFits({ name, basis }, candidates, look, refused);
      if (found !== null) chosen.push({ videoId, basis, found });
    }
    const isOutOfTime = await untilOutOfTime(missingVideos(), ({ videoId }) => lookFor(videoId));
    return (actor) => {
      const still = new Set(missingVideos().map(({ videoId }) => videoId));
      const linked = chosen.filter(({ videoId, basis }) => still.has(videoId) && isDeepStrictEqual(known(videoId).basis, basis));
      inTransaction(project.session().db, () => linked.forEach(({ videoId, found }) => linkTo({ videoId, ...found }, actor)));
      for (const { videoId } of linked) onChanged(videoId);
      return { found: linked.map(({ videoId }) => videoId), refused, stillMissing: still.size - linked.length, isOutOfTime };
    };
  }

  const missingVideos = (): repository.VideoFile[] => repository.listFiles(project.session().db).filter(({ state }) => state === 'missing');

  const isMissing = (videoId: VideoId): boolean => repository.getVideo(project.session().db, videoId).video.state === 'missing';

  function known(videoId: VideoId): { readonly name: string; readonly basis: Basis } {
    const { db } = project.session();
    const { video, fingerprint: print } = repository.getVideo(db, videoId);
    const lastShot = video.probe !== null ? undefined : listShots(db, videoId).at(-1);
    const expected = video.probe ?? (lastShot === undefined ? null : { frameCount: lastShot.endFrame });
    return { name: video.name, basis: { fingerprint: print, expected } };
  }

  /** Where several may be meant, none. */
  async function theOneThatFits(
    { name, basis }: { readonly name: string; readonly basis: Basis },
    candidates: readonly FoundFile[],
    look: Look,
    refused: { name: string; reason: Words }[],
  ): Promise<FoundFile | null> {
    const fitting: FoundFile[] = [];
    for (const candidate of candidates) {
      const difference = await differenceOf(basis, candidate, look);
      if (difference === null) fitting.push(candidate);
      else refused.push({ name: path.basename(candidate.file), reason: difference instanceof AppError ? difference.words : difference });
    }
    const [first = null, ...others] = fitting;
    // Of files with one content any is the one.
    if (others.every(({ print }) => print !== null && print === first?.print)) return first;
    refused.push({ name, reason: words('project.severalFit', { count: fitting.length }) });
    return null;
  }

  /** In what a file differs from the one that a video was made of, or why it cannot be measured; null: in nothing that is known. */
  async function differenceOf(
    { fingerprint: before, expected }: Basis,
    { file, print }: FoundFile,
    look: Look,
  ): Promise<Words | AppError | null> {
    if (before !== null && before === print) return null;
    if (before === null && expected === null) return null;
    const measured = await measure(file, look, before === null ? undefined : WORDS_MS);
    if (measured === null) return words(before === null ? 'project.notComparedInTime' : 'project.otherContentSeen');
    if (measured instanceof AppError) return measured;
    const differences = expected === null ? null : differencesBetween(expected, measured);
    if (before === null) return differences;
    return differences === null ? words('project.otherContentOnly') : words('project.otherContent', { differences });
  }

  /** What is wrong, where it cannot be measured; null: not in the time that there is. */
  async function measure(file: string, look: Look, atMostMs?: number): Promise<VideoProbe | AppError | null> {
    try {
      return await look(async (signal) => (await probeVideo({ ffmpeg, path: file, signal })).probe, atMostMs);
    } catch (error) {
      if (error instanceof OutOfTime) return null;
      if (error instanceof AppError && !isCancelled(error)) return error;
      throw error;
    }
  }

  return { lookForRelink, lookForMissing };
}

/** Whether time was up before all were looked at: those until then count. */
async function untilOutOfTime<T>(things: readonly T[], work: (thing: T) => Promise<void>): Promise<boolean> {
  try {
    for (const thing of things) await work(thing);
    return false;
  } catch (error) {
    if (error instanceof OutOfTime) return true;
    throw error;
  }
}

/** What others work on is the owner's to replace, for files are compared by samples alone. */
function isInPlace(name: string): AppError {
  return new AppError('forbidden', words('project.relinkInPlace', { video: name }));
}

function changedMeanwhile(name: string, file: string): AppError {
  return new AppError('busy', words('project.changedWhileCompared', { video: name, file: path.basename(file) }));
}

type Expected = Pick<VideoProbe, 'frameCount'> & Partial<VideoProbe>;

/** Null: none. */
function differencesBetween(expected: Expected, found: VideoProbe): Words | null {
  const differences: Words[] = [];
  if (expected.frameCount !== found.frameCount)
    differences.push(words('project.otherFrames', { found: found.frameCount, expected: expected.frameCount }));
  const { durationUs, width, height } = expected;
  if (durationUs !== undefined && Math.abs(durationUs - found.durationUs) > 1000)
    differences.push(words('project.otherLength', { found: (found.durationUs / 1e6).toFixed(2), expected: (durationUs / 1e6).toFixed(2) }));
  if (width !== undefined && height !== undefined && (width !== found.width || height !== found.height))
    differences.push(words('project.otherPixels', { found: `${found.width}×${found.height}`, expected: `${width}×${height}` }));
  const [first = null, ...others] = differences;
  return first === null ? null : others.reduce((joined, next) => words('project.differencesJoined', { differences: joined, next }), first);
}
