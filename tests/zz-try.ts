import { mkdtemp } from 'node:fs/promises';
import { writeClips } from '#core/media/clip-writer.ts';
import { readFramesAt } from '#core/media/frame-reader.ts';
import { makeWaveform } from '#core/media/waveform.ts';
import { BARRED_SIZE, numberIn } from './helpers/barred-film.ts';
import { decodeAll, probed, testFfmpeg } from './helpers/media-files.ts';
const [path = '', bounds = '', frames = ''] = process.argv.slice(2);
const ffmpeg = testFfmpeg(); const { signal } = new AbortController();
const film = await probed(path);
const { frameCount, rate, durationUs, startUs, stream, notes, audioTracks, width, isVariableRate } = film.probe;
console.log(JSON.stringify({ frameCount, rate, durationUs, startUs, stream, notes, tracks: audioTracks.map((t) => [t.codec, t.channels, t.isReadable]), width, isVariableRate }));
const beeps = async (f: typeof film) => { const p = [...((await makeWaveform({ ffmpeg, ...f, signal })) ?? [])]; return [p.length, p.flatMap((x, i) => (x > 20 && p.slice(Math.max(0, i - 10), i).every((b) => b <= 20) ? [i / 50] : []))]; };
console.log('beeps', JSON.stringify(await beeps(film)));
const wanted = frames.split(',').filter(Boolean).map(Number);
const got: number[] = [];
for await (const { data } of readFramesAt({ ffmpeg, ...film, frames: wanted, size: BARRED_SIZE, signal })) got.push(numberIn(data));
console.log('frames', got.join());
const bs = bounds.split(',').filter(Boolean).map(Number);
const outDir = await mkdtemp('/tmp/na/try-');
const shots = bs.slice(1).map((endFrame, i) => ({ startFrame: bs[i] ?? 0, endFrame }));
const results: any[] = [];
await writeClips({ ffmpeg, ...film, clipBaseName: 'f', mode: 'exact', parallel: 1, outDir, shots, signal, onClip: (c) => void results.push(c) });
for (const c of results) {
  if (c.state !== 'written') { console.log(c.state, c.reason); continue; }
  const n = (await decodeAll(`${outDir}/${c.file}`, BARRED_SIZE, outDir)).map(numberIn);
  const f = await probed(`${outDir}/${c.file}`);
  console.log(c.file, 'numbers', n[0], n.at(-1), n.length, n.every((x, i) => i === 0 || x === (n[i - 1] ?? 0) + 1), f.probe.durationUs, JSON.stringify(f.probe.notes), JSON.stringify(c.notes), JSON.stringify(await beeps(f)));
}
