import { describe, expect, it } from 'vitest';
import { programmeNotes } from '#core/media/audio-tracks.ts';
import {
  audioTracks,
  containerName,
  displaySize,
  pictureStreams,
  parseRational,
  parseSecondsUs,
  ProbeJson,
  rotationOf,
} from '#core/media/stream-info.ts';
import { boundedProbe } from '#shared/domain/bounded-probe.ts';
import { preferredTrack } from '#shared/domain/video.ts';
import { makeProbe } from '../../helpers/probe.ts';

describe('what ffprobe reports of a stream', () => {
  it.each([
    ['counterclockwise display matrix of a phone held upright', { side_data_list: [{ rotation: -90 }] }, 90],
    ['the other way round', { side_data_list: [{ rotation: 90 }] }, 270],
    ['upside down', { side_data_list: [{ rotation: -180 }] }, 180],
    ['other side data first', { side_data_list: [{}, { rotation: 270 }] }, 90],
    ['the older tag, clockwise', { tags: { rotate: '90' } }, 90],
    ['a slightly skewed matrix', { side_data_list: [{ rotation: -89.6 }] }, 90],
    ['nothing', {}, 0],
  ])('turn: %s', (_, part, degrees) => {
    expect(rotationOf({ index: 0, ...part })).toBe(degrees);
  });

  it('gives the size on screen: square samples, then turned', () => {
    const stored = { width: 720, height: 576, sampleAspectRatio: { num: 16, den: 15 } };
    expect(displaySize({ ...stored, rotation: 0 })).toEqual({ displayWidth: 768, displayHeight: 576 });
    expect(displaySize({ ...stored, rotation: 90 })).toEqual({ displayWidth: 576, displayHeight: 768 });
  });

  it('reads fractions and knows what is none', () => {
    expect(parseRational('30000/1001')).toEqual({ num: 30000, den: 1001 });
    expect(parseRational('4:3')).toEqual({ num: 4, den: 3 });
    expect(['0/0', '0:1', 'N/A', '-1/2', undefined].map(parseRational)).toEqual([null, null, null, null, null]);
    expect([parseSecondsUs('1.000001'), parseSecondsUs('N/A'), parseSecondsUs(undefined)]).toEqual([1_000_001, null, null]);
  });

  it('names the container as people do', () => {
    expect(containerName('mov,mp4,m4a,3gp,3g2,mj2', '/videos/Holiday.MP4')).toBe('mp4');
    expect(containerName('matroska,webm', 'a.webm')).toBe('webm');
    expect(containerName('matroska,webm', 'a.mkv')).toBe('matroska');
  });

  it('names audio tracks as their maker did, not as the program that wrote them', () => {
    const titleOf = (tags: Record<string, string>) =>
      audioTracks(ProbeJson.parse({ format: { format_name: 'mov' }, streams: [{ index: 1, codec_type: 'audio', tags }] }), 0).map(
        ({ title }) => title,
      );
    expect(titleOf({ title: 'Commentary' })).toEqual(['Commentary']);
    expect(titleOf({ handler_name: 'Director’s voice' })).toEqual(['Director’s voice']);
    for (const handler of [
      'SoundHandler',
      '#Mainconcept MP4 Sound Media Handler',
      'Core Media Audio',
      'ISO Media file produced by Google Inc.',
    ])
      expect(titleOf({ handler_name: handler })).toEqual([null]);
  });

  it('recognises the default track and special ones, and which of all players would choose', () => {
    const tracksOf = (...marks: string[][]) =>
      audioTracks(
        ProbeJson.parse({
          format: { format_name: 'matroska,webm' },
          streams: marks.map((set, index) => ({
            index,
            codec_type: 'audio',
            disposition: Object.fromEntries(set.map((mark) => [mark, 1])),
          })),
        }),
        9,
      );
    const chosen = (...marks: string[][]) => preferredTrack(tracksOf(...marks));
    expect(chosen(['comment'], ['default'])).toBe(1);
    expect(chosen([], ['default'], ['default'])).toBe(1);
    expect(chosen(['default', 'visual_impaired'], [])).toBe(1);
    expect(chosen(['comment'], ['hearing_impaired'])).toBe(0);
    expect(chosen([], [])).toBe(0);
    expect(preferredTrack(tracksOf([], ['default']).map((track, index) => ({ ...track, isReadable: index === 0 })))).toBe(0);
    expect(preferredTrack([])).toBeNull();
  });

  it('takes the audio of the programme that the pictures belong to, and what belongs to none', () => {
    const json = ProbeJson.parse({
      format: { format_name: 'mpegts' },
      programs: [
        { program_id: 1, tags: { service_name: 'News' }, streams: [{ index: 0 }, { index: 1 }, { index: 5 }] },
        { program_id: 2, streams: [{ index: 2 }, { index: 3 }, { index: 5 }] },
      ],
      streams: ['video', 'audio', 'video', 'audio', 'audio', 'audio'].map((codec_type, index) => ({ index, codec_type })),
    });
    const audioOf = (picture: number) => audioTracks(json, picture).map(({ streamIndex }) => streamIndex);
    expect([audioOf(0), audioOf(2)]).toEqual([
      [1, 4, 5],
      [3, 4, 5],
    ]);
    expect(programmeNotes(json, 2)).toEqual([
      'Its audio is that of the programme to which the video belongs. Left out is the audio of programme 1 “News” (unknown).',
    ]);
    expect(audioOf(7)).toEqual([1, 3, 4, 5]);
  });

  it('cuts what a file says of itself, and leaves out what nobody can see', () => {
    const tags = { title: `\u0001\u202eA\nvoice ${'x'.repeat(1000)}`, language: 'y'.repeat(500) };
    const streams = [
      { index: 0, codec_type: 'video' },
      { index: 1, codec_type: 'audio', codec_name: 'z'.repeat(900), tags },
      { index: 2, codec_type: 'audio', tags: { title: '\u0001'.repeat(100_000) } },
      { index: 3, codec_type: 'audio' },
    ];
    const programs = Array.from({ length: 2000 }, (_, id) => ({
      program_id: id,
      tags: { service_name: 'n'.repeat(1000) },
      streams: id === 0 ? [{ index: 0 }, { index: 1 }, { index: 2 }] : [{ index: 3 }],
    }));
    const json = ProbeJson.parse({ format: { format_name: 'mpegts' }, streams, programs });
    const [first, second] = audioTracks(json, 0);
    expect(first?.title).toMatch(/^A voice x+…$/u);
    expect([first?.title, first?.language, first?.codec].map((text) => text?.length)).toEqual([200, 40, 40]);
    expect(second).toMatchObject({ title: null });
    const [note = ''] = programmeNotes(json, 0);
    expect(note.length).toBeLessThan(3000);
    expect(note).toMatch(/, and of 1991 more\.$/u);
  });

  it('has an end however many tracks and notes there are', () => {
    const track = {
      streamIndex: 1,
      codec: 'aac',
      channels: 2,
      sampleRateHz: 48_000,
      language: '語'.repeat(90),
      title: '"題'.repeat(900),
      isReadable: true,
    };
    const probe = makeProbe(10, { audioTracks: Array<typeof track>(1000).fill(track), notes: Array<string>(5000).fill('注'.repeat(5000)) });
    const bounded = boundedProbe(probe);
    expect(Buffer.byteLength(JSON.stringify(bounded))).toBeLessThan(128 * 1024);
    expect(bounded.audioTracks).toHaveLength(256);
    expect(bounded.notes.at(-1)).toBe('There was more to say of it than is kept: 4997 notes are left out.');
    expect(boundedProbe(bounded)).toEqual(bounded);
    const usual = makeProbe(10, { audioTracks: [{ ...track, language: 'eng', title: 'Director’s voice' }], notes: ['Its frames…'] });
    expect(boundedProbe(usual)).toEqual(usual);
  });

  it('takes the first video stream, not the cover', () => {
    const json = ProbeJson.parse({
      format: { format_name: 'matroska,webm' },
      streams: [
        { index: 0, codec_type: 'audio' },
        { index: 1, codec_type: 'video', disposition: { attached_pic: 1 } },
        { index: 2, codec_type: 'video', disposition: { attached_pic: 0 } },
      ],
    });
    expect(pictureStreams(json)[0]?.index).toBe(2);
    expect(pictureStreams({ ...json, streams: json.streams.slice(0, 2) })).toEqual([]);
  });
});
