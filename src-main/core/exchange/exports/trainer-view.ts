import type { TrainerRowView, TrainerView } from '#shared/contract/export-check.ts';
import { hasNoFile } from '#shared/domain/video.ts';
import { cutText } from '#shared/cut-text.ts';
import { words } from '#shared/words/words.ts';
import type { TrainedRow } from '../formats/trained-row.ts';
import { measured, videoFrame } from '../validate/measured-row.ts';
import { type TrainerFacts, trainerOf } from '../validate/trainers.ts';
import type { CheckedExport } from './check-export.ts';
import { plannedPieces, type PlanParts } from './planned-export.ts';
import { findRefusedRows, NOTHING_REFUSED } from './refused-rows.ts';

/** As many as stand side by side. */
const MAX_FRAMES = 8;
const MAX_TEXT = 300;

/** Which rows, counted from 0 in the order of the export. */
export interface RowPage {
  readonly offset: number;
  readonly count: number;
}

/** Rows of an export as the trainer sees them, with the very frames that it takes. Rows behind the page are not made. */
export async function viewAsTrainer(checked: CheckedExport, parts: PlanParts, { offset, count }: RowPage): Promise<TrainerView> {
  const trainer = trainerOf(checked.exporter.id);
  if (trainer === null) return { trainer: null, rows: [], hasMore: false, tokenLimit: null };
  const rows: TrainedRow[] = [];
  let seen = 0;
  const pieces = plannedPieces(checked, parts, {
    refusalOf: checked.leaveOutRefused === true ? await findRefusedRows(checked, parts) : NOTHING_REFUSED,
    onCount: () => undefined,
    onLeftOut: () => undefined,
    onRow(row) {
      if (seen >= offset && rows.length < count) rows.push(row);
      seen++;
    },
  });
  for await (const _piece of pieces) if (seen > offset + count) break;
  const { limit } = trainer;
  return {
    trainer: trainer.trainer,
    rows: rows.map((row) => viewOf(row, trainer)),
    hasMore: seen > offset + count,
    tokenLimit: limit === null ? null : { tokens: checked.tokenLimit ?? limit.tokens, setting: limit.setting },
  };
}

function viewOf(given: TrainedRow, trainer: TrainerFacts): TrainerRowView {
  const row = measured(given, trainer);
  const { document, shot } = row.subject;
  const count = row.taken?.count ?? 0;
  const shown = Math.min(count, MAX_FRAMES);
  const frames = Array.from({ length: shown }, (_, index) =>
    videoFrame(row, shown < 2 ? 0 : Math.round((index * (count - 1)) / (shown - 1))),
  );
  return {
    where: row.where,
    videoId: document.video.id,
    shotId: shot?.id ?? null,
    text: cutText(row.turns.find(({ isTrained }) => isTrained)?.text ?? '', MAX_TEXT),
    frameCount: count,
    frames,
    ofFrames: row.clipFrames,
    hasPictures: document.video.probe !== null && !hasNoFile(document.video),
    rule: row.media.kind === 'pictures' ? words('exchange.seesPictures') : trainer.sampling.rule,
    source: trainer.source,
    tokens: row.tokens === null || count === 0 ? null : { text: row.tokens.text, pictures: row.tokens.pictures },
    problem: count === 0 ? words('exchange.takesNothing', { frames: row.clipFrames }) : null,
  };
}
