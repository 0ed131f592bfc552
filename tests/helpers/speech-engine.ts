import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createEngineClient, type EngineClient } from '#core/engines/engine-client.ts';
import type { SpokenSegment, Transcriber } from '#core/engines/transcriber.ts';
import { openRemoteTranscriber } from '#core/engines/transcribers/remote-transcriber.ts';
import { spawnEngineWorkerProcess } from '#core/engines/worker-process.ts';
import { readAudio } from '#core/media/audio-reader.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { runFfmpeg } from './run-ffmpeg.ts';

const root = path.resolve(import.meta.dirname, '../..');
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** The speech engine that ships with the studio, in a worker of its own; close the client afterwards. */
export async function openShippedTranscriber(threads: number): Promise<{ client: EngineClient; transcriber: Transcriber }> {
  const client = createEngineClient(() => spawnEngineWorkerProcess(new URL('../../src-main/engine-worker/worker.ts', import.meta.url)), {
    logger: quiet,
  });
  const transcriber = await openRemoteTranscriber(client, {
    whisper: { modelId: 'whisper-base-q4', folder: path.join(root, 'models/whisper-base-q4'), threads, device: 'cpu' },
    vad: { modelId: 'silero-vad', threads: 1, device: 'cpu', modelPath: path.join(root, 'models/silero-vad/silero-vad-v5.onnx') },
    sha256: '0'.repeat(64),
  });
  return { client, transcriber };
}

/** What the engine transcribes from the first audio track of a file, which may be of a kind that the studio does not open, such as WAV. */
export async function transcribeFile(
  transcriber: Transcriber,
  ffmpeg: Ffmpeg,
  file: string,
  language: string | null = null,
): Promise<{ segments: SpokenSegment[]; language: string | null; audioS: number }> {
  const { signal } = new AbortController();
  const folder = await mkdtemp(path.join(tmpdir(), 'shotluck-speech-'));
  try {
    const alone = path.join(folder, 'audio.mkv');
    await runFfmpeg(['-i', file, '-map', '0:a:0', '-c:a', 'pcm_s16le', alone]);
    const track = { streamIndex: 0, codec: '', channels: 1, sampleRateHz: 16_000, language: null, title: null, isReadable: true };
    const audio = readAudio({ ffmpeg, path: alone, probe: { audioTracks: [track], startUs: 0, stream: null }, track: 0, signal });
    const segments: SpokenSegment[] = [];
    let audioS = 0;
    const result = await transcriber.transcribe(
      { audio, language },
      {
        signal,
        onTranscribed(transcribed) {
          segments.push(...transcribed.segments);
          audioS = transcribed.untilUs / 1e6;
        },
      },
    );
    return { segments, language: result.language, audioS };
  } finally {
    await rm(folder, { recursive: true });
  }
}
