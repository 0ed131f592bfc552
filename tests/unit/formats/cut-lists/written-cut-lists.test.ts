import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkExport } from '#core/exchange/exports/check-export.ts';
import type { ListedShot } from '#core/exchange/formats/cut-list-format.ts';
import type { VideoDocument } from '#core/project/documents/video-document.ts';
import { readXml, type XmlElement } from '#core/exchange/formats/cut-lists/xml-tree.ts';
import type { Shot, TransitionKind } from '#shared/domain/shot.ts';
import { type FrameClock, frameToUs, type Rational } from '#shared/domain/time.ts';
import { clockOf, foreignList, NTSC, readList } from '../../../helpers/cut-lists.ts';
import { type ExportRun, runExport, videoDocument } from '../../../helpers/video-documents.ts';

const RATES: readonly Rational[] = [
  { num: 24000, den: 1001 },
  { num: 24, den: 1 },
  { num: 25, den: 1 },
  NTSC,
  { num: 30, den: 1 },
  { num: 50, den: 1 },
  { num: 60000, den: 1001 },
];

interface Drawn {
  readonly lengths: readonly number[];
  /** Into each shot but the first, in frames before and behind the cut. */
  readonly mixes: readonly { readonly kind: TransitionKind; readonly before: number; readonly behind: number }[];
  readonly captions: readonly string[];
}

/** A video with these shots; transitions never meet. */
function videoOf({ lengths, mixes, captions }: Drawn, clockFor: (frameCount: number) => FrameClock): VideoDocument {
  let at = 0;
  const lastFrames = lengths.map((length) => (at += length) - 1);
  const document = videoDocument({ name: 'a walk.mp4', lastFrames, shots: captions.map((visual) => ({ visual })) });
  const shots = document.shots.map((shot, index): Shot => {
    const mix = index === 0 ? undefined : mixes[index - 1];
    if (mix === undefined || mix.kind === 'cut') return shot;
    const [before, behind] = [Math.min(mix.before, (lengths[index - 1] ?? 0) >> 2), Math.min(mix.behind, (lengths[index] ?? 0) >> 2)];
    if (before + behind === 0) return shot;
    return { ...shot, transition: { kind: mix.kind, startFrame: shot.startFrame - before, endFrame: shot.startFrame + behind } };
  });
  return { ...document, shots, clock: clockFor(at) };
}

async function exported(formatId: string, document: VideoDocument, options = {}): Promise<ExportRun> {
  const checked = checkExport({ formatId, options });
  return runExport(checked.exporter, [document], checked.options);
}

/** Writes a list and reads it again, as the studio does. */
async function thereAndBack(formatId: string, document: VideoDocument): Promise<readonly ListedShot[]> {
  const { files } = await exported(formatId, document);
  const [name = '', text = ''] = Object.entries(files)[0] ?? [];
  const list = await readList(name, text, document.clock);
  expect(list.formatId).toBe(formatId);
  return list.shots;
}

/** As a list has it. */
function listed({ shots, texts }: VideoDocument, captionOf: (text: string) => string = (text) => text): ListedShot[] {
  return shots.map(({ id, startFrame, endFrame, transition }) => ({
    startFrame,
    endFrame,
    caption: captionOf(texts.find(({ shotId }) => shotId === id)?.text ?? ''),
    ...(transition.kind !== 'cut' && { transition }),
  }));
}

const word = fc.constantFrom('A dog.', 'größer', '<b>&amp;', '"quoted"', 'M2 * LOC:', '# 1;2,3', '犬', '🐕', ']]>', '00:00:01:00', '-- x');
const caption = fc.oneof(
  fc.constant(''),
  fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' ')),
  fc.array(word, { minLength: 2, maxLength: 3 }).map((lines) => lines.join('\n')),
);
const drawn: fc.Arbitrary<Drawn> = fc.integer({ min: 1, max: 20 }).chain((count) =>
  fc.record({
    lengths: fc.array(fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30_000 })), {
      minLength: count,
      maxLength: count,
    }),
    mixes: fc.array(
      fc.record({
        kind: fc.constantFrom<TransitionKind>('cut', 'dissolve', 'fade', 'unknown'),
        before: fc.integer({ min: 0, max: 40 }),
        behind: fc.integer({ min: 0, max: 40 }),
      }),
      { minLength: count - 1, maxLength: count - 1 },
    ),
    captions: fc.array(caption, { minLength: count, maxLength: count }),
  }),
);

/** Frames that lie 4 to 90 ms apart. */
const variableClock = fc
  .array(fc.integer({ min: 4_000, max: 90_000 }), { minLength: 20, maxLength: 20 })
  .map((steps) => (frameCount: number): FrameClock => {
    const ptsUs: number[] = [0];
    for (let frame = 0; frame < frameCount; frame++) ptsUs.push((ptsUs.at(-1) ?? 0) + (steps[(frame * 7) % 20] ?? 0));
    return { rate: { num: frameCount * 1000, den: Math.round((ptsUs.at(-1) ?? 0) / 1000) }, frameCount, ptsUs };
  });

describe('any shots, with their captions and transitions,', () => {
  it.each(['otio', 'fcpxml', 'fcp7'])('are the same when the studio reads what it has written: %s', async (formatId) => {
    await fc.assert(
      fc.asyncProperty(drawn, fc.constantFrom(...RATES), async (shots, rate) => {
        const video = videoOf(shots, (frameCount) => clockOf(rate, frameCount));
        expect(await thereAndBack(formatId, video)).toEqual(listed(video));
      }),
      { numRuns: 60 },
    );
  });

  it('are the same in an EDL, whose captions have one line', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, fc.constantFrom(...RATES), async (shots, rate) => {
        const video = videoOf(shots, (frameCount) => clockOf(rate, frameCount));
        expect(await thereAndBack('edl', video)).toEqual(listed(video, (text) => text.replaceAll('\n', ' ')));
      }),
      { numRuns: 60 },
    );
  });

  it('are the same in a list of PySceneDetect, but for captions and transitions, which it does not have', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, fc.constantFrom(...RATES), async (shots, rate) => {
        const video = videoOf(shots, (frameCount) => clockOf(rate, frameCount));
        const bare = video.shots.map(({ startFrame, endFrame }) => ({ startFrame, endFrame, caption: '' }));
        expect(await thereAndBack('pyscenedetect', video)).toEqual(bare);
      }),
      { numRuns: 60 },
    );
  });
});

describe('at a variable rate,', () => {
  it('OTIO and PySceneDetect keep the time of each cut, and so the cuts', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, variableClock, async (shots, clockFor) => {
        const video = videoOf(shots, clockFor);
        expect(await thereAndBack('otio', video)).toEqual(listed(video));
        const bare = video.shots.map(({ startFrame, endFrame }) => ({ startFrame, endFrame, caption: '' }));
        expect(await thereAndBack('pyscenedetect', video)).toEqual(bare);
      }),
      { numRuns: 30 },
    );
  });

  it('also says so of a video of 90 frames, whose average rate has the number of ticks in it', async () => {
    const shots = { lengths: [42, 48], mixes: [], captions: ['A dog.', 'A cat.'] };
    const video = videoOf(shots, (frameCount) => {
      const ptsUs = Array.from({ length: frameCount + 1 }, (_, frame) => frame * 40_000 + (frame % 3) * 5_000);
      return { rate: { num: frameCount * 1000, den: Math.round((ptsUs.at(-1) ?? 0) / 1000) }, frameCount, ptsUs };
    });
    const { leftOut } = await exported('edl', video);
    expect(leftOut).not.toEqual([]);
  });

  it.each(['edl', 'fcpxml', 'fcp7'])(
    '%s has each cut within 90 ms, the longest frame of these videos, and says that cuts were moved',
    async (formatId) => {
      await fc.assert(
        fc.asyncProperty(drawn, variableClock, async (shots, clockFor) => {
          const long = { ...shots, mixes: [], lengths: shots.lengths.map((length) => length + 30) };
          const video = videoOf(long, clockFor);
          const { files, leftOut } = await exported(formatId, video);
          expect(leftOut.map(({ reason }) => reason)).toContainEqual(expect.stringContaining('nearest frames of the list'));
          const [name = '', text = ''] = Object.entries(files)[0] ?? [];
          const { shots: read } = await readList(name, text, video.clock);
          expect(read).toHaveLength(video.shots.length);
          for (const [index, { startFrame, caption: said }] of read.entries()) {
            const [readUs, realUs] = [startFrame, video.shots[index]?.startFrame ?? 0].map((frame) => frameToUs(video.clock, frame));
            expect(Math.abs((readUs ?? 0) - (realUs ?? 0))).toBeLessThan(90_000);
            const real = long.captions[index] ?? '';
            expect(said).toBe(formatId === 'edl' ? real.replaceAll('\n', ' ') : real);
          }
        }),
        { numRuns: 30 },
      );
    },
  );
});

/** What may stand in each element that is written, and which attributes it has, those that it must have with `!`; of the DTD of FCPXML 1.10. */
const FCPXML: Readonly<Record<string, { readonly children: RegExp; readonly attributes: string }>> = {
  fcpxml: { children: /^resources (?:event )*$/u, attributes: 'version!' },
  resources: { children: /^(?:(?:format|asset) )*$/u, attributes: '' },
  format: { children: /^$/u, attributes: 'id! name frameDuration width height' },
  asset: { children: /^(?:media-rep )+$/u, attributes: 'id! name start duration hasVideo format hasAudio videoSources audioSources' },
  'media-rep': { children: /^$/u, attributes: 'kind src!' },
  event: { children: /^(?:project )*$/u, attributes: 'name' },
  project: { children: /^sequence $/u, attributes: 'name' },
  sequence: { children: /^spine $/u, attributes: 'format! duration tcStart tcFormat' },
  spine: { children: /^(?:(?:asset-clip|transition) )*$/u, attributes: '' },
  'asset-clip': { children: /^(?:note )?(?:marker )*$/u, attributes: 'ref! name offset start duration tcFormat' },
  transition: { children: /^$/u, attributes: 'name offset duration!' },
  marker: { children: /^$/u, attributes: 'start! duration value! note' },
  note: { children: /^$/u, attributes: '' },
};

function misfits(element: XmlElement): string[] {
  const rule = FCPXML[element.name];
  if (rule === undefined) return [element.name];
  const [known, given] = [rule.attributes.split(' '), Object.keys(element.attributes)];
  const order = element.children.map(({ name }) => `${name} `).join('');
  return [
    ...(rule.children.test(order) ? [] : [`${element.name}: ${order}`]),
    ...given.filter((name) => !known.includes(name) && !known.includes(`${name}!`)).map((name) => `${element.name} ${name}`),
    ...known.filter((name) => name.endsWith('!') && !given.includes(name.slice(0, -1))).map((name) => `${element.name} ${name}`),
    ...element.children.flatMap(misfits),
  ];
}

describe('a list of cuts', () => {
  const video = (visual: string, status: 'accepted' | 'draft' = 'accepted'): VideoDocument => ({
    ...videoDocument({ name: 'Über walk.mp4', lastFrames: [39, 74, 149], shots: [{ visual, status }, { visual: 'Two.' }, {}] }),
    clock: clockOf(NTSC, 150),
  });

  it('as an EDL has events on reels without blanks, captions on one line below, and numbers that NTSC drops', async () => {
    const { files, leftOut } = await exported('edl', video('One,\nand a half.'));
    expect(Object.values(files)[0]?.split('\r\n')).toEqual([
      'TITLE: Über walk.mp4',
      'FCM: DROP FRAME',
      '',
      '001  UBERWALK V     C        00:00:00;00 00:00:01;10 00:00:00;00 00:00:01;10',
      '* FROM CLIP NAME: Über walk.mp4',
      '* LOC: 00:00:00;00 GREEN   One, and a half.',
      '002  UBERWALK V     C        00:00:01;10 00:00:02;15 00:00:01;10 00:00:02;15',
      '* FROM CLIP NAME: Über walk.mp4',
      '* LOC: 00:00:01;10 GREEN   Two.',
      '003  UBERWALK V     C        00:00:02;15 00:00:05;00 00:00:02;15 00:00:05;00',
      '* FROM CLIP NAME: Über walk.mp4',
      '',
    ]);
    expect(leftOut).toEqual([]);
  });

  it('leaves out captions that nobody accepted, unless drafts are wanted, and keeps their shots', async () => {
    const { files, leftOut } = await exported('edl', video('One.', 'draft'));
    expect(Object.values(files)[0]).not.toContain('One.');
    expect(Object.values(files)[0]).toContain('001  UBERWALK');
    expect(leftOut).toEqual([{ where: 'Über walk.mp4, frames 0–39', reason: 'visual caption not accepted yet (draft)' }]);
    const withDrafts = await exported('edl', video('One.', 'draft'), { texts: 'all' });
    expect(Object.values(withDrafts.files)[0]).toContain('One.');
  });

  it('as an EDL cuts a caption short that is longer than its lines may be, and says so', async () => {
    const { files, leftOut } = await exported('edl', video('word '.repeat(2_000)));
    for (const line of (Object.values(files)[0] ?? '').split('\r\n')) expect(line.length).toBeLessThan(4_000);
    expect(leftOut).toEqual([
      { where: 'Über walk.mp4, frame 0 of the list', reason: 'the caption is longer than a line of an EDL can be, so it was cut short' },
    ]);
  });

  it('of PySceneDetect is what PySceneDetect writes, below the line of time codes', async () => {
    const { files } = await exported('pyscenedetect', video('One.'));
    const theirs = foreignList('pyscenedetect-0.7.2.csv').replaceAll('\r\n', '\n');
    expect(Object.values(files)[0]).toBe(`Timecode List:,${theirs}`);
  });

  it('of PySceneDetect is found by what is in it also where its first line is very long', async () => {
    const many = videoDocument({ name: 'm.mp4', lastFrames: Array.from({ length: 900 }, (_, index) => index * 10 + 9), shots: [] });
    expect(await thereAndBack('pyscenedetect', many)).toHaveLength(900);
  });

  it('cuts transitions short where they would meet, and says so', async () => {
    const { shots, ...rest } = video('One.');
    const mixed = shots.map((shot, index): Shot =>
      index === 0 ? shot : { ...shot, transition: { kind: 'dissolve', startFrame: shot.startFrame - 25, endFrame: shot.startFrame + 25 } },
    );
    const { files, leftOut } = await exported('otio', { ...rest, shots: mixed });
    const { written } = await readList('walk.otio', Object.values(files)[0] ?? '', rest.clock);
    expect(written).toEqual(['0-40 "One."', '40-75 [dissolve 15-65] "Two."', '75-150 [dissolve 65-100]']);
    expect(leftOut).toHaveLength(1);
    expect(leftOut[0]?.reason).toMatch(/cut short/u);
  });

  it('names no folder, and no sign of the caption breaks out of its place', async () => {
    const nasty = ']]></note><x a="\'\u0000\uFFFF\uD800" &lt; \u0085\u2028*\r\nM2  AX 025.0 00:00:00:00';
    for (const formatId of ['edl', 'otio', 'fcpxml', 'fcp7']) {
      const [shot] = await thereAndBack(formatId, video(nasty));
      expect(shot).toMatchObject({ startFrame: 0, endFrame: 40 });
      expect(shot?.caption).toContain(']]></note><x a="\'');
    }
  });

  it('is not written for a video without shots, which is reported', async () => {
    const { files, leftOut } = await exported('fcpxml', { ...video('One.'), shots: [] });
    expect(files).toEqual({});
    expect(leftOut).toEqual([{ where: 'Über walk.mp4', reason: 'no shots' }]);
  });

  it('as FCPXML has the elements and attributes of version 1.10, in its order, and whole frames as exact fractions', async () => {
    const { shots, ...rest } = video('One,\nand a half.');
    const mixed = shots.map((shot, index): Shot =>
      index === 1 ? { ...shot, transition: { kind: 'dissolve', startFrame: 36, endFrame: 44 } } : shot,
    );
    const { files } = await exported('fcpxml', { ...rest, shots: mixed });
    const root = await readXml(Object.values(files)[0] ?? '', () => Promise.resolve());
    expect(misfits(root)).toEqual([]);
    const times = [...(Object.values(files)[0] ?? '').matchAll(/ (?:offset|start|duration|frameDuration)="([^"]*)"/gu)].map(
      ([, time]) => time,
    );
    expect(times).toContain('1001/30000s');
    for (const time of times) {
      const [, num = '0', den = '1'] = /^(\d+)(?:\/(\d+))?s$/u.exec(time ?? '') ?? [];
      expect((Number(num) * 30_000) % (Number(den) * 1001), time).toBe(0);
    }
  });
});
