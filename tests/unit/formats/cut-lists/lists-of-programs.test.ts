import { describe, expect, it } from 'vitest';
import { clockOf, foreignList, NTSC, PAL, readList } from '../../../helpers/cut-lists.ts';

const NTSC_CLOCK = clockOf(NTSC, 150);
const PAL_CLOCK = clockOf(PAL, 150);
const SHOTS = ['0-40', '40-75', '75-150'];
const WITH_REMARKS = ['0-40 "A dog runs."', '40-75 "A cat runs."', '75-150 [dissolve 69-81]'];
const MAY_BE_EARLY = expect.stringContaining('may be one frame early');

/** Two seconds at 25 frames a second, two at 10, two at 25. */
function variableClock() {
  const lengthsUs = [...Array.from({ length: 50 }, () => 40_000), ...Array.from({ length: 20 }, () => 100_000)];
  const ptsUs = [0];
  for (let frame = 0; frame < 120; frame++) ptsUs.push((ptsUs[frame] ?? 0) + (lengthsUs[frame] ?? 40_000));
  return { ...clockOf({ num: 20, den: 1 }, 120), ptsUs };
}

describe('lists that PySceneDetect 0.7.2 wrote for a video at 30000/1001', () => {
  it.each([
    ['pyscenedetect-0.7.2.csv', 'pyscenedetect', []],
    ['pyscenedetect-0.7.2-semicolons.csv', 'pyscenedetect', []],
    ['pyscenedetect-0.7.2.edl', 'edl', [MAY_BE_EARLY]],
    ['pyscenedetect-0.7.2-from-an-hour.edl', 'edl', [MAY_BE_EARLY, expect.stringContaining('counted from its first event')]],
    ['pyscenedetect-0.7.2.otio', 'otio', []],
    ['pyscenedetect-0.7.2.fcpxml', 'fcpxml', []],
    ['pyscenedetect-0.7.2.xml', 'fcp7', []],
  ])('are read to the frame: %s', async (name, formatId, notes) => {
    expect(await readList(name, foreignList(name), NTSC_CLOCK)).toMatchObject({ formatId, written: SHOTS, notes });
  });

  it('from which scenes were dropped lie where the scenes are', async () => {
    const { written, notes } = await readList('parts.otio', foreignList('pyscenedetect-0.7.2-parts.otio'), NTSC_CLOCK);
    expect(written).toEqual(['10-40', '75-150']);
    expect(notes).toEqual([expect.stringContaining('takes parts out of one file')]);
  });

  it('for a variable rate are read by their seconds', async () => {
    const list = foreignList('pyscenedetect-0.7.2-variable-rate.csv');
    const { written, notes } = await readList('vfr.csv', list, variableClock());
    expect(written).toEqual(['0-50', '50-70', '70-120']);
    expect(notes).toEqual([expect.stringContaining('its seconds were used')]);
  });

  it('for a variable rate are read by their times in an EDL, too', async () => {
    const times = ['00:00:00:00 00:00:02:00', '00:00:02:00 00:00:04:00', '00:00:04:00 00:00:06:00'];
    const list = times.map((at, index) => `00${index + 1}  AX V     C        ${at} ${at}\n`).join('');
    const { written } = await readList('vfr.edl', `* CREATED WITH PYSCENEDETECT 0.7.2\nTITLE: x\n${list}`, variableClock());
    expect(written).toEqual(['0-50', '50-70', '70-120']);
  });

  it('for the same video at another rate are read by their seconds', async () => {
    const { written, notes } = await readList('walk.csv', foreignList('pyscenedetect-0.7.2.csv'), clockOf({ num: 60, den: 1 }, 300));
    expect(written).toEqual(['0-80', '80-150', '150-300']);
    expect(notes).toEqual(['its frame numbers are those of another frame rate; its seconds were used']);
  });

  it('in an EDL give the frame that was cut off: 108,000 is 01:00:03:17', async () => {
    const at = '01:00:03:17 01:00:04:17';
    const list = `* CREATED WITH PYSCENEDETECT 0.7.2\nTITLE: PySceneDetect\nFCM: NON-DROP FRAME\n\n001  AX V     C        ${at} ${at}\n`;
    expect((await readList('long.edl', list, clockOf(NTSC, 200_000))).shots[0]?.startFrame).toBe(108_000);
  });
});

describe('lists that OpenTimelineIO 0.18.1 wrote, with markers and a dissolve', () => {
  it.each([
    ['opentimelineio-0.18.1-25.otio', PAL_CLOCK],
    ['opentimelineio-0.18.1-25.xml', PAL_CLOCK],
    ['opentimelineio-0.18.1-29.97.otio', NTSC_CLOCK],
    ['opentimelineio-0.18.1-29.97.xml', NTSC_CLOCK],
  ])('are read to the frame: %s', async (name, clock) => {
    expect(await readList(name, foreignList(name), clock)).toMatchObject({ written: WITH_REMARKS, notes: [] });
  });

  it.each([
    ['opentimelineio-0.18.1-25.edl', PAL_CLOCK],
    ['opentimelineio-0.18.1-29.97.edl', NTSC_CLOCK],
  ])('are read with their markers, which an EDL has in capitals and on the clock of the tape: %s', async (name, clock) => {
    expect((await readList(name, foreignList(name), clock)).written).toEqual(
      WITH_REMARKS.map((shot) => shot.replace(/".*"/u, (text) => text.toUpperCase())),
    );
  });

  it.each([
    ['opentimelineio-0.18.1-25.fcpxml', PAL_CLOCK],
    ['opentimelineio-0.18.1-29.97.fcpxml', NTSC_CLOCK],
  ])('are read as far as they go: FCPXML has no dissolve, and its clips meet where that began: %s', async (name, clock) => {
    expect((await readList(name, foreignList(name), clock)).written).toEqual(['0-40 "A dog runs."', '40-69 "A cat runs."', '69-150']);
  });
});

describe('an EDL', () => {
  const event = (number: number, times: string, transition = 'C', reel = 'AX') =>
    `${String(number).padStart(3, '0')}  ${reel}       V     ${transition}        ${times} ${times}\n`;

  it.each([
    ['non-drop', '', ':'],
    ['drop, by its signs', '', ';'],
    ['drop, by its head', 'FCM: DROP FRAME\n', ':'],
  ])('counts time codes as labels: %s', async (_what, head, sign) => {
    const list = `TITLE: x\n${head}${event(1, `00:00:00${sign}00 00:10:00${sign}00`)}${event(2, `00:10:00${sign}00 00:11:00${sign}02`)}`;
    const isDrop = sign === ';' || head !== '';
    const { shots } = await readList('x.edl', list, clockOf(NTSC, 20_000));
    expect(shots.map(({ endFrame }) => endFrame)).toEqual(isDrop ? [17_982, 19_782] : [18_000, 19_802]);
  });

  it('is counted from the hour at which its programme begins, also with a gap before the first event', async () => {
    const list = event(1, '01:00:02:00 01:00:04:00') + event(2, '01:00:04:00 01:00:06:00');
    const { written, notes } = await readList('x.edl', list, PAL_CLOCK);
    expect(written).toEqual(['50-100', '100-150']);
    expect(notes).toEqual(['its record times were counted from 01:00:00:00']);
  });

  it('for another rate is read by time, which its frames show', async () => {
    const list = event(1, '00:00:00:00 00:00:01:15') + event(2, '00:00:01:15 00:00:03:29');
    const { written, notes } = await readList('x.edl', list, clockOf(PAL, 100));
    expect(written).toEqual(['0-38', '38-99']);
    expect(notes).toEqual(['its time codes count 30 frames a second and the video has 25; they were read by time']);
  });

  it('takes dropped frames for none at a rate that has none', async () => {
    const { written, notes } = await readList('x.edl', event(1, '00:00:00;00 00:00:02;00'), clockOf({ num: 24, den: 1 }, 48));
    expect(written).toEqual(['0-48']);
    expect(notes).toEqual([expect.stringContaining('not possible at 24 frames a second')]);
  });

  it('leaves out audio and what it cannot read, and keeps the rest: names of reels with blanks, fades, wipes, comments', async () => {
    const list =
      event(1, '00:00:00:00 00:00:01:00', 'C', 'MY REEL 7') +
      '001  AX       A     C        00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00\n* COMMENT: A dog.\n' +
      '002  AX       V     C        00:00:01:00 00:00:99:00\n' +
      event(3, '00:00:01:00 00:00:01:00', 'C', 'BL') +
      event(3, '00:00:01:00 00:00:02:00', 'D    010') +
      event(4, '00:00:02:00 00:00:03:00', 'W001 010');
    const { written, notes } = await readList('x.edl', list, clockOf(PAL, 75));
    expect(written).toEqual(['0-30 "A dog."', '30-55 [fade 25-35]', '55-75 [unknown 50-60]']);
    expect(notes).toEqual(['line 4: an event that cannot be read was left out']);
  });
});

describe('FCPXML', () => {
  it('gives the main storyline of the project: compound clips, connected clips and gaps are none of its shots', async () => {
    const list = `<?xml version="1.0"?><!DOCTYPE fcpxml><fcpxml version="1.11"><resources><format id="r1" frameDuration="1/25s"/>
      <media id="r3"><sequence format="r1"><spine><clip offset="0s" duration="1s"/></spine></sequence></media></resources>
      <library><event><project><sequence format="r1" tcStart="3600s"><spine>
        <asset-clip ref="r2" offset="3600s" duration="40/25s"><note>A dog &amp; a cat.</note>
          <asset-clip ref="r4" lane="1" offset="0s" duration="10/25s"/><marker start="0s" value="It barks."/></asset-clip>
        <transition name="Cross Dissolve" offset="90040/25s" duration="0/25s"/>
        <gap offset="90040/25s" duration="35/25s"/>
        <ref-clip ref="r3" offset="90075/25s" duration="75/25s"/>
      </spine></sequence></project></event></library></fcpxml>`;
    const { written, notes } = await readList('x.fcpxml', list, PAL_CLOCK);
    expect(written).toEqual(['0-40 "A dog & a cat.\nIt barks."', '75-150']);
    expect(notes).toEqual([]);
  });
});

describe('scenes of TransNet V2', () => {
  it('are first and last frames; what lies between two of them is a transition', async () => {
    const { formatId, written } = await readList('walk.mp4.scenes.txt', '0 39\n40 74\n85 149\n', PAL_CLOCK);
    expect(formatId).toBe('transnet-scenes');
    expect(written).toEqual(['0-40', '40-80', '80-150 [unknown 75-85]']);
  });

  it('come from its predictions in the way of its own script', async () => {
    const scores = Array.from({ length: 150 }, (_, frame) => (frame === 39 || (frame >= 74 && frame < 85) ? '0.900000' : '0.012345'));
    const text = scores.map((score) => `${score} 0.100000\n`).join('');
    const { formatId, written } = await readList('walk.mp4.predictions.txt', text, PAL_CLOCK);
    expect(formatId).toBe('transnet-predictions');
    expect(written).toEqual(['0-40', '40-80', '80-150 [unknown 75-85]']);
    await expect(readList('walk.mp4.predictions.txt', text, clockOf(PAL, 300))).rejects.toThrow('150 frames, but the video has 300');
  });
});

describe('segments of LosslessCut', () => {
  it.each([
    ['seconds', '0,1.6,A dog\n1.6,3.0,"A cat, asleep"\n3.0,,\n'],
    ['times', '00:00:00.000,00:00:01.600,A dog\n00:00:01.600,00:00:03.000,"A cat, asleep"\n00:00:03.000,,\n'],
    ['tabs', '\t1.6\tA dog\n1.6\t3.0\tA cat, asleep\n3.0\t\t\n'],
    ['frames', '0,40,A dog\n40,75,"A cat, asleep"\n75,150,\n'],
  ])('are read with their names: %s', async (_what, text) => {
    const { formatId, written } = await readList('walk.csv', text, PAL_CLOCK);
    expect(formatId).toBe('losslesscut');
    expect(written).toEqual(['0-40 "A dog"', '40-75 "A cat, asleep"', '75-150']);
  });

  it('count from where the file begins, as players do', async () => {
    expect((await readList('walk.csv', '0,2.1\n2.1,6.5\n', PAL_CLOCK, 500_000)).written).toEqual(['0-40', '40-150']);
  });

  it('come in a project too', async () => {
    const text = `{\n  version: 1,\n  mediaFileName: 'walk.mp4',\n  cutSegments: [\n    {\n      start: 0,\n      end: 1.6,\n      name: 'A dog',\n    },\n    { start: 'soon' },\n    {\n      start: 1.6,\n      name: '',\n    },\n  ],\n}\n`;
    const { formatId, written, notes } = await readList('walk-proj.llc', text, PAL_CLOCK);
    expect(formatId).toBe('losslesscut-project');
    expect(written).toEqual(['0-40 "A dog"', '40-150']);
    expect(notes).toEqual(['one segment without usable times left out']);
  });
});
