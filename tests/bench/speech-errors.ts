import { parseArgs } from 'node:util';
import { createFfmpeg } from '#core/media/ffmpeg.ts';
import { wordErrors } from '#core/evaluation/word-errors.ts';
import { jfk, librivox, type Recording, sampleNarration } from '../helpers/recordings.ts';
import { openShippedTranscriber, transcribeFile } from '../helpers/speech-engine.ts';

/**
 * `npm run bench:speech [-- --threads 2 --verbose]`: word error rate and speed of the shipped speech engine, by the studio's own road:
 * ffmpeg, voice detection, Whisper with its guards. Recordings that are not on this machine are named and left out.
 */
const { values } = parseArgs({ options: { threads: { type: 'string', default: '2' }, verbose: { type: 'boolean', default: false } } });
const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const ffmpeg = createFfmpeg({
  ffmpegPath: process.env['SHOTLUCK_FFMPEG'] ?? 'ffmpeg',
  ffprobePath: process.env['SHOTLUCK_FFPROBE'] ?? 'ffprobe',
});
const { client, transcriber } = await openShippedTranscriber(Number(values.threads));

async function measure(name: string, kind: 'real' | 'synthetic', recordings: readonly Recording[]): Promise<void> {
  if (recordings.length === 0) return void print(`${name}: left out, not on this machine`);
  const sum = { words: 0, errors: 0, audioS: 0, elapsedS: 0 };
  for (const { path, said } of recordings) {
    const startedMs = performance.now();
    const { segments, audioS } = await transcribeFile(transcriber, ffmpeg, path);
    const transcribed = segments.map((segment) => segment.text).join(' ');
    const { words, errors } = wordErrors(said, transcribed);
    if (values.verbose) print(`  said:        ${said}\n  transcribed: ${transcribed}`);
    sum.words += words;
    sum.errors += errors;
    sum.audioS += audioS;
    sum.elapsedS += (performance.now() - startedMs) / 1000;
  }
  const rate = ((100 * sum.errors) / sum.words).toFixed(1);
  print(
    `${name} (${kind}): ${sum.errors} errors in ${sum.words} words, ${rate} %; ${sum.audioS.toFixed(0)} s of audio in ${sum.elapsedS.toFixed(1)} s`,
  );
}

print(`whisper-base-q4, ${values.threads} thread(s), Node ${process.version}; the first recording includes loading the model`);
const address = await jfk();
await measure('Kennedy 1961', 'real', address === null ? [] : [address]);
await measure('LibriVox, Sense and Sensibility', 'real', await librivox());
await measure('narration of the sample video', 'synthetic', [await sampleNarration()]);
await client.close();
