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
    if (isFolder) throw new AppError('invalid-input', 'Choose the video file itself, not its folder.');
    const print = await fingerprint(file);
    const stored = repository.getVideo(project.session().db, videoId);
    const difference = await differenceOf(stored, file, print);
    if (difference !== null && !insists)
      throw new AppError(
        'conflict',
        `“${path.basename(file)}” is not the file that “${stored.video.name}” was: ${difference}. Nothing was changed. Add it as a video of its own, or, as the owner of this studio, insist on it.`,
      );
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
      onOther(path.basename(candidate.file), difference);
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

  /** In what a file differs from the one that a video was made of, in words; null: in nothing that is known. */
  async function differenceOf(
    { video, fingerprint: known }: repository.StoredVideo,
    file: string,
    print: string | null,
  ): Promise<string | null> {
    if (known !== null && known === print) return null;
    const lastShot = listShots(project.session().db, video.id).at(-1);
    const expected = video.probe ?? (lastShot === undefined ? null : { frameCount: lastShot.endFrame });
    if (known === null && expected === null) return null;
    const measured = await measure(file);
    if (typeof measured === 'string') return measured;
    const differences = expected === null ? [] : differencesBetween(expected, measured);
    if (known === null) return differences.length === 0 ? null : differences.join(', ');
    return differences.length === 0
      ? 'its content is different, although its frames, length and resolution are the same, as in a re-encoded copy'
      : `its content is different: ${differences.join(', ')}`;
  }

  /** Words for what is wrong, where it cannot be measured. */
  async function measure(file: string): Promise<VideoProbe | string> {
    try {
      return (await probeVideo({ ffmpeg, path: file, signal: new AbortController().signal })).probe;
    } catch (error) {
      if (error instanceof AppError) return error.message.replace(/\.$/, '');
      throw error;
    }
  }

  return { relink, relinkAll };
}

type Expected = Pick<VideoProbe, 'frameCount'> & Partial<VideoProbe>;

function differencesBetween(expected: Expected, found: VideoProbe): string[] {
  const differences: string[] = [];
  if (expected.frameCount !== found.frameCount) differences.push(`it has ${found.frameCount} frames instead of ${expected.frameCount}`);
  const { durationUs, width, height } = expected;
  if (durationUs !== undefined && Math.abs(durationUs - found.durationUs) > 1000)
    differences.push(`it lasts ${(found.durationUs / 1e6).toFixed(2)} s instead of ${(durationUs / 1e6).toFixed(2)} s`);
  if (width !== undefined && height !== undefined && (width !== found.width || height !== found.height))
    differences.push(`its frames have ${found.width}×${found.height} pixels instead of ${width}×${height}`);
  return differences;
}
