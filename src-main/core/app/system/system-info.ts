import { availableParallelism } from 'node:os';
import type { EngineClient } from '#core/engines/engine-client.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { requireSupportedFfmpeg } from '#core/media/ffmpeg-version.ts';
import { STUDIO_VERSION } from '#core/base/studio-version.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { SystemInfo } from '#shared/contract/views.ts';

/** Programs are asked no more often than this, however many pages ask: a tool that a person puts right is seen soon enough. */
const KEPT_MS = 5_000;

/** What the studio runs on, for the status bar. A broken ffmpeg is reported, not thrown. */
export function createSystemInfo(ffmpeg: Ffmpeg, engines: EngineClient): () => Promise<SystemInfo> {
  let read: { readonly info: Promise<SystemInfo>; readonly atMs: number } | null = null;
  return () => {
    const nowMs = performance.now();
    if (read === null || nowMs - read.atMs > KEPT_MS) {
      const info = readSystemInfo(ffmpeg, engines);
      read = { info, atMs: nowMs };
      info.catch(() => (read = null));
    }
    return read.info;
  };
}

async function readSystemInfo(ffmpeg: Ffmpeg, engines: EngineClient): Promise<SystemInfo> {
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
    return { ffmpegVersion: null, ffmpegProblem: error.words };
  }
}
