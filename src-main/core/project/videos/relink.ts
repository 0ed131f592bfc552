import path from 'node:path';
import { inTransaction } from '#core/base/db/database.ts';
import type { FileGrants } from '#core/base/files/file-grants.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { probeVideo } from '#core/media/probe.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import { listShots } from '../shots/shot-repository.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { GrantId, VideoId } from '#shared/domain/ids.ts';
import type { VideoProbe } from '#shared/domain/video.ts';
import { inEnglish, type Words, words } from '#shared/words/words.ts';
import { fingerprint, findVideos } from './video-files.ts';
import type { VideoPlaces } from './video-places.ts';
import * as repository from './video-repository.ts';

export interface RelinkParts {
  readonly project: ProjectAccess;
  readonly grants: FileGrants;
  readonly ffmpeg: Ffmpeg;
  readonly places: Pick<VideoPlaces, 'choose'>;
  onChanged(videoId: VideoId): void;
}

export interface RelinkedVideos {
  readonly found: VideoId[];
  /** Files that have the name of a missing video and are other ones. */
  readonly refused: { readonly name: string; readonly reason: string }[];
  readonly stillMissing: number;
}

/** Points videos at their files in new places, after looking whether they are the same. */
export function createRelinking({ project, grants, ffmpeg, places, onChanged }: RelinkParts) {
  /**
   * Points a video at a file.
   * @param insists a person was told that it is another file, and wants it all the same: it is measured, and the shots are fitted to it
   * @throws AppError `conflict` with what differs
   */
  async function relink(videoId: VideoId, grantId: GrantId, insists = false): Promise<void> {
    const { path: file, isFolder } = grants.resolve(grantId);
    if (isFolder) throw new AppError('invalid-input', words('project.relinkToFolder'));
    const print = await fingerprint(file);
    const stored = repository.getVideo(project.session().db, videoId);
    const difference = await differenceOf(stored, file, print);
    if (difference !== null && !insists) {
      const names = { file: path.basename(file), video: stored.video.name };
      throw new AppError(
        'conflict',
        difference instanceof AppError
          ? words('project.relinkToUnreadable', { ...names, problem: difference.words ?? difference.message })
          : words('project.relinkToOther', { ...names, difference }),
      );
    }
    link(stored, file, print);
  }

  /** Looks among granted files, and in granted folders, for all videos whose files are missing: by content, then by name and what else is known. */
  async function relinkAll(grantIds: readonly GrantId[]): Promise<RelinkedVideos> {
    const { db } = project.session();
    const files: { readonly file: string; readonly print: string | null }[] = [];
    for (const grantId of grantIds) {
      const granted = grants.resolve(grantId);
      for (const file of granted.isFolder ? await findVideos(granted.path) : [granted.path]) {
        // A file that cannot be read is none of those that are looked for.
        files.push({ file, print: await fingerprint(file).catch(() => null) });
      }
    }
    const result: { found: VideoId[]; refused: { name: string; reason: string }[]; stillMissing: number } = {
      found: [],
      refused: [],
      stillMissing: 0,
    };
    for (const missing of repository.listFiles(db).filter(({ state }) => state === 'missing')) {
      const stored = repository.getVideo(db, missing.videoId);
      const same = files.find(({ print }) => print !== null && print === stored.fingerprint);
      const named = same === undefined ? files.filter(({ file }) => path.basename(file) === path.basename(stored.video.name)) : [];
      const chosen = same ?? (await firstThatFits(stored, named, (file, reason) => result.refused.push({ name: file, reason })));
      if (chosen === null) result.stillMissing++;
      else {
        link(stored, chosen.file, chosen.print);
        result.found.push(missing.videoId);
      }
    }
    return result;
  }

  async function firstThatFits<F extends { readonly file: string; readonly print: string | null }>(
    stored: repository.StoredVideo,
    named: readonly F[],
    onOther: (file: string, reason: string) => void,
  ): Promise<F | null> {
    for (const candidate of named) {
      const difference = await differenceOf(stored, candidate.file, candidate.print);
      if (difference === null) return candidate;
      onOther(
        path.basename(candidate.file),
        difference instanceof AppError ? difference.message.replace(/\.$/, '') : inEnglish(difference),
      );
    }
    return null;
  }

  function link({ video, fingerprint: before }: repository.StoredVideo, file: string, print: string | null): void {
    grants.claim(file);
    const { db } = project.session();
    // What was measured holds for the same content alone.
    const isSame = video.probe !== null && print === before;
    inTransaction(db, () => {
      repository.setFile(db, video.id, file, print);
      places.choose(video.id, file);
      repository.setState(db, video.id, isSame ? 'ok' : 'pending', null);
      if (!isSame) repository.forgetStepsDone(db, video.id);
    });
    onChanged(video.id);
  }

  /** In what a file differs from the one that a video was made of, in words, or why it cannot be measured; null: in nothing that is known. */
  async function differenceOf(
    { video, fingerprint: known }: repository.StoredVideo,
    file: string,
    print: string | null,
  ): Promise<Words | AppError | null> {
    if (known !== null && known === print) return null;
    const lastShot = listShots(project.session().db, video.id).at(-1);
    const expected = video.probe ?? (lastShot === undefined ? null : { frameCount: lastShot.endFrame });
    if (known === null && expected === null) return null;
    const measured = await measure(file);
    if (measured instanceof AppError) return measured;
    const differences = expected === null ? null : differencesBetween(expected, measured);
    if (known === null) return differences;
    return differences === null ? words('project.otherContentOnly') : words('project.otherContent', { differences });
  }

  /** What is wrong, where it cannot be measured. */
  async function measure(file: string): Promise<VideoProbe | AppError> {
    try {
      return (await probeVideo({ ffmpeg, path: file, signal: new AbortController().signal })).probe;
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
  }

  return { relink, relinkAll };
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
