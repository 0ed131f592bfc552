import { describe, expect, it } from 'vitest';
import { takeTurns } from '#core/base/turns.ts';
import { fitShots } from '#core/exchange/cut-lists/fit-shots.ts';
import { findCutList } from '#core/exchange/formats/registry.ts';
import { AppError } from '#shared/contract/errors.ts';
import { clockOf, foreignList, PAL, readList } from '../../../helpers/cut-lists.ts';
import { expectWithin } from '../../../helpers/longest-turn.ts';

const CLOCK = clockOf(PAL, 150);
/** Nobody waits so long for one list on a slow machine, and nothing here should come near. */
const LONG_MS = 5_000;
/** More than one turn takes, on a machine that others use too. */
const MAX_HOLD_MS = 400;

const nested = (open: string, close: string, depth: number, inside = ''): string => open.repeat(depth) + inside + close.repeat(depth);
const xmeml = (inside: string): string => `<xmeml version="5">${inside}</xmeml>`;
const stack = (inside: string): string => `{"OTIO_SCHEMA":"Stack.1","children":[${inside}]}`;

async function refusal(name: string, text: string): Promise<string> {
  const error: unknown = await readList(name, text, CLOCK).then(
    () => 'was read',
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError) || error.code !== 'invalid-input') throw new Error(`no refusal in words: ${String(error)}`);
  return error.message;
}

describe('a list that means harm', () => {
  it.each([
    ['elements in elements', 'a.xml', xmeml(nested('<a>', '</a>', 64)), 'more than 64 levels'],
    ['a hundred thousand of them', 'a.xml', xmeml(nested('<a>', '</a>', 100_000)), 'more than 64 levels'],
    ['a million of them side by side', 'a.xml', xmeml('<a/>'.repeat(1_000_001)), 'more than 1,000,000 elements'],
    ['entities that grow', 'a.xml', `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>${xmeml('&b;')}`, 'declares entities'],
    [
      'an entity from elsewhere',
      'a.fcpxml',
      '<!DOCTYPE fcpxml [<!ENTITY x SYSTEM "file:///etc/passwd">]><fcpxml>&x;</fcpxml>',
      'declares entities',
    ],
    ['an entity that nobody declared', 'a.xml', xmeml('&nbsp;'), 'not well-formed'],
    ['a list that breaks off', 'a.fcpxml', '<fcpxml version="1.9"><resources><format id="r1"', 'not well-formed'],
    ['zeros among the letters', 'a.xml', xmeml('<seq\0uence/>'), 'line 1'],
    ['no sequence', 'a.xml', xmeml('<project/>'), 'no sequence with clips'],
    ['stacks in stacks', 'a.otio', nested('{"OTIO_SCHEMA":"Stack.1","children":[', ']}', 66), 'more than 64 levels'],
    ['a hundred thousand of them', 'a.otio', nested('{"OTIO_SCHEMA":"Stack.1","children":[', ']}', 100_000), 'more than 64 levels'],
    ['millions of objects', 'a.otio', stack(`${'{},'.repeat(600_000)}{}`), 'more than 500,000 objects'],
    ['half a timeline', 'a.otio', '{"OTIO_SCHEMA":"Timeline.1","tracks":', 'JSON'],
    ['brackets in brackets', 'a.llc', `{cutSegments: ${nested('[', ']', 100_000)}`, 'JSON5'],
    ['more shots than any video', 'a.scenes.txt', '0 1\n'.repeat(50_001), 'more than 50,000 shots'],
    ['a million events', 'a.edl', '001 AX V C 00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00\n'.repeat(250_000), 'more than 50,000 shots'],
    [
      'more clips than any video has',
      'a.xml',
      xmeml(
        `<sequence><rate><timebase>25</timebase></rate><media><video><track>${'<clipitem><start>0</start><end>9</end></clipitem>'.repeat(60_000)}</track></video></media></sequence>`,
      ),
      'more than 50,000 shots',
    ],
    [
      'a million items',
      'a.otio',
      stack(
        `{"OTIO_SCHEMA":"Track.1","kind":"Video","children":[${'{"OTIO_SCHEMA":"Clip.2","source_range":{"duration":{"value":1,"rate":25}}},'.repeat(60_000)}{}]}`,
      ),
      'more than 50,000 shots',
    ],
    ['a million segments', 'a.llc', `{cutSegments: [${'{},'.repeat(400_000)}]}`, 'more than 1,000,000 characters'],
  ])('is refused in words and in time: %s', { timeout: 20_000 }, async (_what, name, text, reason) => {
    await expectWithin({ allMs: LONG_MS }, async () => expect(await refusal(name, text)).toContain(reason));
  });

  it.each([
    ['huge numbers', 'a.csv', '0,1e999\n99999999999999999999,5\n0,999999999\n0,1\n'],
    ['huge frames', 'a.scenes.txt', '0 999999999\n5 4\n99999999999 99999999999\n'],
    ['negative times', 'a.csv', '0,1\n-5,-1\n-1,1\n'],
    [
      'huge times',
      'a.otio',
      stack(
        '{"OTIO_SCHEMA":"Track.1","children":[{"OTIO_SCHEMA":"Clip.1","source_range":{"duration":{"value":1e308,"rate":1e-308}}},{"OTIO_SCHEMA":"Clip.1","source_range":{"duration":{"value":-9,"rate":25}}},{"OTIO_SCHEMA":"Clip.1","source_range":{"duration":{"value":9,"rate":25}}},{"OTIO_SCHEMA":"__proto__"}]}',
      ),
    ],
    [
      'fractions without end',
      'a.fcpxml',
      `<fcpxml><sequence><spine>${['1/0s', '999999999999999999/1s', '1/999999999999999999s', '-5s', 'soon', '1/3s'].map((time) => `<clip duration="${time}" start="${time}"/>`).join('')}</spine></sequence></fcpxml>`,
    ],
    [
      'frames before the first',
      'a.xml',
      xmeml(
        '<sequence><rate><timebase>25</timebase></rate><media><video><track><clipitem><start>-1</start><end>-9</end></clipitem><clipitem><start>99999999999</start><end>5</end></clipitem><clipitem><start>0</start><end>9</end></clipitem></track></video></media></sequence>',
      ),
    ],
    [
      'labels that are no times',
      'a.edl',
      'TITLE: \0\n001 AX V C 99:99:99:99 00:00:00:00 00:00:00:00 00:00:01:00\n002 AX V D 99999 00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00\n003 AX V C 99:59:59:99 99:59:59:99 99:59:59:99 99:59:59:999\n',
    ],
    [
      'rows that break off',
      'a.csv',
      'Scene Number,Start Frame,Start Time (seconds),End Frame,End Time (seconds)\n1,1,0.000,40,1.600\n2,41,1.6',
    ],
    ['quotes without end', 'a.csv', `0,1,"${'""'.repeat(20_000)}\n1,2,x\n`],
  ])('of which something can be used gives only shots of the video: %s', async (_what, name, text) => {
    const { shots } = await readList(name, text, CLOCK);
    const { cuts, captions } = fitShots(shots, CLOCK.frameCount);
    for (const { frame } of cuts) expect(Number.isInteger(frame) && frame > 0 && frame < CLOCK.frameCount).toBe(true);
    for (const { text: caption } of captions) expect(caption.length).toBeLessThanOrEqual(20_000);
  });

  it.each([
    'pyscenedetect-0.7.2.csv',
    'pyscenedetect-0.7.2.xml',
    'opentimelineio-0.18.1-25.otio',
    'opentimelineio-0.18.1-25.edl',
    'opentimelineio-0.18.1-25.fcpxml',
  ])('never ends in anything but shots or words, wherever it breaks off or is changed: %s', { timeout: 60_000 }, async (file) => {
    const whole = foreignList(file);
    const changed = Array.from({ length: 120 }, (_, index) => {
      const at = Math.floor((index / 120) * whole.length);
      return [whole.slice(0, at), `${whole.slice(0, at)}${['\0', '9', '-', '"', '<', '{', '\uFFFD'][index % 7]}${whole.slice(at + 1)}`];
    }).flat();
    for (const text of changed) {
      const format = findCutList(file, text);
      if (format === null) continue;
      try {
        fitShots(
          (await format.parse(text, { clock: CLOCK, leadUs: 0, turn: takeTurns(new AbortController().signal) })).shots,
          CLOCK.frameCount,
        );
      } catch (error) {
        expect(error).toMatchObject({ name: 'AppError', code: 'invalid-input' });
      }
    }
  });

  it.each([
    ['tabs where times should be', `0${'\t'.repeat(180)}x\u2028x\n`],
    ['blanks behind each word', `* COMMENT:${' '.repeat(3_900)}\u2028x\n* LOC: 01:00:00:00${' '.repeat(3_900)}\u2028x\n`.repeat(20)],
    ['digits without end', `${'1'.repeat(3_900)}\u2028x\n${'1:'.repeat(1_900)}x\n`],
    ['quotes without end', `"0"${'"'.repeat(3_900)}\n`],
  ])('is looked at, and read, in no time whatever it is: %s', async (_what, text) => {
    await expectWithin({ allMs: 400 }, async () => {
      for (const name of ['a.csv', 'a.tsv', 'a.edl', 'a.txt', 'a.otio', 'a.fcpxml', 'a.xml', 'a.llc']) findCutList(name, text);
      await readList('a.edl', `TITLE: x\n${text}`, CLOCK);
      await readList('a.csv', `0,1\n${text}`, CLOCK);
    });
  });

  it('lets others have their turn while it is read', { timeout: 30_000 }, async () => {
    const clips = Array.from(
      { length: 40_000 },
      (_, index) => `<clipitem><start>${index}</start><end>${index + 1}</end><marker><name>x</name></marker></clipitem>`,
    );
    const text = xmeml(
      `<sequence><rate><timebase>25</timebase></rate><media><video><track>${clips.join('')}</track></video></media></sequence>`,
    );
    await expectWithin({ longestMs: MAX_HOLD_MS }, async () => {
      expect((await readList('a.xml', text, clockOf(PAL, 40_000))).shots).toHaveLength(40_000);
    });
  });

  it('ends with whoever asked for it', async () => {
    const stop = new AbortController();
    const text = xmeml('<a/>'.repeat(900_000));
    const reading = findCutList('a.xml', text)?.parse(text, { clock: CLOCK, leadUs: 0, turn: takeTurns(stop.signal) });
    stop.abort();
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
  });
});
