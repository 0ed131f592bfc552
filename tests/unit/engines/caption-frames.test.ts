import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { captionFrames } from '#core/steps/caption-frames.ts';

const hardCut = (frame: number) => ({ startFrame: frame, endFrame: frame });

describe('the frames shown to a captioner', () => {
  it('are spread over the shot', () => {
    const shot = { startFrame: 100, endFrame: 180, transition: hardCut(100), nextTransition: hardCut(180) };
    expect(captionFrames(shot, 1)).toEqual([140]);
    expect(captionFrames(shot, 4)).toEqual([110, 130, 150, 170]);
  });

  it('avoid dissolves at both ends', () => {
    const shot = {
      startFrame: 100,
      endFrame: 180,
      transition: { startFrame: 90, endFrame: 120 },
      nextTransition: { startFrame: 160, endFrame: 200 },
    };
    expect(captionFrames(shot, 4)).toEqual([125, 135, 145, 155]);
  });

  it('are all frames of a shot that has fewer than asked for', () => {
    expect(captionFrames({ startFrame: 7, endFrame: 10, transition: hardCut(7), nextTransition: null }, 8)).toEqual([7, 8, 9]);
  });

  it('come from the shot itself when it is all transition', () => {
    const shot = {
      startFrame: 10,
      endFrame: 20,
      transition: { startFrame: 5, endFrame: 16 },
      nextTransition: { startFrame: 14, endFrame: 30 },
    };
    expect(captionFrames(shot, 2)).toEqual([12, 17]);
  });

  it('always lie in the shot, ascend, and avoid transitions where frames are left', () => {
    const anyShot = fc
      .record({
        start: fc.nat(1000),
        length: fc.integer({ min: 1, max: 500 }),
        into: fc.nat(600),
        out: fc.nat(600),
        count: fc.integer({ min: 1, max: 8 }),
      })
      .map(({ start, length, into, out, count }) => ({
        count,
        shot: {
          startFrame: start,
          endFrame: start + length,
          transition: { startFrame: start, endFrame: start + into },
          nextTransition: { startFrame: start + length - out, endFrame: start + length + out },
        },
      }));
    fc.assert(
      fc.property(anyShot, ({ shot, count }) => {
        const frames = captionFrames(shot, count);
        expect(frames.length).toBeGreaterThanOrEqual(1);
        expect(frames.length).toBeLessThanOrEqual(count);
        expect(new Set(frames).size).toBe(frames.length);
        expect(frames).toEqual(frames.toSorted((a, b) => a - b));
        const isClear = (frame: number) => frame >= shot.transition.endFrame && frame < shot.nextTransition.startFrame;
        const hasClear = shot.transition.endFrame < Math.min(shot.nextTransition.startFrame, shot.endFrame);
        for (const frame of frames) {
          expect(frame).toBeGreaterThanOrEqual(shot.startFrame);
          expect(frame).toBeLessThan(shot.endFrame);
          if (hasClear) expect(isClear(frame)).toBe(true);
        }
      }),
    );
  });
});
