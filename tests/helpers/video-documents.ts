import { takeTurns } from '#core/base/turns.ts';
import { PLANNED_MEDIA } from '#core/exchange/exports/export-media.ts';
import { clipFileName } from '#core/media/clip-place.ts';
import type { ExportContext, ExportPiece, LeftOutCause } from '#core/exchange/formats/format.ts';
import type { TrainedRow } from '#core/exchange/formats/trained-row.ts';
import type { DocumentSource, VideoDocument } from '#core/project/documents/video-document.ts';
import { fileBases } from '#core/project/videos/file-bases.ts';
import { RevisionId, SegmentId, ShotId, VideoId } from '#shared/domain/ids.ts';
import type { ScreenText, TextBox } from '#shared/domain/screen-text.ts';
import type { Shot } from '#shared/domain/shot.ts';
import type { Revision, RevisionStatus, TextKind } from '#shared/domain/text.ts';
import { frameToUs } from '#shared/domain/time.ts';
import type { Video } from '#shared/domain/video.ts';
import { inEnglish, type Words } from '#shared/words/words.ts';

export interface ShotText {
  readonly visual?: string;
  readonly narration?: string;
  readonly speech?: string;
  readonly screenText?: string;
  readonly status?: RevisionStatus;
}

export interface DocumentSpec {
  readonly name: string;
  /** Last frame of each shot, inclusive. */
  readonly lastFrames: readonly number[];
  readonly shots: readonly ShotText[];
  readonly summary?: string;
  readonly split?: Video['split'];
  readonly shot2story?: Video['shot2story'];
  /** The record that it came with, as JSON. */
  readonly source?: string;
}

/** A video as exporters see it, at 25 fps, from what a test cares about. */
export function videoDocument(spec: DocumentSpec): VideoDocument {
  const videoId = VideoId.parse(spec.name.replaceAll(/[^A-Za-z0-9]/g, '-'));
  const clock = { rate: { num: 25, den: 1 }, frameCount: (spec.lastFrames.at(-1) ?? -1) + 1 };
  const shots = spec.lastFrames.map((lastFrame, index): Shot => {
    const startFrame = index === 0 ? 0 : (spec.lastFrames[index - 1] ?? 0) + 1;
    return {
      id: ShotId.parse(`${videoId}-${index}`),
      videoId,
      startFrame,
      endFrame: lastFrame + 1,
      transition: { kind: 'cut', startFrame, endFrame: startFrame },
      origin: index === 0 ? 'start' : 'import',
      confidence: null,
      locked: false,
    };
  });
  const texts: Revision[] = [];
  const add = (shotId: ShotId | null, kind: TextKind, text: string | undefined, status: RevisionStatus = 'accepted'): void => {
    if (text !== undefined) texts.push(revision({ id: RevisionId.parse(`r${texts.length}`), videoId, shotId, kind, text, status }));
  };
  shots.forEach((shot, index) => {
    add(shot.id, 'visual', spec.shots[index]?.visual, spec.shots[index]?.status);
    add(shot.id, 'narration', spec.shots[index]?.narration, spec.shots[index]?.status);
  });
  add(null, 'summary', spec.summary);
  return {
    video: {
      id: videoId,
      name: spec.name,
      position: 0,
      state: 'ok',
      stateReason: null,
      probe: null,
      split: spec.split ?? null,
      shot2story: spec.shot2story ?? null,
      createdAtMs: 0,
    },
    contentId: null,
    source: spec.source === undefined ? null : { format: 'shot2story', text: () => spec.source ?? null },
    fileName: spec.name,
    fileBase: fileBases([{ id: videoId, name: spec.name }]).get(videoId) ?? '',
    clock,
    shots,
    texts,
    screenTexts: spec.shots.flatMap((shot, index) => screenTextOf(shot.screenText, videoId, shots[index])),
    screenFrames: [],
    segments: shots.flatMap((shot, index) => {
      const text = spec.shots[index]?.speech ?? '';
      const startUs = frameToUs(clock, shot.startFrame);
      return text === ''
        ? []
        : [
            {
              id: SegmentId.parse(`s${index}`),
              videoId,
              startUs,
              endUs: frameToUs(clock, shot.endFrame),
              text,
              origin: 'import' as const,
              words: [],
              language: null,
            },
          ];
    }),
  };
}

function screenTextOf(text: string | undefined, videoId: VideoId, shot: Shot | undefined): ScreenText[] {
  if (text === undefined || shot === undefined) return [];
  const frame = shot.startFrame;
  const box = [
    { x: 0.1, y: 0.4 },
    { x: 0.9, y: 0.4 },
    { x: 0.9, y: 0.6 },
    { x: 0.1, y: 0.6 },
  ] as const satisfies TextBox;
  return [{ videoId, frame, firstFrame: frame, lastFrame: frame, text, confidence: 0.98, box: [...box] }];
}

function revision(given: Pick<Revision, 'id' | 'videoId' | 'shotId' | 'kind' | 'text' | 'status'>): Revision {
  return {
    ...given,
    origin: 'human',
    actor: 'me',
    provenance: null,
    jobId: null,
    parentId: null,
    isCurrent: true,
    staleReason: null,
    meanLogProb: null,
    links: [],
    createdAtMs: 0,
  };
}

/** `leftOut` in English. */
export interface ExportRun {
  readonly files: Readonly<Record<string, string>>;
  readonly counts: Readonly<Record<string, number>>;
  readonly leftOut: readonly { readonly where: string; readonly reason: string }[];
  /** As checks see them. */
  readonly rows: readonly TrainedRow[];
  readonly causes: readonly { readonly where: string; readonly reason: Words; readonly cause: LeftOutCause }[];
}

/** Runs an exporter over documents in memory and collects everything that it says. */
export async function runExport<O>(
  exporter: {
    write(documents: DocumentSource, context: ExportContext<O>): AsyncIterable<ExportPiece>;
  },
  documents: readonly VideoDocument[],
  options: O,
  clipOf: ExportContext<O>['clipOf'] = ({ fileBase }, shot) => ({ file: clipFileName(fileBase, shot, 'exact'), mode: 'exact' }),
): Promise<ExportRun> {
  const files: Record<string, string> = {};
  const counts: Record<string, number> = {};
  const leftOut: { where: string; reason: string }[] = [];
  const rows: TrainedRow[] = [];
  const causes: { where: string; reason: Words; cause: LeftOutCause }[] = [];
  const source: DocumentSource = async function* () {
    yield* documents;
  };
  const { signal } = new AbortController();
  const context: ExportContext<O> = {
    options,
    signal,
    turn: takeTurns(signal),
    onRow: (row) => rows.push(row),
    refusalOf: () => null,
    onLeftOut(where, reason, cause) {
      leftOut.push({ where, reason: inEnglish(reason) });
      if (cause !== undefined) causes.push({ where, reason, cause });
    },
    onCount: (name, amount) => {
      counts[name] = (counts[name] ?? 0) + amount;
    },
    clipOf,
    media: PLANNED_MEDIA,
    // Documents in memory have no versions but the current ones.
    versionsOf: () => [],
    folder: null,
  };
  for await (const { file, data } of exporter.write(source, context))
    files[file] = (files[file] ?? '') + (typeof data === 'string' ? data : Buffer.from(data).toString('latin1'));
  return { files, counts, leftOut, rows, causes };
}
