import { availableParallelism } from 'node:os';
import type { EngineClient } from '#core/engines/engine-client.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { requireSupportedFfmpeg } from '#core/media/ffmpeg-version.ts';
import { STUDIO_VERSION } from '#core/base/studio-version.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { SystemInfo } from '#shared/contract/views.ts';

/** What the studio runs on, for the status bar. A broken ffmpeg is reported, not thrown. */
export async function readSystemInfo(ffmpeg: Ffmpeg, engines: EngineClient): Promise<SystemInfo> {
  const tools = await findFfmpeg(ffmpeg);
  const providers = await engines.providers();
  return {
    studioVersion: STUDIO_VERSION,
    nodeVersion: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    ...tools,
    providers: providers.filter((provider) => provider.works).map((provider) => provider.name),
    cpuCount: availableParallelism(),
  };
}

async function findFfmpeg(ffmpeg: Ffmpeg): Promise<Pick<SystemInfo, 'ffmpegVersion' | 'ffmpegProblem'>> {
  try {
    const { version } = await requireSupportedFfmpeg(ffmpeg, AbortSignal.timeout(20_000));
    return { ffmpegVersion: version, ffmpegProblem: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ffmpegVersion: null, ffmpegProblem: error.message };
  }
}
