import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkExport } from '#core/exchange/exports/check-export.ts';
import type { Shot } from '#shared/domain/shot.ts';
import type { Rational } from '#shared/domain/time.ts';
import { temporaryFolder } from '../helpers/test-core.ts';
import { runExport, videoDocument } from '../helpers/video-documents.ts';

const { SHOTLUCK_EDITING_PYTHON: python, SHOTLUCK_EDITING_PACKAGES: packages } = process.env;

const List = z.object({
  clips: z.array(z.object({ start: z.int(), end: z.int(), markers: z.array(z.tuple([z.string(), z.string()])) })),
  transitions: z.array(z.object({ type: z.string(), before: z.int(), behind: z.int() })),
});
const Found = z.object({ '.edl': List, '.otio': List, '.fcpxml': List, '.xml': List });

const CAPTIONS = ['One <half> & "x".', 'Two, größer.', ''];

/** A video with a dissolve that is centred on its cut and a fade that is not. */
async function writeLists(rate: Rational): Promise<string> {
  const document = videoDocument({
    name: 'Über a walk.mp4',
    lastFrames: [39, 74, 5149],
    shots: CAPTIONS.map((visual) => ({ visual })),
  });
  const transitions: Shot['transition'][] = [
    { kind: 'cut', startFrame: 0, endFrame: 0 },
    { kind: 'dissolve', startFrame: 34, endFrame: 46 },
    { kind: 'fade', startFrame: 71, endFrame: 77 },
  ];
  const shots = document.shots.map((shot, index) => ({ ...shot, transition: transitions[index] ?? shot.transition }));
  const folder = temporaryFolder();
  for (const formatId of ['edl', 'otio', 'fcpxml', 'fcp7']) {
    const { exporter, options } = checkExport({ formatId, options: {} });
    const { files } = await runExport(exporter, [{ ...document, shots, clock: { rate, frameCount: 5150 } }], options);
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

async function read(rate: Rational, skip: (why: string) => never): Promise<z.output<typeof Found>> {
  if (python === undefined || packages === undefined) return skip('npm test -- --only editors gets the readers');
  const folder = await writeLists(rate);
  const env = { ...process.env, PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: '1' };
  const script = path.join(import.meta.dirname, 'support/read_lists.py');
  const { stdout } = await promisify(execFile)(python, [script, folder, String(rate.num / rate.den)], { env });
  return Found.parse(JSON.parse(stdout));
}

const placesOf = ({ clips }: z.output<typeof List>) => clips.map(({ start, end }) => [start, end]);
const SHOTS = [
  [0, 40],
  [40, 75],
  [75, 5150],
];
/** Where the adapter has transitions in the middle of their frames, as their alignment says. */
const ABOUT_MIDDLES = [
  [0, 40],
  [40, 74],
  [74, 5150],
];
/** Events of an EDL begin where their dissolve does. */
const EVENTS = [
  [0, 34],
  [34, 71],
  [71, 5150],
];

describe('OpenTimelineIO reads the lists of cuts that the studio writes', () => {
  it.for([
    { num: 25, den: 1 },
    { num: 24000, den: 1001 },
    { num: 30000, den: 1001 },
    { num: 60000, den: 1001 },
  ])(
    'at $num/$den frames a second: OTIO and Final Cut Pro 7 with all captions and transitions, EDL with all events',
    async (rate, { skip }) => {
      const found = await read(rate, skip);
      expect(placesOf(found['.otio'])).toEqual(SHOTS);
      expect(found['.otio'].clips.map(({ markers }) => markers)).toEqual([[['Shot 1', CAPTIONS[0]]], [['Shot 2', CAPTIONS[1]]], []]);
      expect(found['.otio'].transitions).toEqual([
        { type: 'SMPTE_Dissolve', before: 6, behind: 6 },
        { type: 'Fade', before: 4, behind: 2 },
      ]);
      expect(placesOf(found['.xml'])).toEqual(ABOUT_MIDDLES);
      expect(found['.xml'].clips.map(({ markers }) => markers)).toEqual([[[CAPTIONS[0], CAPTIONS[0]]], [[CAPTIONS[1], CAPTIONS[1]]], []]);
      expect(found['.xml'].transitions.map(({ before, behind }) => before + behind)).toEqual([12, 6]);
      expect(placesOf(found['.edl'])).toEqual(EVENTS);
      expect(found['.edl'].transitions.map(({ before, behind }) => before + behind)).toEqual([12, 6]);
    },
  );

  it('at 25 frames a second, which its adapters for EDL and FCPXML count as they are: these with captions too', async ({ skip }) => {
    const found = await read({ num: 25, den: 1 }, skip);
    expect(found['.edl'].clips.map(({ markers }) => markers.map(([name]) => name))).toEqual([[CAPTIONS[0]], [CAPTIONS[1]], []]);
    expect(placesOf(found['.fcpxml'])).toEqual(SHOTS);
    expect(found['.fcpxml'].clips.map(({ markers }) => markers.map(([name]) => name))).toEqual([[CAPTIONS[0]], [CAPTIONS[1]], []]);
  });
});
