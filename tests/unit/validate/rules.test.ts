import { describe, expect, it } from 'vitest';
import { checkExport } from '#core/exchange/exports/check-export.ts';
import { exporters } from '#core/exchange/formats/registry.ts';
import { captionTurn, clipAt, conversationTurns, messageTurns, type TrainedRow } from '#core/exchange/formats/trained-row.ts';
import { createRowCheck } from '#core/exchange/validate/check-rows.ts';
import { RULES } from '#core/exchange/validate/rules.ts';
import { trainerOf } from '#core/exchange/validate/trainers.ts';
import type { VideoDocument } from '#core/project/documents/video-document.ts';
import type { CheckReport } from '#shared/contract/export-check.ts';
import { frameToUs } from '#shared/domain/time.ts';
import { nominalProbe, type VideoSplit } from '#shared/domain/video.ts';
import { inEnglish } from '#shared/words/words.ts';
import { runExport, videoDocument } from '../../helpers/video-documents.ts';

/** A video of one shot whose file was measured: 640 × 360 pixels at 25 frames a second. */
function filmed(name: string, frames = 60, num = 25): VideoDocument {
  const document = videoDocument({ name, lastFrames: [frames - 1], shots: [{ visual: 'A street.' }] });
  const probe = { ...nominalProbe(frames), width: 640, height: 360, displayWidth: 640, displayHeight: 360 };
  return { ...document, clock: { ...document.clock, rate: { num, den: 1 } }, video: { ...document.video, probe } };
}

interface RowSpec {
  readonly document?: VideoDocument;
  readonly split?: VideoSplit;
  readonly question?: string;
  readonly answer?: string;
  readonly rejected?: string;
  readonly file?: string;
}

function row({
  document = filmed('walk.mp4'),
  split = 'train',
  question,
  answer = 'A red bus turns left at night.',
  rejected,
  file,
}: RowSpec = {}): TrainedRow {
  const [shot = null] = document.shots;
  const { frameCount } = document.clock;
  const subject = {
    document,
    shot,
    id: 'walk',
    split,
    startFrame: 0,
    endFrame: frameCount,
    durationUs: frameToUs(document.clock, frameCount),
  };
  const media = clipAt(file ?? `videos/${document.fileBase}_0_${frameCount - 1}.mp4`);
  const turns =
    question === undefined
      ? captionTurn(answer)
      : conversationTurns([
          { from: 'human', value: question },
          { from: 'gpt', value: answer },
        ]);
  return { subject, turns, rejected: rejected ?? null, media: question === undefined ? { ...media, parts: 1 } : media };
}

const asked = (spec: RowSpec = {}): TrainedRow => row({ question: '<video>\nWhat happens?', ...spec });

function checked(formatId: string, rows: readonly TrainedRow[], ask: { tokenLimit?: number; isAgain?: boolean } = {}): CheckReport {
  const check = createRowCheck({ formatId, ...ask });
  for (const each of rows) check.row(each);
  return check.report();
}

const QWEN = 'qwen-vl-finetune';
const turns = (...said: [string, string][]) => conversationTurns(said.map(([from, value]) => ({ from, value })));
const [one, two] = [filmed('a.mp4'), filmed('b.mp4')];

interface Case {
  readonly rule: string;
  readonly format: string;
  readonly bad: readonly TrainedRow[];
  readonly good: readonly TrainedRow[];
  readonly severity: string;
  /** Rows that are lost. */
  readonly lost: number;
  readonly says: RegExp;
  readonly ask?: { readonly tokenLimit?: number; readonly isAgain?: boolean };
  readonly goodAsk?: { readonly tokenLimit?: number; readonly isAgain?: boolean };
}

const missing = { ...one, video: { ...one.video, state: 'missing' as const } };
const swift = (document: VideoDocument): TrainedRow => ({
  ...asked({ document }),
  turns: messageTurns([
    { role: 'user', content: '<video>\nWhat happens?' },
    { role: 'assistant', content: 'A bus.' },
  ]),
});

/** Each rule with rows that it finds and rows that it does not. */
const CASES: readonly Case[] = [
  {
    rule: 'media-tokens',
    format: QWEN,
    bad: [asked({ question: 'What happens?' })],
    good: [asked()],
    severity: 'refuse',
    lost: 1,
    says: /appears 0 times for 1 files/u,
  },
  {
    rule: 'media-tokens',
    format: QWEN,
    bad: [asked({ question: '<video>\nIs this <image>?' })],
    good: [asked()],
    severity: 'refuse',
    lost: 1,
    says: /<image> appears where no file is expected/u,
  },
  {
    rule: 'media-tokens',
    format: 'llava-next',
    bad: [asked()],
    good: [asked({ question: '<image>\nWhat?' })],
    severity: 'refuse',
    lost: 1,
    says: /<image> appears 0 times/u,
  },
  {
    rule: 'media-tokens',
    format: 'axolotl',
    bad: [{ ...row(), media: { ...row().media, parts: 0 } }],
    good: [row()],
    severity: 'refuse',
    lost: 1,
    says: /appears 0 times/u,
  },
  {
    rule: 'roles',
    format: QWEN,
    bad: [{ ...asked(), turns: turns(['system', 'Be brief.'], ['human', '<video>\nWhat?'], ['gpt', 'A bus.']) }],
    good: [asked()],
    severity: 'refuse',
    lost: 0,
    says: /^Unknown role system/u,
  },
  {
    rule: 'container',
    format: 'llama-factory',
    bad: [asked({ file: 'videos/a.mkv' })],
    good: [asked()],
    severity: 'refuse',
    lost: 0,
    says: /a\.mkv is not an MP4/u,
  },
  {
    rule: 'missing-media',
    format: 'ms-swift',
    bad: [swift(missing)],
    good: [swift(one)],
    severity: 'refuse',
    lost: 1,
    says: /“a\.mp4” is missing/u,
  },
  {
    rule: 'too-short',
    format: 'ms-swift',
    bad: [swift(filmed('a.mp4', 1))],
    good: [swift(filmed('a.mp4', 5))],
    severity: 'warn',
    lost: 1,
    says: /uses none of the 1 frames/u,
  },
  {
    rule: 'too-short',
    format: 'llama-factory',
    bad: [asked({ document: filmed('a.mp4', 20) })],
    good: [asked()],
    severity: 'warn',
    lost: 0,
    says: /gets only 1 of 20 frames but needs 2/u,
  },
  {
    rule: 'too-short',
    format: 'ltx-2',
    bad: [row({ document: filmed('a.mp4', 48) })],
    good: [row({ document: filmed('a.mp4', 49) })],
    severity: 'warn',
    lost: 1,
    says: /uses none of the 48 frames/u,
  },
  {
    rule: 'too-long',
    format: QWEN,
    bad: [asked({ question: `<video>\n${'speech '.repeat(500)}` })],
    good: [asked({ document: filmed('a.mp4', 4) })],
    severity: 'warn',
    lost: 1,
    says: /the answer begins after 512 \(model_max_length\)/u,
  },
  {
    rule: 'too-long',
    format: QWEN,
    bad: [asked({ answer: 'A red bus. '.repeat(200) })],
    good: [asked({ document: filmed('a.mp4', 4) })],
    severity: 'warn',
    lost: 0,
    says: /the end of the answer is cut off at 512/u,
  },
  {
    rule: 'too-long',
    format: 'ms-swift',
    bad: [swift(one)],
    good: [swift(one)],
    severity: 'warn',
    lost: 1,
    says: /above 100 \(max_length\) the row is silently dropped/u,
    ask: { tokenLimit: 100 },
    goodAsk: {},
  },
  {
    rule: 'first-frames-only',
    format: 'ltx-2',
    bad: [row({ document: filmed('a.mp4', 100) })],
    good: [row({ document: filmed('a.mp4', 52) })],
    severity: 'warn',
    lost: 0,
    says: /describes 100 frames, but the trainer sees only the first 49/u,
  },
  {
    rule: 'frame-arithmetic',
    format: 'ltx-2',
    bad: [row({ document: filmed('a.mp4', 52) })],
    good: [row({ document: filmed('a.mp4', 49) })],
    severity: 'note',
    lost: 0,
    says: /The last 3 of 52 frames are not used: the trainer takes 49, a number of the form 8n \+ 1/u,
  },
  {
    rule: 'frame-arithmetic',
    format: 'musubi-tuner',
    bad: [row({ document: filmed('a.mp4', 67, 16) })],
    good: [row({ document: filmed('a.mp4', 65, 16) })],
    severity: 'note',
    lost: 0,
    says: /2 of 67 frames .* 4n \+ 1/u,
  },
  {
    rule: 'one-rate',
    format: 'musubi-tuner',
    bad: [row({ document: filmed('a.mp4', 60, 25) }), row({ document: filmed('b.mp4', 60, 30), answer: 'A dog.' })],
    good: [row({ document: one }), row({ document: two, answer: 'A dog.' })],
    severity: 'warn',
    lost: 0,
    says: /25\.000, 30\.000 frames a second/u,
  },
  {
    rule: 'stale-cache',
    format: 'ltx-2',
    bad: [row()],
    good: [row()],
    severity: 'warn',
    lost: 0,
    says: /--overwrite/u,
    ask: { isAgain: true },
    goodAsk: {},
  },
  {
    rule: 'empty-text',
    format: 'ltx-2',
    bad: [row({ answer: ' \n\u200B\u2060' })],
    good: [row()],
    severity: 'refuse',
    lost: 1,
    says: /nothing to learn/u,
  },
  {
    rule: 'placeholder-text',
    format: 'ltx-2',
    bad: [row({ answer: 'No caption available.' })],
    good: [row({ answer: 'No caption is on this picture of a test pattern.' })],
    severity: 'refuse',
    lost: 0,
    says: /“No caption available\.” is there instead/u,
  },
  ...['placeholder for visual caption', 'Placeholder summary.', 'N/A', '-', 'TODO'].map((answer) => ({
    rule: 'placeholder-text',
    format: 'ltx-2',
    bad: [row({ answer })],
    good: [row({ answer: `${answer} is painted on the wall of a house.` })],
    severity: 'refuse' as const,
    lost: 0,
    says: /is there instead/u,
  })),
  {
    rule: 'unfilled-place',
    format: QWEN,
    bad: [asked({ question: '<video>\nSomebody says {transcript}.' })],
    good: [asked({ question: '<video>\nWhat is {} or {1}?' })],
    severity: 'warn',
    lost: 0,
    says: /still contains \{transcript\}/u,
  },
  {
    rule: 'duplicate-row',
    format: 'ltx-2',
    bad: [row(), row()],
    good: [row({ document: one, answer: 'A.' }), row({ document: two, answer: 'A.' })],
    severity: 'refuse',
    lost: 0,
    says: /same media and texts as walk\.mp4/u,
  },
  {
    // The same data set was imported twice: the second video, and its clips, have another name.
    rule: 'duplicate-row',
    format: 'ltx-2',
    bad: [row({ document: { ...one, contentId: 'x' } }), row({ document: { ...filmed('a-2.mp4'), contentId: 'x' } })],
    good: [row({ document: { ...one, contentId: 'x' }, answer: 'A.' }), row({ document: { ...one, contentId: 'y' }, answer: 'A.' })],
    severity: 'refuse',
    lost: 0,
    says: /same media and texts as a\.mp4/u,
  },
  {
    rule: 'repeated-text',
    format: 'ltx-2',
    bad: [row({ document: one }), row({ document: two })],
    good: [row({ document: one, answer: 'A bus.' }), row({ document: two, answer: 'A bus.' })],
    severity: 'warn',
    lost: 0,
    says: /same text as a\.mp4/u,
  },
  {
    rule: 'identical-pair',
    format: 'llama-factory',
    bad: [asked({ answer: 'A bus!', rejected: 'a  bus' })],
    good: [asked({ answer: 'A bus!', rejected: 'A red bus' })],
    severity: 'refuse',
    lost: 0,
    says: /are the same/u,
  },
  {
    rule: 'split-leak',
    format: 'ltx-2',
    bad: [
      row({ document: filmed('LEwayCpIk20.78.mp4'), answer: 'A.' }),
      row({ document: filmed('LEwayCpIk20.79.mp4'), split: 'test', answer: 'B.' }),
    ],
    good: [row({ document: filmed('LEwayCpIk20.78.mp4'), answer: 'A.' }), row({ document: filmed('LEwayCpIk20.79.mp4'), answer: 'B.' })],
    severity: 'refuse',
    lost: 0,
    says: /In test; “LEwayCpIk20\.78\.mp4”, of the same recording, is in train/u,
  },
  { rule: 'cost', format: 'llama-factory', bad: [asked()], good: [], severity: 'note', lost: 0, says: /About 4 frames are decoded/u },
];

describe('a check', () => {
  it.each(CASES)(
    'finds $rule in rows for $format, and nothing where it is well',
    ({ rule, format, bad, good, severity, lost, says, ask = {}, goodAsk = ask }) => {
      const report = checked(format, bad, ask);
      const found = report.findings.find((finding) => finding.rule === rule);
      expect(found?.severity).toBe(severity);
      expect(found?.places.map(({ reason }) => inEnglish(reason)).join('\n')).toMatch(says);
      expect(report.rows - report.rowsKept).toBe(lost);
      expect(checked(format, good, goodAsk).findings.filter((finding) => finding.rule === rule)).toEqual([]);
    },
  );

  it('names the worst first, counts all of them, and lists the first places only', () => {
    const rows = Array.from({ length: 30 }, (_, index) => asked({ document: filmed(`clip ${index}.mp4`), answer: `N/A` }));
    const { findings, rows: count } = checked('llama-factory', rows);
    expect(count).toBe(30);
    expect(findings.map(({ severity }) => severity)).toEqual(
      ['refuse', 'note'].flatMap((each) => findings.filter(({ severity }) => severity === each).map(() => each)),
    );
    expect(findings.find(({ rule }) => rule === 'placeholder-text')).toMatchObject({ count: 30, places: { length: 20 } });
  });

  it('has a case here for each rule', () => {
    // Tokens in texts are mended by exporters: below.
    expect(new Set([...CASES.map(({ rule }) => rule), 'special-tokens'])).toEqual(new Set(RULES.map(({ id }) => id)));
  });
});

/** Formats whose loaders choose no frames: they only read files. */
const NO_TRAINER = new Set(['videofolder', 'parquet']);

describe('rows of exporters', () => {
  const documents = [filmed('walk.mp4', 400), filmed('run.mp4', 500)].map((document) => ({
    ...document,
    texts: document.texts.map((text) => ({ ...text, text: `${document.video.name} shows a <image> of a road.` })),
  }));
  const folders = exporters.filter(({ isFolder, group }) => isFolder === true && group !== 'review');

  it.each(folders.map(({ id }) => id))('for %s are as its trainer wants them, tokens in texts mended and counted', async (formatId) => {
    const { exporter, options } = checkExport({ formatId, options: { prompt: 'What happens?' } });
    const check = createRowCheck({ formatId });
    const { rows, counts, causes } = await runExport(exporter, documents, options);
    for (const each of rows) check.row(each);
    for (const { where, reason, cause } of causes) check.leftOut(where, reason, cause);
    const { findings, rows: count, trainer } = check.report();
    expect(rows).toHaveLength(counts['rows'] ?? 0);
    expect(count).toBe(2);
    expect(trainer === null).toBe(NO_TRAINER.has(formatId));
    expect(findings.filter(({ severity }) => severity === 'refuse')).toEqual([]);
    expect(findings.find(({ rule }) => rule === 'special-tokens')).toMatchObject({ severity: 'repair', count: 2 });
  });

  it('are known for every trainer', () => {
    expect(folders.filter(({ id }) => trainerOf(id) === null).map(({ id }) => id)).toEqual([...NO_TRAINER]);
  });
});
