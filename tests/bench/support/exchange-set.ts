import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { createRandom } from './chance.ts';

/** Words of captions; how they are put together does not matter, that they repeat as words do does. */
const WORDS =
  'a the man woman child dog car street kitchen table walks holds looks opens turns slowly toward behind red blue small large two hands light window while then and with of in on near camera shows close background smiling speaks water tree road evening'.split(
    ' ',
  );

/**
 * A Shot2Story file in the shape and proportions of the published ones: about four shots a video, captions of some 30 words, narration for half of
 * the shots, a summary of some 200 words; 3 KB a video.
 */
export async function writeExchangeSet(file: string, videos: number): Promise<void> {
  const random = createRandom(1);
  const below = (limit: number): number => Math.floor(random() * limit);
  const sentence = (words: number): string => `${Array.from({ length: words }, () => WORDS[below(WORDS.length)]).join(' ')}.`;
  const output = createWriteStream(file);
  output.write('[');
  for (let index = 0; index < videos; index++) {
    const base = `${index.toString(36).padStart(6, 'Q')}xYz${below(1e4)}.${below(200)}`;
    const shots = 2 + below(5);
    let frame = 0;
    const names = Array.from({ length: shots }, () => {
      const start = frame;
      frame += 20 + below(120);
      return `${base}_${start}_${frame - 1}.mp4`;
    });
    const speech = names.map(() => (random() < 0.6 ? ` ${sentence(5 + below(20))}` : ''));
    const record = {
      video: `${base}.mp4`,
      image_id: `${base}.mp4`,
      id: index,
      whole_caption: sentence(150 + below(100)),
      whole_ASR: speech.join(''),
      nvid: `${base}.mp4`,
      video_names: names,
      audio_captions: names.map(() => (random() < 0.5 ? sentence(15 + below(15)) : 'Placeholder for audio caption.')),
      captions: names.map(() => sentence(20 + below(25))),
      ASR: speech,
    };
    if (!output.write(`${index === 0 ? '' : ',\n'}${JSON.stringify(record)}`)) await once(output, 'drain');
  }
  output.end(']\n');
  await once(output, 'finish');
}
