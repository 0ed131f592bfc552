import { createHash } from 'node:crypto';
import type { HistoryService } from '../history/history-service.ts';
import { sameNameKey } from '#core/base/files/safe-name.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import type { SplitAsk, SplitShares } from '#shared/contract/views.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { VideoSplit } from '#shared/domain/video.ts';
import { words } from '#shared/words/words.ts';
import { listVideos } from './listed-videos.ts';
import { setSplit } from './video-repository.ts';

/** What decides in which split a video comes. */
export interface SplitCandidate {
  readonly id: VideoId;
  readonly name: string;
  readonly shotCount: number;
}

export interface DivideParts {
  readonly project: ProjectAccess;
  readonly history: HistoryService;
}

/**
 * Divides all videos of the project, or those that have no split yet; see `assignSplits`. One step, which can be taken back.
 * @returns how many came into which
 */
export function divideVideos({ project, history }: DivideParts, { shares, seed, keepsAssigned }: SplitAsk, actor: string) {
  const open = listVideos(project.session().db).filter(({ split }) => !keepsAssigned || split === null);
  const assigned = assignSplits(open, shares, seed);
  const label = words('edits.divideIntoSplits', { count: assigned.size, ...shares, seed: String(seed) });
  if (assigned.size > 0)
    history.record({ actor, label, videoId: null }, (db) => {
      for (const [videoId, split] of assigned) setSplit(db, videoId, split);
    });
  const counts = { train: 0, val: 0, test: 0 };
  for (const split of assigned.values()) counts[split]++;
  return counts;
}

/** Videos with few, some, many and most shots are each divided by the shares. */
const STRATA = 4;

/**
 * Divides videos into splits by shares, in percent. Parts of one recording stay together (`LEwayCpIk20.78.mp4` and `LEwayCpIk20.79.mp4`), or a model would be tested on
 * what it was trained on. Each split has videos of few and of many shots in the same proportion. The same seed and names give the same splits.
 */
export function assignSplits(videos: readonly SplitCandidate[], shares: SplitShares, seed: number): Map<VideoId, VideoSplit> {
  const recordings = [...Map.groupBy(videos, ({ name }) => recordingOf(name))].map(([, parts]) => ({
    parts,
    shotCount: parts.reduce((sum, { shotCount }) => sum + shotCount, 0),
    order: createHash('sha256')
      .update(`${seed} ${parts.map(({ name }) => nameOfRecording(name)).reduce((first, name) => (name < first ? name : first))}`)
      .digest('hex'),
  }));
  const bySize = recordings.toSorted((left, right) => left.shotCount - right.shotCount || compare(left.order, right.order));
  const assigned = new Map<VideoId, VideoSplit>();
  const counts = { train: 0, val: 0, test: 0 };
  for (let stratum = 0; stratum < STRATA; stratum++) {
    const from = Math.floor((bySize.length * stratum) / STRATA);
    const to = Math.floor((bySize.length * (stratum + 1)) / STRATA);
    for (const { parts } of bySize.slice(from, to).toSorted((left, right) => compare(left.order, right.order))) {
      const split = mostBehind(counts, shares, parts.length);
      counts[split] += parts.length;
      for (const { id } of parts) assigned.set(id, split);
    }
  }
  return assigned;
}

/** The split that would be furthest behind its share if the next videos went elsewhere; what is rounded off is carried on from stratum to stratum. */
function mostBehind(counts: Readonly<Record<VideoSplit, number>>, shares: SplitShares, next: number): VideoSplit {
  const total = VideoSplit.options.reduce((sum, split) => sum + counts[split], next);
  const behind = (split: VideoSplit): number => (total * shares[split]) / 100 - counts[split];
  return VideoSplit.options.reduce((most, split) => (behind(split) > behind(most) ? split : most));
}

/**
 * What a file was cut from, by its name: Shot2Story and its like number the parts of a video behind a dot. Names that some disks take for the same are of one
 * recording: `Clip.mp4` and `clip.mp4`.
 */
export function recordingOf(name: string): string {
  return sameNameKey(nameOfRecording(name));
}

function nameOfRecording(name: string): string {
  const file = name.replace(/^.*[/\\]/su, '');
  return file.replace(/\.[^.]+$/u, '').replace(/\.\d+$/u, '');
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
