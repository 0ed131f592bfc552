import path from 'node:path';
import type { CoreConfig } from '#core/base/config.ts';

/** A core that keeps everything below `dataDir` and uses the ffmpeg on the path. */
export function testConfig(dataDir: string): CoreConfig {
  return {
    dataDir,
    uploadsDir: path.join(dataDir, 'uploads'),
    modelsDir: path.join(dataDir, 'product-models'),
    userModelsDir: path.join(dataDir, 'models'),
    sampleVideoPath: null,
    ffmpegPath: 'ffmpeg',
    ffprobePath: 'ffprobe',
    ffmpegLanes: 1,
    inferenceThreads: 1,
    // Nothing listens there: a test that wants a hub brings its own.
    hub: { url: 'http://127.0.0.1:9', retryDelaysMs: [], stallMs: 5_000 },
  };
}
