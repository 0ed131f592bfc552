import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { joinAs, startWithVideo } from '../../helpers/test-core.ts';
import { words } from '#shared/words/words.ts';

/** A video of 4 s with a transcript of one piece of speech, and a way to import a subtitle file of a given content. */
async function withTranscript() {
  const test = await startWithVideo();
  const { videoId, core, dataDir } = test;
  const { api } = test.as('ann');
  const grant = async (file: string) => (await core.files.grantPath(file)).grantId;
  const importFile = async (file: string) => api.transcripts.importFile({ videoId, grantId: await grant(file), replaceEdited: true });
  const importText = async (text: string | Buffer, name = 'walk.srt') => {
    const file = path.join(dataDir, name);
    writeFileSync(file, text);
    return importFile(file);
  };
  const speech = async () => (await api.transcripts.get({ videoId })).map((segment) => segment.text);
  await importText('1\n00:00:00,500 --> 00:00:02,000\nHello there.\n');
  return { ...test, api, importText, importFile, speech };
}

const cue = (from: string, to: string, text: string) => `${from} --> ${to}\n${text}\n\n`;

describe('subtitles of which nothing can be used', () => {
  it.each([
    ['cues without text', cue('00:00:01,000', '00:00:02,000', '<i></i>'), 'line 1: a cue without text was left out'],
    ['cues that end before they begin', cue('00:00:02,000', '00:00:01,000', 'backwards'), 'ends before it starts'],
    ['cues of another, longer video', cue('01:00:00,000', '01:00:02,000', 'much later'), 'begin after the end of "holiday.mp4"'],
    ['times beyond every video', cue('99999999999:00:00,000', '99999999999999999:00:00,000', 'never'), 'later than 1,000 hours'],
    ['no cue at all', 'WEBVTT\n\nNOTE nothing is said here\n', 'has no subtitles'],
    ['nothing', '', 'has no subtitles'],
    [
      'SubStation Alpha',
      '[Script Info]\n[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,Hello\n',
      'in the format SubStation Alpha (ASS, SSA)',
    ],
    [
      'TTML',
      '<?xml version="1.0"?>\n<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="1s" end="2s">Hello</p></div></body></tt>\n',
      'in the format TTML',
    ],
    ['MicroDVD', '{25}{50}Hello\n', 'in the format MicroDVD'],
    ['LRC', '[ti:Song]\n[00:01.00]Hello\n', 'in the format LRC'],
    ['half a cue', '1\n00:00:01,000 --> ', 'has no subtitles'],
    ['bytes that are no text', Buffer.from([0, 159, 146, 150, 255, 0]), 'has no subtitles'],
  ])('are refused with the reason, and the transcript stays: %s', async (_what, text, reason) => {
    const { importText, speech, api } = await withTranscript();
    const refused = importText(text);
    await expect(refused).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining(reason) });
    await expect(refused).rejects.toMatchObject({ message: expect.stringContaining('Nothing was changed.') });
    expect(await speech()).toEqual(['Hello there.']);
    expect((await api.history.undo({}))?.label).toEqual(words('edits.importFile', { name: 'walk.srt' }));
  });

  it('are refused when the file is a pipe, a link to itself or a folder, without waiting for it', async () => {
    const { importFile, speech, dataDir } = await withTranscript();
    const at = (name: string): string => path.join(dataDir, name);
    execFileSync('mkfifo', [at('pipe.srt')]);
    mkdirSync(at('folder.srt'));
    await expect(importFile(at('pipe.srt'))).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('pipe') });
    await expect(importFile(at('folder.srt'))).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('folder') });
    symlinkSync('circle.srt', at('circle.srt'));
    await expect(importFile(at('circle.srt'))).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('circle.srt'),
    });
    expect(await speech()).toEqual(['Hello there.']);
  });
});

describe('subtitles with very many cues', () => {
  it('are refused with the number, and the transcript stays', async () => {
    const { importText, speech } = await withTranscript();
    const cues = Array.from({ length: 20_001 }, (_, index) => cue('00:00:01,000', '00:00:02,000', `word ${index}`));
    await expect(importText(cues.join(''))).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(/"walk\.srt" has 20,001 cues.*at most 20,000.*Nothing was changed\./u),
    });
    expect(await speech()).toEqual(['Hello there.']);
  });
});

describe('a file of very many lines', () => {
  it.each([
    ['line feeds', '\n'],
    ['carriage returns', '\r'],
    ['both', '\r\n'],
    ['line feeds of two bytes', '\n\0'],
  ])('is refused before it is taken apart, and the transcript stays: %s', async (_what, end) => {
    const { importText, speech } = await withTranscript();
    await expect(importText(end.repeat(250_001))).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(/"walk\.srt" has more than 250,000 lines.*Nothing was changed\./u),
    });
    expect(await speech()).toEqual(['Hello there.']);
  });
});

describe('imports that were asked for by a page that was closed since', () => {
  it('are not begun', async () => {
    const { core, videoId, dataDir, speech } = await withTranscript();
    const ben = await joinAs(core, 'annotator', 'Ben');
    const file = path.join(dataDir, 'other.srt');
    writeFileSync(file, cue('00:00:01,000', '00:00:02,000', 'Something else.'));
    const { grantId } = await core.files.grantPath(file);
    for (let count = 0; count < 20; count++) ben.api.transcripts.importFile({ videoId, grantId }).catch(() => undefined);
    await Promise.resolve();
    ben.close();
    await core.dispatcher.settled();
    expect(await speech()).toEqual(['Hello there.']);
  });
});

describe('subtitles of which some can be used', () => {
  it('in an old encoding are read with a note that names it', async () => {
    const { importText, speech } = await withTranscript();
    const { notes } = await importText(
      Buffer.from(cue('00:00:01,000', '00:00:02,000', 'Gr\u00fc\u00dfe, sagt J\u00fcrgen. Wir m\u00fcssen jetzt gehen.'), 'latin1'),
    );
    expect(notes).toEqual([expect.stringMatching(/^the file is not in UTF-8; it was read as windows-1252\./u)]);
    expect(await speech()).toEqual(['Gr\u00fc\u00dfe, sagt J\u00fcrgen. Wir m\u00fcssen jetzt gehen.']);
  });

  it('replace the transcript, and each cue that was left out is reported', async () => {
    const { importText, speech } = await withTranscript();
    const text =
      cue('00:00:00,000', '00:00:01,000', 'First.') +
      cue('00:00:02,000', '00:00:01,000', 'Backwards.') +
      cue('00:09:00,000', '00:09:01,000', 'Much later.');
    expect(await importText(text)).toEqual({
      segmentCount: 1,
      notes: ['line 4: a cue that ends before it starts was left out', 'one cue begins after the end of the video and was left out'],
    });
    expect(await speech()).toEqual(['First.']);
  });

  it('name the first lines of what was left out, and how many more', async () => {
    const { importText } = await withTranscript();
    const { notes } = await importText(
      cue('00:00:00,000', '00:00:01,000', 'First.') + cue('00:00:02,000', '00:00:01,000', 'Backwards.').repeat(50),
    );
    expect(notes).toEqual([expect.stringMatching(/^lines 4, 7, 10, .* and 30 more: a cue that ends before it starts was left out$/u)]);
  });
});
