import path from 'node:path';
import type { CoreConfig } from '#core/config.ts';

/** A core that keeps everything below `dataDir` and uses the ffmpeg on the path. */
export function testConfig(dataDir: string): CoreConfig {
  return {
    dataDir,
    uploadsDir: path.join(dataDir, 'uploads'),
    modelsDir: path.join(dataDir, 'product-models'),
    userModelsDir: path.join(dataDir, 'models'),
    sampleFilmPath: null,
    ffmpegPath: 'ffmpeg',
    ffprobePath: 'ffprobe',
    ffmpegLanes: 1,
    inferenceThreads: 1,
  };
}
