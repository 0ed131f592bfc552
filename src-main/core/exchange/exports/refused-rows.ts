import type { VideoId } from '#shared/domain/ids.ts';
import type { Words } from '#shared/words/words.ts';
import type { RefusalOf } from '../formats/format.ts';
import { createRowCheck } from '../validate/check-rows.ts';
import type { CheckedExport } from './check-export.ts';
import { plannedPieces, type PlanParts } from './planned-export.ts';

/** Nothing is left out for what a check says of it. */
export const NOTHING_REFUSED: RefusalOf = () => null;

/** Goes through all rows of an export, without writing any, for those that its check refuses. Where rows of a video are in another split as well, all of it is. */
export async function findRefusedRows(checked: CheckedExport, parts: PlanParts): Promise<RefusalOf> {
  const ofVideos = new Map<VideoId, Words>();
  /** By video and shot, in the order of their rows. */
  const ofRows = new Map<string, (Words | null)[]>();
  const check = createRowCheck({ formatId: checked.exporter.id, tokenLimit: checked.tokenLimit });
  const pieces = plannedPieces(checked, parts, {
    refusalOf: NOTHING_REFUSED,
    onCount: () => undefined,
    onLeftOut: () => undefined,
    onRow(row) {
      const refusal = check.row(row);
      const { document, shot } = row.subject;
      if (refusal?.isOfVideo === true) ofVideos.set(document.video.id, refusal.reason);
      const key = keyOf(document.video.id, shot?.id);
      const known = ofRows.get(key);
      if (known === undefined) ofRows.set(key, [refusal?.reason ?? null]);
      else known.push(refusal?.reason ?? null);
    },
  });
  for await (const _piece of pieces);
  return ({ video }, shot, index) => ofVideos.get(video.id) ?? ofRows.get(keyOf(video.id, shot?.id))?.[index] ?? null;
}

const keyOf = (videoId: VideoId, shotId = ''): string => `${videoId} ${shotId}`;
