import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkExport } from '#core/exchange/exports/check-export.ts';
import { previewExport } from '#core/exchange/exports/export-preview.ts';
import { jsonElement, type RawJson, rawPieces } from '#core/exchange/formats/json-text.ts';
import { clipFileName } from '#core/media/clip-place.ts';
import type { VideoDocument } from '#core/project/documents/video-document.ts';
import type { ExportPreview } from '#shared/contract/views.ts';
import { indexSpeech, speechBetween } from '#shared/domain/transcript.ts';
import { expectWithin, timeTurns } from '../../helpers/longest-turn.ts';
import { videoDocument } from '../../helpers/video-documents.ts';

const FRAMES_PER_SHOT = 10;

function videoOf(shotCount: number): VideoDocument {
  return videoDocument({
    name: 'video.mp4',
    lastFrames: Array.from({ length: shotCount }, (_, index) => (index + 1) * FRAMES_PER_SHOT - 1),
    shots: Array.from({ length: shotCount }, (_, index) => ({
      visual: `A dog, number ${index}.`,
      narration: 'They talk.',
      speech: `One and ${index}`,
      screenText: `Line ${index}`,
    })),
    summary: 'A dog.',
  });
}

interface Ask {
  readonly formatId: string;
  readonly options: Readonly<Record<string, unknown>>;
}

function preview(video: VideoDocument, ask: Ask, { signal = new AbortController().signal, count = 1 } = {}): Promise<ExportPreview> {
  return previewExport(checkExport(ask), {
    documents: async function* () {
      for (let copy = 0; copy < count; copy++) yield video;
    },
    clipOf: ({ fileBase }, shot) => ({ file: clipFileName(fileBase, shot, 'exact'), mode: 'exact' }),
    versionsOf: () => [],
    signal,
  });
}

const [short, long] = [videoOf(2_500), videoOf(10_000)];

describe.each<Ask>([
  { formatId: 'llava', options: { prompt: '{asr} {screen_text}', shards: 2 } },
  { formatId: 'shot2story', options: { screenText: true } },
  { formatId: 'shot2story', options: { screenText: true, layout: 'python' } },
  { formatId: 'srt', options: { cues: 'captions' } },
  { formatId: 'vtt', options: { cues: 'speech' } },
  { formatId: 'parquet', options: {} },
  { formatId: 'edl', options: {} },
  { formatId: 'fcpxml', options: {} },
  { formatId: 'shots-csv', options: {} },
])('$formatId, of a video with very many shots', { timeout: 120_000 }, (ask) => {
  it('takes so much longer as the video is, and lets others work meanwhile', async () => {
    await preview(short, ask);
    const ofShort = await timeTurns(preview(short, ask));
    // Four times as long; what goes over all texts for each shot takes sixteen times as long.
    await expectWithin({ allMs: 8 * (ofShort.allMs + 100), longestMs: 200 }, () => preview(long, ask));
  });

  it('ends when nobody wants it any more', async () => {
    const leaving = new AbortController();
    // Of one alone some formats are done before anybody can leave.
    const previewing = preview(long, ask, { signal: leaving.signal, count: 50 });
    setImmediate(() => leaving.abort());
    await expect(previewing).rejects.toThrow(/abort/u);
  });
});

describe('a record', () => {
  it('is refused before it takes all memory, where each of many shots would get the speech of the whole video', async () => {
    const video = videoDocument({
      name: 'video.mp4',
      lastFrames: Array.from({ length: 45 }, () => 100),
      shots: Array.from({ length: 45 }, (_, index) => ({ visual: 'A dog.', speech: index === 0 ? 'word '.repeat(1_000_000) : '' })),
      summary: '',
    });
    const everywhere = { ...video, shots: video.shots.map((shot) => ({ ...shot, startFrame: 0, endFrame: 200 })) };
    await expect(preview(everywhere, { formatId: 'shot2story', options: { texts: 'all' } })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('“video.mp4”'),
    });
  });
});

describe('speech that is looked up by an index', () => {
  it('is what going over all of it finds', () => {
    const span = fc.tuple(fc.nat(60), fc.nat(20)).map(([startUs, lengthUs]) => ({ startUs, endUs: startUs + lengthUs }));
    const word = fc.record({ text: fc.constantFrom('a', 'b', '映'), span }).map(({ text, span: at }) => ({ text, ...at, probability: 1 }));
    const segment = fc
      .record({ text: fc.constantFrom('', 'one ', 'two'), span, words: fc.array(word, { maxLength: 4 }) })
      .map(({ text, span: at, words }) => ({ text, ...at, words }));
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 8 }), span, (segments, { startUs, endUs }) => {
        expect(indexSpeech(segments)(startUs, endUs)).toBe(speechBetween(segments, startUs, endUs));
      }),
    );
  });
});

describe('an object that is laid out in pieces', () => {
  it('is the same as in one', () => {
    const record = fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue())));
    fc.assert(
      fc.property(record, fc.constantFrom('compact' as const, 'python' as const), (value, layout) => {
        const members = Object.entries(value).map(([key, under]): [string, RawJson] => {
          const raw = Array.isArray(under) ? under.map((each) => JSON.stringify(each, null, 3)) : JSON.stringify(under, null, 3);
          return [JSON.stringify(key), raw];
        });
        expect([...rawPieces(members, layout)].join('')).toBe(jsonElement(value, layout));
      }),
    );
  });

  it('is in Python’s layout what JavaScript indents alike', () => {
    const ascii = fc.string({ unit: fc.constantFrom('a', '"', '\\', '[', '{', ',', ':', ' ') });
    const value = fc.letrec((tie) => ({
      value: fc.oneof(ascii, fc.integer(), fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(ascii, tie('value'), { maxKeys: 3 })),
    })).value;
    fc.assert(
      fc.property(value, (any) => {
        expect(jsonElement(any, 'python')).toBe(JSON.stringify(any, null, 4).replaceAll('\n', '\n    '));
      }),
    );
  });
});
