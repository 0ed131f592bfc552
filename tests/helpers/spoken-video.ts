import path from 'node:path';
import { runFfmpeg } from './run-ffmpeg.ts';

const SAMPLE_VIDEO = path.resolve(import.meta.dirname, '../../resources/sample/sample-film.mp4');

/** Frame at which the second shot begins. */
export const SPOKEN_CUT_FRAME = 112;

/** Seven seconds of the sample video, 25 frames a second: a stream, then horses. Of its two audio tracks the first hums, and the narrator speaks in the second. */
export async function makeSpokenVideo(file: string): Promise<void> {
  const video = ['-ss', '8.72', '-t', '7.6', '-i', SAMPLE_VIDEO];
  const hum = ['-f', 'lavfi', '-i', 'sine=f=220:r=48000:d=7.6'];
  const tracks = [
    '-map',
    '0:v',
    '-map',
    '1:a',
    '-map',
    '0:a',
    '-metadata:s:a:0',
    'handler_name=Hum',
    '-metadata:s:a:1',
    'handler_name=Narrator',
    '-metadata:s:a:1',
    'language=eng',
  ];
  await runFfmpeg([
    ...video,
    ...hum,
    ...tracks,
    '-vf',
    'scale=320:-2',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-c:a',
    'aac',
    '-shortest',
    file,
  ]);
}
