import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import type { ServedStudio } from '../helpers/served-studio.ts';
import { studioWithOpenVideo } from './open-video.ts';
import { SpeechPanel } from './pages/speech-panel.ts';

// One studio and one video, used by one person from the first file to the last.
test.describe.configure({ mode: 'serial' });

let studio: ServedStudio;
let page: Page;

test.beforeAll(async ({ browser }) => {
  ({ studio, page } = await studioWithOpenVideo(browser, 'Subtitles'));
});

test.afterAll(async () => {
  await page.close();
  await studio.dispose();
});

async function importText(name: string, text: string | Buffer): Promise<void> {
  const file = path.join(studio.dataDir, name);
  await writeFile(file, text);
  await new SpeechPanel(page).importSubtitles(file);
}

test('what was mended and left out is listed with its lines, and stays until it is read', async () => {
  const cues = [
    '1\n00:00:00,5 --> 00:00:01,5\nfirst & <3\n',
    '2\n00: 00: 02,000 -> 00: 00: 03,000\nmiddle\n\nand behind an empty line\n',
    '3\n00:00:0l,000 --> 00:00:05,000\nunreadable\n',
    '4\n00:00:05,000 --> 00:00:04,000\nbackwards\n',
  ];
  await importText('odd.srt', Buffer.from(cues.join('\n')));
  const notice = page.getByRole('alert').filter({ hasText: '2 subtitles imported' });
  await expect(notice.getByRole('listitem')).toHaveText([
    'line 2: a fraction of a second without three digits was read as a decimal (",5" is 500 ms)',
    'line 6: spaces inside the times were ignored',
    'line 6: "->" was read as "-->"',
    'line 12: a cue whose times cannot be read was left out',
    'line 16: a cue that ends before it starts was left out',
  ]);
  await expect(new SpeechPanel(page).root).toContainText('first & <3');
});

test('a file of another format is named, and what was there stays', async () => {
  await importText('odd.ass.srt', '[Script Info]\n[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,Hello\n');
  await expect(page.getByText('is in the format SubStation Alpha')).toBeVisible();
  await expect(new SpeechPanel(page).root).toContainText('first & <3');
});
