import type { ReadableDb } from '#core/base/db/database.ts';
import type { EventBus } from '#core/base/events/event-bus.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import type { Events } from '#shared/contract/events.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import type { VideoListPart } from '#shared/domain/video.ts';
import { listTheseVideos, videosBehind } from './listed-videos.ts';

/** Videos that a part holds at most: read, checked and sent, they hold up others for some 20 ms. */
const PART = 500;
/** Changes that are known at most. Who has not asked for longer begins anew. */
const MAX_KNOWN = 200_000;

/** Tables whose changes are seen in the list. */
const LISTED: ReadonlySet<Events['changed']['table']> = new Set(['videos', 'shots', 'revisions', 'media']);

/** What has changed since somebody first asked for the list of the open project. */
interface ChangeLog {
  readonly db: ReadableDb;
  /** No other log has it, so that marks of another project or an earlier run are known for what they are. */
  readonly id: string;
  /** Changes before those that are known. */
  forgotten: number;
  known: VideoId[];
  /** Somebody was told of the last change that is known: the next one is another, even of the same video. */
  isTold: boolean;
}

/** Of a list that was sent so far: its changes up to here, and, while it is sent for the first time, the last video. */
interface Mark {
  readonly changes: number;
  readonly behind: { readonly position: number; readonly id: string } | null;
}

/**
 * The list of videos for those who follow it. A list of a hundred thousand is a hundred megabytes, and each edit changes one entry of it: so it is sent once, in parts, and then
 * what has changed.
 */
export function createVideoList({ project, events }: { readonly project: ProjectAccess; readonly events: EventBus }) {
  let log: ChangeLog | null = null;

  events.on('changed', ({ table, videoId }) => {
    if (!LISTED.has(table) && table !== 'projects') return;
    if (videoId === null) log = null;
    else noteChanged([videoId]);
  });

  function noteChanged(videoIds: readonly VideoId[]): void {
    if (log === null) return;
    for (const videoId of videoIds) {
      if (log.known.at(-1) === videoId && !log.isTold) continue;
      log.known.push(videoId);
      log.isTold = false;
    }
    if (log.known.length <= MAX_KNOWN) return;
    log.forgotten += MAX_KNOWN / 2;
    log.known = log.known.slice(MAX_KNOWN / 2);
  }

  function logOf(db: ReadableDb): ChangeLog {
    if (log?.db !== db) log = { db, id: crypto.randomUUID(), forgotten: 0, known: [], isTold: true };
    return log;
  }

  /** What is to be said to who knows the list as far as `text` says. */
  function since(text: string | undefined): VideoListPart {
    const { db } = project.session();
    const current = logOf(db);
    const mark = readMark(current, text);
    current.isTold = true;
    const now = { changes: current.forgotten + current.known.length, behind: { position: -1, id: '' } };
    if (mark === null) return { ...nextOf(current, now), isAnew: true };
    return mark.behind === null ? changesOf(current, mark.changes) : nextOf(current, { ...mark, behind: mark.behind });
  }

  return { since, noteChanged };
}

function nextOf(
  log: ChangeLog,
  { changes, behind }: { readonly changes: number; readonly behind: NonNullable<Mark['behind']> },
): VideoListPart {
  const places = videosBehind(log.db, behind, PART);
  const videos = listTheseVideos(
    log.db,
    places.map(({ id }) => id),
  );
  const last = places.length < PART ? null : (places.at(-1) ?? null);
  const isMore = last !== null || changes < log.forgotten + log.known.length;
  return { isAnew: false, videos, gone: [], mark: writeMark(log, { changes, behind: last }), isMore };
}

function changesOf(log: ChangeLog, from: number): VideoListPart {
  const noted = log.known.slice(from - log.forgotten, from - log.forgotten + PART);
  const to = from + noted.length;
  const videoIds = [...new Set(noted)];
  const videos = listTheseVideos(log.db, videoIds);
  const there = new Set(videos.map(({ id }) => id));
  const gone = videoIds.filter((id) => !there.has(id));
  return {
    isAnew: false,
    videos,
    gone,
    mark: writeMark(log, { changes: to, behind: null }),
    isMore: to < log.forgotten + log.known.length,
  };
}

const MARK = /^([\w-]+):(\d{1,16})(?::(\d{1,16}):(.*))?$/su;

function writeMark({ id }: ChangeLog, { changes, behind }: Mark): string {
  return behind === null ? `${id}:${changes}` : `${id}:${changes}:${behind.position}:${behind.id}`;
}

/** Null for one that says nothing of the list as it is known here. */
function readMark(log: ChangeLog, text: string | undefined): Mark | null {
  const [, id, changes, position, video] = MARK.exec(text ?? '') ?? [];
  const count = Number(changes);
  if (id !== log.id || count < log.forgotten || count > log.forgotten + log.known.length) return null;
  return { changes: count, behind: position === undefined ? null : { position: Number(position), id: video ?? '' } };
}
