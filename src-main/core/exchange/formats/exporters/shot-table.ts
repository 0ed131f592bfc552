import { indexTexts } from '#core/project/documents/document-texts.ts';
import type { TextKind } from '#shared/domain/text.ts';
import { formatTimeUs, frameToUs } from '#shared/domain/time.ts';
import type { Shot } from '#shared/domain/shot.ts';
import { z } from 'zod';
import type { ExportContext, Exporter } from '../format.ts';
import { allowedText, EditOptions, withShots } from './edited-video.ts';

const TableOptions = EditOptions.extend({
  spreadsheet: z
    .boolean()
    .default(false)
    .describe('For Excel and its like: with a byte order mark, and an apostrophe before texts that would be calculated'),
});
type TableOptions = z.output<typeof TableOptions>;

/** One shot with all that is said of it. The keys are the columns, in this order; new ones are added at the end. */
interface ShotRow {
  readonly video: string;
  readonly split: string | null;
  /** Counted from 1. */
  readonly shot: number;
  /** Counted from 0; `end_frame` is the first one of the next shot. */
  readonly start_frame: number;
  readonly end_frame: number;
  readonly start_us: number;
  readonly end_us: number;
  /** For people. */
  readonly start_time: string;
  /** Into the shot. */
  readonly transition: string;
  readonly transition_start_frame: number;
  readonly transition_end_frame: number;
  /** Who made the cut: `start`, `detector`, `human`, `import`. */
  readonly cut_origin: string;
  readonly cut_confidence: number | null;
  readonly cut_locked: boolean;
  readonly visual: string;
  /** `draft`, `accepted`, `rejected`, `needs-work`; null where there is no text. */
  readonly visual_status: string | null;
  readonly narration: string;
  readonly narration_status: string | null;
  readonly speech: string;
  readonly screen_text: string;
}

const COLUMNS = [
  'video',
  'split',
  'shot',
  'start_frame',
  'end_frame',
  'start_us',
  'end_us',
  'start_time',
  'transition',
  'transition_start_frame',
  'transition_end_frame',
  'cut_origin',
  'cut_confidence',
  'cut_locked',
  'visual',
  'visual_status',
  'narration',
  'narration_status',
  'speech',
  'screen_text',
] as const satisfies readonly (keyof ShotRow)[];

/** RFC 4180: CRLF, quotes where they are needed. */
export const shotsCsvExporter = cellsExporter({ id: 'shots-csv', title: 'Table of shots (CSV)', extension: 'csv', separator: ',' });

export const shotsTsvExporter = cellsExporter({ id: 'shots-tsv', title: 'Table of shots (TSV)', extension: 'tsv', separator: '\t' });

/** An object on each line, with the columns of the tables as keys. */
export const shotsJsonlExporter: Exporter<typeof EditOptions> = {
  id: 'shots-jsonl',
  group: 'review',
  title: 'Table of shots (JSONL)',
  description: 'One row per shot of all videos: frames, times, transition, captions with their status, speech, text on the screen.',
  extensions: ['jsonl'],
  optionsSchema: EditOptions,
  async *write(documents, context) {
    const file = 'shots.jsonl';
    yield { file, data: '' };
    for await (const row of rowsOf(documents, context)) yield { file, data: `${JSON.stringify(row)}\n` };
  },
};

interface CellFormat {
  readonly id: string;
  readonly title: string;
  readonly extension: string;
  readonly separator: string;
}

function cellsExporter({ id, title, extension, separator }: CellFormat): Exporter<typeof TableOptions> {
  return {
    id,
    group: 'review',
    title,
    description: 'One row per shot of all videos: frames, times, transition, captions with their status, speech, text on the screen.',
    extensions: [extension],
    optionsSchema: TableOptions,
    async *write(documents, context) {
      const file = `shots.${extension}`;
      const { spreadsheet } = context.options;
      yield { file, data: `${spreadsheet ? '\uFEFF' : ''}${COLUMNS.join(separator)}\r\n` };
      for await (const row of rowsOf(documents, context)) {
        const cells = COLUMNS.map((column) => cellOf(row[column], { separator, spreadsheet }));
        yield { file, data: `${cells.join(separator)}\r\n` };
      }
    },
  };
}

async function* rowsOf(documents: Parameters<typeof withShots>[0], context: ExportContext<EditOptions>): AsyncGenerator<ShotRow> {
  for await (const document of withShots(documents, context)) {
    const texts = indexTexts(document);
    const statuses = new Map(document.texts.map(({ shotId, kind, status }) => [`${kind} ${shotId ?? ''}`, status]));
    const statusOf = (shot: Shot, kind: TextKind): string | null => statuses.get(`${kind} ${shot.id}`) ?? null;
    for (const [index, shot] of document.shots.entries()) {
      await context.turn();
      const { transition, startFrame, endFrame } = shot;
      const startUs = frameToUs(document.clock, startFrame);
      context.onCount('rows', 1);
      yield {
        video: document.fileName,
        split: document.video.split,
        shot: index + 1,
        start_frame: startFrame,
        end_frame: endFrame,
        start_us: startUs,
        end_us: frameToUs(document.clock, endFrame),
        start_time: formatTimeUs(startUs),
        transition: transition.kind,
        transition_start_frame: transition.startFrame,
        transition_end_frame: transition.endFrame,
        cut_origin: shot.origin,
        cut_confidence: shot.confidence,
        cut_locked: shot.locked,
        visual: allowedText({ texts, shot, kind: 'visual' }, context),
        visual_status: statusOf(shot, 'visual'),
        narration: allowedText({ texts, shot, kind: 'narration' }, context),
        narration_status: statusOf(shot, 'narration'),
        speech: texts.speechOf(shot),
        screen_text: texts.screenTextOf(shot),
      };
    }
  }
}

/** What a spreadsheet would take for a formula. */
const FORMULA = /^[=+\-@\t\r]/u;

function cellOf(value: string | number | boolean | null, { separator, spreadsheet }: { separator: string; spreadsheet: boolean }): string {
  const text = value === null ? '' : String(value);
  const safe = spreadsheet && typeof value === 'string' && FORMULA.test(text) ? `'${text}` : text;
  return /["\r\n]/u.test(safe) || safe.includes(separator) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
