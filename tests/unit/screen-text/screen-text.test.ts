import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Picture } from '#core/media/pictures.ts';
import type { RecognisedLine } from '#core/engines/text-recogniser.ts';
import { characterErrorRate, editDistance } from '#core/base/edit-distance.ts';
import { backgroundDetail } from '#core/project/screen-text/background-detail.ts';
import { joinReadings } from '#core/project/screen-text/join-readings.ts';
import { indexTitleCards } from '#core/project/screen-text/title-card.ts';
import { isTitleCard, screenTextsOf, type TextBox } from '#shared/domain/screen-text.ts';
import { videoDocument } from '../../helpers/video-documents.ts';
import { expectWithin } from '../../helpers/longest-turn.ts';

function boxAt(left: number, top: number, width = 0.4, height = 0.1): TextBox {
  const [right, bottom] = [left + width, top + height];
  return [
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: bottom },
    { x: left, y: bottom },
  ];
}
const line = (text: string, { confidence = 0.9, box = boxAt(0.1, 0.4) } = {}): RecognisedLine => ({ text, confidence, box });

describe('the edit distance', () => {
  it('is a distance', () => {
    const word = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 });
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        expect(editDistance(a, a)).toBe(0);
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
        expect(editDistance(a, b)).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
      }),
    );
    expect(editDistance(Array.from('kitten'), Array.from('sitting'))).toBe(3);
    expect(characterErrorRate('THE END', 'THEEND')).toBeCloseTo(1 / 7, 6);
  });
});

describe('readings of one shot', () => {
  /** In turns that nobody else needs. */
  const joined = (readings: Parameters<typeof joinReadings>[0]) => joinReadings(readings, () => undefined);

  it('are joined, each line as it was read best', async () => {
    const lines = await joined([
      { frame: 10, lines: [line('THE FND', { confidence: 0.7 })] },
      { frame: 30, lines: [line('THE END', { confidence: 0.95 })] },
      { frame: 50, lines: [line('THF END', { confidence: 0.8 })] },
    ]);
    expect(lines).toEqual([{ ...line('THE END', { confidence: 0.95 }), frame: 30, firstFrame: 10, lastFrame: 50 }]);
  });

  it('keep lines apart that say something else, or stand elsewhere and differ', async () => {
    const readings = [
      { frame: 10, lines: [line('Take 17'), line('Scene 4', { box: boxAt(0.5, 0.8) })] },
      { frame: 30, lines: [line('Directed by'), line('Scene 9', { box: boxAt(0.1, 0.1) })] },
    ];
    expect((await joined(readings)).map(({ text }) => text)).toEqual(['Take 17', 'Scene 4', 'Directed by', 'Scene 9']);
  });

  it('keep the same words apart that stand twice in one frame', async () => {
    expect(await joined([{ frame: 1, lines: [line('EXIT'), line('EXIT', { box: boxAt(0.5, 0.8) })] }])).toHaveLength(2);
  });

  it('leave out the pieces of a line that another frame has whole', async () => {
    const pieces = {
      frame: 10,
      lines: [
        line('A Day', { box: boxAt(0.1, 0.4, 0.2) }),
        line('/ Out', { box: boxAt(0.32, 0.4, 0.18) }),
        line('Day', { box: boxAt(0.1, 0.8, 0.2) }),
      ],
    };
    const whole = { frame: 30, lines: [line('A Day Out')] };
    expect((await joined([pieces, whole])).map(({ text }) => text)).toEqual(['Day', 'A Day Out']);
  });

  it('follow text that scrolls', async () => {
    const lines = await joined([
      { frame: 10, lines: [line('Directed by Ann', { box: boxAt(0.3, 0.8) })] },
      { frame: 30, lines: [line('Directed by Ann', { box: boxAt(0.3, 0.2) })] },
    ]);
    expect(lines).toMatchObject([{ firstFrame: 10, lastFrame: 30 }]);
  });

  it('of a thousand words each are compared in a moment, and others have their turn in between', async () => {
    const words = (frame: number) =>
      Array.from({ length: 1_000 }, (_, index) =>
        line(`${'w'.repeat(index % 40)} ${index * frame}`, { box: boxAt(index / 1_001, 0.4, 0.0005) }),
      );
    const readings = [10, 30].map((frame) => ({ frame, lines: words(frame) }));
    await expectWithin({ allMs: 3_000 }, async () => {
      let turns = 0;
      await joinReadings(readings, () => void turns++);
      expect(turns).toBeGreaterThanOrEqual(2_000);
    });
  });
});

it('the text of a shot is what lies between its ends, each wording once', () => {
  const texts = [5, 15, 18, 25].map((frame) => ({
    frame,
    firstFrame: frame,
    lastFrame: frame,
    text: frame === 25 ? 'two' : 'one',
    box: boxAt(0.1, 0.4),
  }));
  expect(screenTextsOf(texts, { startFrame: 10, endFrame: 25 })).toMatchObject([{ frame: 15, text: 'one' }]);
  expect(screenTextsOf(texts, { startFrame: 0, endFrame: 26 }).map(({ text }) => text)).toEqual(['one', 'two']);
});

it('the text of a shot is in the order in which people read it, whichever frame shows a line best', () => {
  const at = (text: string, [firstFrame, frame, lastFrame]: readonly [number, number, number], x: number, y: number) => ({
    text,
    frame,
    firstFrame,
    lastFrame,
    box: boxAt(x, y),
  });
  const lines = [
    at('and ends', [40, 40, 45], 0.1, 0.1),
    at('right', [10, 20, 30], 0.6, 0.51),
    at('below', [10, 10, 30], 0.1, 0.8),
    at('Title, faded in', [20, 30, 30], 0.3, 0.2),
    at('left', [10, 20, 30], 0.1, 0.5),
  ];
  expect(screenTextsOf(lines, { startFrame: 0, endFrame: 50 }).map(({ text }) => text)).toEqual([
    'Title, faded in',
    'left',
    'right',
    'below',
    'and ends',
  ]);
});

function picture(paint: (x: number, y: number) => number): Picture {
  const [width, height] = [64, 36];
  const data = Uint8Array.from({ length: width * height * 3 }, (_, index) =>
    paint(Math.floor(index / 3) % width, Math.floor(index / 3 / width)),
  );
  return { frame: 0, width, height, data };
}

describe('detail of the ground', () => {
  const text = [line('X', { box: boxAt(0.25, 0.25, 0.5, 0.5) })];
  const isInText = (x: number, y: number): boolean => x >= 16 && x < 48 && y >= 9 && y < 27;

  it('is none on a plain ground, whatever the text looks like', () => {
    expect(
      backgroundDetail(
        picture((x, y) => (isInText(x, y) ? (x * 97) % 256 : 20)),
        text,
      ),
    ).toBe(0);
  });

  it('is found in texture, and in large areas of another colour', () => {
    expect(
      backgroundDetail(
        picture((x, y) => (isInText(x, y) ? 255 : ((x + y) % 2) * 60)),
        text,
      ),
    ).toBeGreaterThan(0.9);
    expect(
      backgroundDetail(
        picture((x) => (x < 20 ? 200 : 20)),
        [],
      ),
    ).toBeGreaterThan(0.25);
  });
});

describe('a title card', () => {
  const shot = { startFrame: 0, endFrame: 50 };
  const card = { frame: 20, text: 'THE END', confidence: 0.95, box: boxAt(0.1, 0.4) };
  const plain = { frame: 20, backgroundDetail: 0.001 };

  it('is text on a plain ground in every frame that was read', () => {
    expect(isTitleCard([plain], [card], shot)).toBe(true);
    expect(isTitleCard([plain, { frame: 40, backgroundDetail: 0.4 }], [card], shot)).toBe(false);
    expect(isTitleCard([plain, { frame: 60, backgroundDetail: 0.4 }], [card], shot)).toBe(true);
  });

  it('is not a blank picture, one that was not read, a watermark, or what was hardly legible', () => {
    expect(isTitleCard([plain], [], shot)).toBe(false);
    expect(isTitleCard([], [card], shot)).toBe(false);
    expect(isTitleCard([plain], [{ ...card, box: boxAt(0.9, 0.95, 0.08, 0.02) }], shot)).toBe(false);
    expect(isTitleCard([plain], [{ ...card, confidence: 0.6 }], shot)).toBe(false);
  });

  it('is captioned with its text, as sure as that was read', () => {
    const document = videoDocument({ name: 'cards.mp4', lastFrames: [9, 19], shots: [{ screenText: 'THE END' }, { screenText: 'STOP' }] });
    const [first, second] = document.shots;
    if (first === undefined || second === undefined) throw new Error('two shots expected');
    const screenFrames = [
      { frame: 0, backgroundDetail: 0, engine: 'pp-ocr', modelSha256: 'abc' },
      { frame: 10, backgroundDetail: 0.3, engine: 'pp-ocr', modelSha256: 'abc' },
    ];
    const caption = indexTitleCards({ ...document, screenFrames })(first);
    expect(caption).toMatchObject({
      text: 'A title card that reads “THE END”.',
      provenance: { engine: 'pp-ocr', modelSha256: 'abc', frames: [0] },
    });
    expect(caption?.meanLogProb).toBeCloseTo(Math.log(0.98), 6);
    expect(indexTitleCards({ ...document, screenFrames })(second)).toBeNull();
  });
});
