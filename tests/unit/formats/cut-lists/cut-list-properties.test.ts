import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitShots } from '#core/exchange/cut-lists/fit-shots.ts';
import type { ListedShot } from '#core/exchange/formats/cut-list-format.ts';
import type { Rational } from '#shared/domain/time.ts';
import { clockOf, readList } from '../../../helpers/cut-lists.ts';

const RATES: readonly Rational[] = [
  { num: 24, den: 1 },
  { num: 24000, den: 1001 },
  { num: 25, den: 1 },
  { num: 30, den: 1 },
  { num: 30000, den: 1001 },
  { num: 50, den: 1 },
  { num: 60000, den: 1001 },
];

type Extent = readonly [startFrame: number, endFrame: number];
type Write = (shots: readonly Extent[], rate: Rational) => string;

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');
const secondsOf = (frame: number, { num, den }: Rational, digits: number): string => ((frame * den) / num).toFixed(digits);
const fractionOf = (frame: number, { num, den }: Rational): string => `${frame * den}/${num}s`;

function labelOf(frame: number, rate: Rational, isDrop = false): string {
  const count = Math.round(rate.num / rate.den);
  let label = frame;
  if (isDrop) {
    const lost = count / 15;
    const [perTen, perMinute] = [count * 600 - lost * 9, count * 60 - lost];
    const rest = frame % perTen;
    label += Math.floor(frame / perTen) * lost * 9 + (rest < count * 60 ? 0 : lost * (1 + Math.floor((rest - count * 60) / perMinute)));
  }
  const seconds = Math.floor(label / count);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((part) => pad(part)).join(':');
  return `${clock}${isDrop ? ';' : ':'}${pad(label % count)}`;
}

const edlWith =
  (isDrop: boolean): Write =>
  (shots, rate) =>
    shots
      .map(([start, end], index) => {
        const times = [start, end].map((frame) => labelOf(frame, rate, isDrop && Math.round(rate.num / rate.den) % 30 === 0)).join(' ');
        return `${pad(index + 1, 3)}  AX       V     C        ${times} ${times}\n`;
      })
      .join('');

const writers: Readonly<Record<string, Write>> = {
  'walk-Scenes.csv': (shots, rate) =>
    `Scene Number,Start Frame,Start Time (seconds),End Frame,End Time (seconds)\n${shots
      .map(([start, end], index) => [index + 1, start + 1, secondsOf(start, rate, 3), end, secondsOf(end, rate, 3)].join(','))
      .join('\n')}\n`,
  'walk.csv': (shots, rate) => shots.map(([start, end]) => `${secondsOf(start, rate, 6)},${secondsOf(end, rate, 6)},`).join('\n'),
  'walk.llc': (shots, rate) =>
    `{version: 1, cutSegments: [${shots.map(([start, end]) => `{start: ${secondsOf(start, rate, 6)}, end: ${secondsOf(end, rate, 6)}}`).join(',')}]}`,
  'walk.edl': edlWith(false),
  'walk-drop.edl': edlWith(true),
  'walk.otio': (shots, { num, den }) => {
    const time = (value: number) => ({ OTIO_SCHEMA: 'RationalTime.1', value, rate: num / den });
    let at = 0;
    const children = shots.flatMap(([start, end]) => {
      const item = (schema: string, length: number) => ({
        OTIO_SCHEMA: schema,
        source_range: { OTIO_SCHEMA: 'TimeRange.1', start_time: time(0), duration: time(length) },
      });
      const gap = start > at ? [item('Gap.1', start - at)] : [];
      at = end;
      return [...gap, item('Clip.2', end - start)];
    });
    return JSON.stringify({
      OTIO_SCHEMA: 'Timeline.1',
      tracks: { OTIO_SCHEMA: 'Stack.1', children: [{ OTIO_SCHEMA: 'Track.1', kind: 'Video', children }] },
    });
  },
  'walk.fcpxml': (shots, rate) =>
    `<?xml version="1.0"?><!DOCTYPE fcpxml><fcpxml version="1.10"><resources><format id="r1" frameDuration="${rate.den}/${rate.num}s"/></resources><project><sequence format="r1" tcStart="3600s"><spine>${shots
      .map(
        ([start, end]) => `<clip offset="${3600 * rate.num + start * rate.den}/${rate.num}s" duration="${fractionOf(end - start, rate)}"/>`,
      )
      .join('')}</spine></sequence></project></fcpxml>`,
  'walk.xml': (shots, { num, den }) =>
    `<xmeml version="5"><project><children><sequence><rate><timebase>${Math.round(num / den)}</timebase><ntsc>${den === 1001 ? 'TRUE' : 'FALSE'}</ntsc></rate><media><video><track>${shots
      .map(([start, end]) => `<clipitem><name>a &amp; b</name><start>${start}</start><end>${end}</end></clipitem>`)
      .join('')}</track></video></media></sequence></children></project></xmeml>`,
};

/** Shots in order, with or without gaps between them, of at most three hours. */
const shotsArbitrary: fc.Arbitrary<Extent[]> = fc
  .array(fc.tuple(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 5_000 })), fc.integer({ min: 1, max: 20_000 })), {
    minLength: 1,
    maxLength: 25,
  })
  .map((lengths) => {
    let at = 0;
    return lengths.map(([gap, length]): Extent => {
      const start = at + gap;
      at = start + length;
      return [start, at];
    });
  });

describe('any shots, written as a list,', () => {
  it.each(Object.entries(writers))('are the same shots when it is read: %s', async (name, write) => {
    await fc.assert(
      fc.asyncProperty(shotsArbitrary, fc.constantFrom(...RATES), async (shots, rate) => {
        const { shots: read } = await readList(name, write(shots, rate), clockOf(rate, (shots.at(-1)?.[1] ?? 0) + 1));
        expect(read.map(({ startFrame, endFrame }) => [startFrame, endFrame])).toEqual(shots);
      }),
      { numRuns: 60 },
    );
  });

  it('are the same as scenes of TransNet V2, where they leave no gaps', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: 99_999 }), { maxLength: 30 }), async (cuts) => {
        const starts = [0, ...cuts.toSorted((a, b) => a - b)];
        const shots = starts.map((start, index): Extent => [start, starts[index + 1] ?? 100_000]);
        const text = shots.map(([start, end]) => `${start} ${end - 1}\n`).join('');
        const { shots: read } = await readList('walk.scenes.txt', text, clockOf({ num: 25, den: 1 }, 100_000));
        expect(read.map(({ startFrame, endFrame }) => [startFrame, endFrame])).toEqual(shots);
      }),
    );
  });
});

describe('whatever a list says,', () => {
  const frame = fc.integer({ min: -50, max: 250 });
  const listed: fc.Arbitrary<ListedShot> = fc.record({ startFrame: frame, endFrame: frame, caption: fc.constantFrom('', 'A dog.') });

  it('its shots are fitted to the video: cuts lie inside it, in order, each once, and captions in shots', () => {
    fc.assert(
      fc.property(fc.array(listed, { maxLength: 20 }), fc.integer({ min: 1, max: 200 }), (shots, frameCount) => {
        const { cuts, captions } = fitShots(shots, frameCount);
        const frames = cuts.map((cut) => cut.frame);
        expect(frames).toEqual([...new Set(frames)].sort((a, b) => a - b));
        for (const cut of cuts) {
          expect(cut.frame > 0 && cut.frame < frameCount).toBe(true);
          expect(cut.startFrame <= cut.frame && cut.frame <= cut.endFrame).toBe(true);
        }
        const starts = new Set([0, ...frames]);
        for (const { startFrame, endFrame } of captions)
          expect(starts.has(startFrame) && endFrame > startFrame && endFrame <= frameCount).toBe(true);
      }),
    );
  });

  it('each frame of the video is in one shot: gaps become shots, small ones join the shot before', () => {
    const shot = (startFrame: number, endFrame: number): ListedShot => ({ startFrame, endFrame, caption: '' });
    const { cuts, notes } = fitShots(
      [shot(2, 20), shot(22, 40), shot(60, 90), shot(80, 98), shot(80, 85), shot(300, 400), shot(-20, -5)],
      100,
    );
    expect(cuts.map((cut) => cut.frame)).toEqual([22, 40, 60, 80]);
    expect(notes).toEqual([
      'one shot without any frame of the video was left out',
      'one shot begins after the end of the video and was left out',
      'one shot begins where a longer one does and was left out',
      'one shot reaches into the next one and was cut short there',
      'one stretch of the video is in no shot of the list and became a shot of its own',
      '3 gaps of one or two frames were closed',
    ]);
  });
});
