import { access, readFile } from 'node:fs/promises';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/** A recording with the words that are said in it. */
export interface Recording {
  readonly path: string;
  readonly said: string;
}

const JFK = path.join(root, '../shared/data/film/jfk-1961.wav');
const LIBRIVOX = '/usr/share/pocketsphinx/test/data/librivox';

/** Eleven seconds of Kennedy's inaugural address of 1961; null where the shared data are not there. */
export async function jfk(): Promise<Recording | null> {
  const said = 'And so, my fellow Americans: ask not what your country can do for you, ask what you can do for your country.';
  return (await exists(JFK)) ? { path: JFK, said } : null;
}

/** Five sentences of "Sense and Sensibility" read for LibriVox; none where Debian's `pocketsphinx-testdata` is not installed. */
export async function librivox(): Promise<Recording[]> {
  if (!(await exists(LIBRIVOX))) return [];
  const lines = (await readFile(path.join(LIBRIVOX, 'transcription'), 'utf8')).split('\n');
  return lines.flatMap((line) => {
    const [, said, name] = /^<s> (.*) <\/s> \((.*)\)$/u.exec(line.trim()) ?? [];
    return said === undefined || name === undefined ? [] : [{ path: path.join(LIBRIVOX, `${name}.wav`), said }];
  });
}

/** The synthetic narration of the sample video. */
export async function sampleNarration(): Promise<Recording> {
  const folder = path.join(root, 'resources/sample');
  const { shots } = JSON.parse(await readFile(path.join(folder, 'boundaries.json'), 'utf8')) as {
    shots: { narration: { text: string } | null }[];
  };
  return { path: path.join(folder, 'sample-film.mp4'), said: shots.flatMap(({ narration }) => narration?.text ?? []).join(' ') };
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
