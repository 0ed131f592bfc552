import { existsSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Picture } from '#core/media/pictures.ts';
import type { RecognisedLine } from '#core/engines/text-recogniser.ts';
import { openPpOcr, type PpOcrNetwork } from '#engine-worker/pp-ocr/pp-ocr.ts';
import { characterErrorRate } from '#core/base/edit-distance.ts';
import { createFfmpeg } from '#core/media/ffmpeg.ts';
import { readFramesAt } from '#core/media/frame-reader.ts';
import { backgroundDetail } from '#core/project/screen-text/background-detail.ts';
import { isTitleCard } from '#shared/domain/screen-text.ts';
import { canLetter, type Lettering, letteredPicture } from '../helpers/lettered-pictures.ts';
import { sampleVideo } from '../helpers/sample-video.ts';
import { testConfig } from '../helpers/test-config.ts';
import { temporaryFolder } from '../helpers/test-core.ts';

const folder = path.resolve(import.meta.dirname, '../../models/pp-ocr');
const trailer = path.resolve(import.meta.dirname, '../../../shared/data/film/big-buck-bunny-trailer.webm');
const { ffmpegPath } = testConfig('');
const never = new AbortController().signal;
const size = { width: 960, height: 540 };

let network: PpOcrNetwork;
beforeAll(async () => {
  network = await openPpOcr({ folder, threads: 2 });
});
afterAll(() => network.dispose());

const read = (picture: Picture): Promise<RecognisedLine[]> => network.recognise(picture, never);
const joined = (lines: readonly RecognisedLine[]): string => lines.map(({ text }) => text).join(' ');

async function frameOf(file: string, frame: number, rate: number, display: { width: number; height: number }): Promise<Picture> {
  const clock = { rate: { num: rate, den: 1 }, frameCount: frame + 1 };
  for await (const picture of readFramesAt({
    ffmpeg: createFfmpeg(testConfig('')),
    path: file,
    clock,
    probe: { container: '', startUs: 0, stream: null, videoCodec: '', notes: [] },
    frames: [frame],
    size: display,
    signal: never,
  }))
    return picture;
  throw new Error(`no frame ${frame}`);
}

function isCard(picture: Picture, lines: readonly RecognisedLine[]): boolean {
  const { frame } = picture;
  return isTitleCard(
    [{ frame, backgroundDetail: backgroundDetail(picture, lines) }],
    lines.map((line) => ({ ...line, frame })),
    { startFrame: frame, endFrame: frame + 1 },
  );
}

describe.skipIf(!canLetter(ffmpegPath))('lettering (skipped where ffmpeg has no FreeType)', () => {
  const plain: Lettering = { text: 'Directed by Maria Lopez', sizePx: 32, colour: 'white', ground: { colour: 'black' } };

  it.each<[string, Partial<Lettering>]>([
    ['small', { sizePx: 16 }],
    ['large', { sizePx: 80 }],
    ['dark on light', { colour: 'black', ground: { colour: 'white' } }],
    ['coloured', { colour: 'yellow', ground: { colour: 'navy' } }],
    ['turned a little', { sizePx: 48, turnDegrees: 5 }],
    ['turned the other way', { sizePx: 48, turnDegrees: -12 }],
  ])('%s is read without an error, blanks and all, and is a title card', async (_name, change) => {
    const picture = letteredPicture(ffmpegPath, { ...plain, ...change }, size);
    const lines = await read(picture);
    expect(joined(lines)).toBe(plain.text);
    expect(isCard(picture, lines)).toBe((change.sizePx ?? plain.sizePx) > 16);
  });

  it('on a busy picture is read with few errors, and is no title card', async () => {
    const picture = letteredPicture(ffmpegPath, { ...plain, sizePx: 56, ground: 'busy' }, size);
    const lines = await read(picture);
    expect(characterErrorRate(plain.text, joined(lines))).toBeLessThan(0.2);
    expect(isCard(picture, lines)).toBe(false);
  });

  it('has its box where it stands', async () => {
    const [line] = await read(letteredPicture(ffmpegPath, { ...plain, sizePx: 60 }, size));
    const [topLeft, topRight, bottomRight, bottomLeft] = line?.box ?? [];
    for (const corner of [topLeft, topRight, bottomRight, bottomLeft]) expect(Math.abs((corner?.y ?? 0) - 0.5)).toBeLessThan(0.09);
    expect(((topLeft?.x ?? 0) + (topRight?.x ?? 0)) / 2).toBeCloseTo(0.5, 1);
    expect((topRight?.x ?? 0) - (topLeft?.x ?? 0)).toBeGreaterThan(0.4);
  });
});

describe('real frames', () => {
  it('the sample video’s title stands on a picture, its end card on a plain ground', async () => {
    const video = await sampleVideo();
    const title = await frameOf(video.path, 50, 25, size);
    const titleLines = await read(title);
    expect(joined(titleLines)).toBe('A Day Out The sample film of Shotluck Studio');
    expect(isCard(title, titleLines)).toBe(false);

    const end = await frameOf(video.path, 1250, 25, size);
    const endLines = await read(end);
    expect(joined(endLines)).toMatch(/^The end Photographs by Aitzol Berasategi, Clemens Engelhardt,/u);
    expect(isCard(end, endLines)).toBe(true);
  });

  it.skipIf(!existsSync(trailer))('title cards of the trailer of Big Buck Bunny (skipped without the shared data)', async () => {
    const cards = new Map([
      [25, 'THE PEACH OPEN MOVIE PROJECT PRESENTS'],
      [225, 'ONE BIG RABBIT'],
      [300, 'THREE RODENTS'],
      [775, 'COMING SOON'],
    ]);
    for (const [frame, text] of cards) {
      const picture = await frameOf(trailer, frame, 25, { width: 640, height: 360 });
      const lines = await read(picture);
      expect([frame, joined(lines), isCard(picture, lines)]).toEqual([frame, text, true]);
    }
  });

  it('a frame without text has none', async () => {
    const video = await sampleVideo();
    expect(await read(await frameOf(video.path, 350, 25, size))).toEqual([]);
  });
});

describe('the folder', () => {
  it('with a file that is missing or broken is refused by that file’s name', async () => {
    const half = path.join(temporaryFolder(), 'pp-ocr');
    await mkdir(half);
    await copyFile(path.join(folder, 'ch_PP-OCRv4_det_infer.onnx'), path.join(half, 'ch_PP-OCRv4_det_infer.onnx'));
    await writeFile(path.join(half, 'ppocr_keys_v1.txt'), 'a\nb\n');
    await expect(openPpOcr({ folder: half, threads: 1 })).rejects.toMatchObject({
      code: 'model-broken',
      message: expect.stringContaining('ch_PP-OCRv4_rec_infer.onnx'),
    });
    await copyFile(path.join(folder, 'ch_PP-OCRv4_rec_infer.onnx'), path.join(half, 'ch_PP-OCRv4_rec_infer.onnx'));
    const wrong = await openPpOcr({ folder: half, threads: 1 });
    const video = await sampleVideo();
    await expect(wrong.recognise(await frameOf(video.path, 50, 25, size), never)).rejects.toMatchObject({
      message: expect.stringContaining('ppocr_keys_v1.txt'),
    });
    await wrong.dispose();
  });
});
