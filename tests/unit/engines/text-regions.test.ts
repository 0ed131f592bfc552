import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findTextRegions, type TextMap } from '#engine-worker/pp-ocr/text-regions.ts';
import { cornersOf, leastBox, type TurnedBox } from '#engine-worker/pp-ocr/turned-box.ts';

/** A map that is 1 inside the boxes and 0 elsewhere, as the network marks the cores of lines. */
function mapOf(boxes: readonly TurnedBox[], width = 200, height = 120, value = 1): TextMap {
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isInside = boxes.some(({ centre, axis, ...size }) => {
        const [dx, dy] = [x - centre.x, y - centre.y];
        return Math.abs(dx * axis.x + dy * axis.y) <= size.width / 2 && Math.abs(dy * axis.x - dx * axis.y) <= size.height / 2;
      });
      if (isInside) data[y * width + x] = value;
    }
  }
  return { width, height, data };
}

const level = (x: number, y: number, width = 60, height = 8): TurnedBox => ({ centre: { x, y }, axis: { x: 1, y: 0 }, width, height });
const centres = (boxes: readonly TurnedBox[]): number[][] => boxes.map(({ centre }) => [Math.round(centre.x), Math.round(centre.y)]);

describe('the least box', () => {
  it('of the corners and points inside of a turned rectangle is that rectangle', () => {
    const box = fc.record({
      centre: fc.record({ x: fc.integer({ min: -50, max: 50 }), y: fc.integer({ min: -50, max: 50 }) }),
      degrees: fc.integer({ min: -44, max: 44 }),
      width: fc.integer({ min: 20, max: 100 }),
      height: fc.integer({ min: 2, max: 15 }),
    });
    fc.assert(
      fc.property(box, ({ degrees, ...rest }) => {
        const angle = (degrees * Math.PI) / 180;
        const corners = cornersOf({ ...rest, axis: { x: Math.cos(angle), y: Math.sin(angle) } });
        const found = cornersOf(leastBox([...corners, rest.centre, corners[0]]));
        found.forEach((corner, index) => {
          expect(corner.x).toBeCloseTo(corners[index]?.x ?? Number.NaN, 6);
          expect(corner.y).toBeCloseTo(corners[index]?.y ?? Number.NaN, 6);
        });
      }),
    );
  });

  it('of one point, and of points in a row, has no area', () => {
    expect(leastBox([{ x: 3, y: 4 }])).toMatchObject({ centre: { x: 3, y: 4 }, width: 0, height: 0 });
    const row = leastBox([
      { x: 0, y: 5 },
      { x: 4, y: 5 },
      { x: 9, y: 5 },
    ]);
    expect([row.width, row.height]).toEqual([9, 0]);
  });
});

describe('regions of text', () => {
  it('are grown on every side by area times 1.5 over perimeter', () => {
    const [region] = findTextRegions(mapOf([level(100, 60, 60, 8)]));
    // Middles of pixels: 61 by 9 pixels are 60 by 8 apart.
    const distance = (60 * 8 * 1.5) / (2 * (60 + 8));
    expect(region?.width).toBeCloseTo(60 + 2 * distance, 6);
    expect(region?.height).toBeCloseTo(8 + 2 * distance, 6);
  });

  it('follow a line that is turned', () => {
    const angle = (12 * Math.PI) / 180;
    const [region] = findTextRegions(mapOf([{ ...level(100, 60), axis: { x: Math.cos(angle), y: Math.sin(angle) } }]));
    expect(Math.atan2(region?.axis.y ?? 0, region?.axis.x ?? 1) * (180 / Math.PI)).toBeCloseTo(12, 0);
  });

  it('come row by row, each from left to right, however the rows are shifted', () => {
    const boxes = [level(150, 82, 40), level(50, 22, 40), level(150, 20, 40), level(50, 80, 40)];
    expect(centres(findTextRegions(mapOf(boxes)))).toEqual([
      [50, 22],
      [150, 20],
      [50, 80],
      [150, 82],
    ]);
  });

  it('leave out specks and what the network is unsure of', () => {
    expect(findTextRegions(mapOf([level(20, 20, 2, 2)]))).toEqual([]);
    expect(findTextRegions(mapOf([level(100, 60)], 200, 120, 0.5))).toEqual([]);
    expect(findTextRegions(mapOf([]))).toEqual([]);
  });
});
