import { deflateSync, inflateSync } from 'node:zlib';
import { hasTable, type ReadableDb, type WritableDb } from '#core/base/db/database.ts';
import { OF_THESE_VIDEOS } from '#core/base/db/many-rows.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { words } from '#shared/words/words.ts';

/** What a data set said of a video, as it stood there. */
export interface SourceRecord {
  /** Id of the format, e.g. `shot2story`. */
  readonly format: string;
  /** Null where it cannot be read, which nothing that the studio wrote is. */
  text(): string | null;
}

/** Of a record, in UTF-8: what is read is written back, and in a moment. */
export const MAX_SOURCE_BYTES = 64 * 1024 ** 2;
/** As it is stored: within what a project from elsewhere may hold in a cell (`folder/usable-rows.ts`). */
const MAX_PACKED_BYTES = 24 * 1024 ** 2;
const LONG = 1_000_000;
/** Most records have a few thousand letters, and there are a hundred thousand of them: what the packer sets up for longer ones takes longer than to pack them. */
const PACKING = { level: 3, windowBits: 12, memLevel: 5, chunkSize: 4_096 };
/** The same of what is unpacked at once, in bytes: about as long as most records are. */
const UNPACKED = 8_192;
const SHORT = 16_384;

function packed(text: string): Buffer {
  if (text.length <= SHORT) return deflateSync(text, PACKING);
  // Nobody is served meanwhile: what is long is packed quickly.
  return deflateSync(text, { level: text.length > LONG ? 1 : 6 });
}

/**
 * Not part of history, for nobody changes it: like what was measured it outlives a removed video and an import that was taken back, and is there again when either
 * comes back. It goes when history has forgotten the video.
 * @throws AppError `unsupported` for one that takes more room than a project has for it
 */
export function keepSourceRecord(
  db: WritableDb,
  videoId: VideoId,
  { format, text }: { readonly format: string; readonly text: string },
): void {
  const bytes = packed(text);
  if (bytes.length > MAX_PACKED_BYTES)
    throw new AppError('unsupported', words('project.tooMuchSource', { megabytes: MAX_PACKED_BYTES / 1024 ** 2 }));
  db.prepare('INSERT OR REPLACE INTO source_records (video_id, format, record) VALUES (?, ?, ?)').run(videoId, format, bytes);
}

/** Without those of videos that came with no data set, or with one of an older studio. */
export function sourceRecordsOf(db: ReadableDb, videoIds: readonly VideoId[]): ReadonlyMap<string, SourceRecord> {
  if (!hasTable(db, 'source_records')) return new Map();
  const rows = db
    .prepare<[string], { videoId: string; format: string; record: Buffer }>(
      `SELECT video_id AS videoId, format, record FROM source_records WHERE ${OF_THESE_VIDEOS}`,
    )
    .all(JSON.stringify(videoIds));
  return new Map(rows.map(({ videoId, format, record }) => [videoId, { format, text: () => unpacked(record) }]));
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** A few bytes can unpack to gigabytes, and projects come from anybody. */
function unpacked(record: Buffer): string | null {
  try {
    return UTF_8.decode(inflateSync(record, { maxOutputLength: MAX_SOURCE_BYTES, chunkSize: UNPACKED }));
  } catch {
    return null;
  }
}
