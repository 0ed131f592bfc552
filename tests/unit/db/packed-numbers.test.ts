import { describe, expect, it } from 'vitest';
import { packNumbers, unpackFloat32, unpackFloat64 } from '#core/base/db/packed-numbers.ts';

describe('numbers of frames in a project', () => {
  it('come back as they were', () => {
    expect(unpackFloat32(packNumbers(Float32Array.of(0, 0.5, Number.NaN)))).toEqual(Float32Array.of(0, 0.5, Number.NaN));
    expect(unpackFloat64(packNumbers(Float64Array.of(0, 33_366.7)))).toEqual(Float64Array.of(0, 33_366.7));
  });

  it('are refused when a few bytes would unpack to more than a video may have', () => {
    const packed = packNumbers(new Float32Array(4_000_001));
    expect(packed.length).toBeLessThan(100_000);
    expect(() => unpackFloat32(packed)).toThrow(
      expect.objectContaining({ code: 'media-corrupt', message: expect.stringContaining('cannot be read') }),
    );
  });

  it('are refused by name when they are no such numbers', () => {
    expect(() => unpackFloat64(Buffer.from('no numbers'))).toThrow(expect.objectContaining({ code: 'media-corrupt' }));
  });
});
