import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitSize, selectExpression, stretchesOf } from '#core/media/frame-reader.ts';
import { spriteInterval } from '#core/media/thumbnails.ts';

const clock = { rate: { num: 25, den: 1 }, frameCount: 1_000_000 };
const frameLists = fc.uniqueArray(fc.nat(5000), { minLength: 1, maxLength: 120 }).map((frames) => frames.sort((a, b) => a - b));

/** What ffmpeg makes of `eq(n,1)` and `if(lt(n,5),…,…)`. */
function evaluate(expression: string, n: number): number {
  const [, equal] = /^eq\(n\\,(\d+)\)$/.exec(expression) ?? [];
  if (equal !== undefined) return Number(n === Number(equal));
  const [, limit, branches = ''] = /^if\(lt\(n\\,(\d+)\)\\,(.*)\)$/.exec(expression) ?? [];
  const split = branches.indexOf('\\,', closingBracket(branches));
  return evaluate(n < Number(limit) ? branches.slice(0, split) : branches.slice(split + 2), n);
}

function closingBracket(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')' && --depth === 0) return at;
  }
  throw new Error(`No whole term in ${text}`);
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

describe('choice of frames', () => {
  it('selects exactly the wanted frames', () => {
    fc.assert(
      fc.property(frameLists, fc.nat(5000), (frames, other) => {
        const expression = selectExpression(frames);
        for (const frame of [...frames.slice(0, 5), other]) expect(evaluate(expression, frame)).toBe(Number(frames.includes(frame)));
      }),
      { numRuns: 50 },
    );
  });

  it('fits into the arguments that Windows allows, and nests far less than the hundred levels that ffmpeg allows', () => {
    const expression = selectExpression(Array.from({ length: 500 }, (_, index) => 1_000_000 + index * 7));
    expect(expression.length).toBeLessThan(30_000);
    expect(depthOf(expression)).toBeLessThan(20);
  });

  it('goes through near frames in one stretch, and jumps over 20 s and more', () => {
    fc.assert(
      fc.property(frameLists, (frames) => {
        expect(stretchesOf(frames, clock).flat()).toEqual(frames);
      }),
    );
    expect(stretchesOf([0, 10, 10 + 499, 10 + 499 + 500], clock)).toEqual([[0, 10, 509], [1009]]);
    expect(
      stretchesOf(
        Array.from({ length: 1200 }, (_, frame) => frame),
        clock,
      ).map((stretch) => stretch.length),
    ).toEqual([500, 500, 200]);
  });

  it('keeps the aspect, and never enlarges', () => {
    expect(fitSize({ displayWidth: 1920, displayHeight: 1080 }, 448)).toEqual({ width: 448, height: 252 });
    expect(fitSize({ displayWidth: 1080, displayHeight: 1920 }, 448)).toEqual({ width: 252, height: 448 });
    expect(fitSize({ displayWidth: 320, displayHeight: 180 }, 448)).toEqual({ width: 320, height: 180 });
    expect(fitSize({ displayWidth: 4000, displayHeight: 2 }, 100)).toEqual({ width: 100, height: 1 });
  });
});

describe('thumbnails', () => {
  it('are at most 600, and at least one a second where that allows it', () => {
    const rates = fc.constantFrom({ num: 24000, den: 1001 }, { num: 25, den: 1 }, { num: 60, den: 1 }, { num: 1, den: 2 });
    fc.assert(
      fc.property(rates, fc.integer({ min: 1, max: 1_000_000 }), (rate, frameCount) => {
        const interval = spriteInterval({ rate, frameCount });
        const tiles = Math.ceil(frameCount / interval);
        expect(Number.isInteger(interval) && interval >= 1).toBe(true);
        expect(tiles).toBeLessThanOrEqual(600);
        const seconds = (frameCount * rate.den) / rate.num;
        if (seconds <= 600 && rate.num > rate.den) expect(tiles).toBeGreaterThanOrEqual(Math.floor(seconds));
      }),
    );
  });
});
