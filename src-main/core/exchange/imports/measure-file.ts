import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { probeVideo } from '#core/media/probe.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { FrameClock } from '#shared/domain/time.ts';
import type { VideoProbe } from '#shared/domain/video.ts';
import { words } from '#shared/words/words.ts';

export interface MeasuredFile {
  readonly path: string;
  readonly fingerprint: string | null;
  readonly probe: VideoProbe;
  readonly ptsUs: Float64Array | null;
}

export interface MeasuringParts {
  readonly videos: Pick<VideosService, 'fingerprint'>;
  readonly ffmpeg: Ffmpeg;
}

export type MeasureFile = (file: string) => Promise<MeasuredFile | AppError>;

/** Measures files of videos, or says why that cannot be. The last one is known a while: a format may ask for its frames before the import does. */
export function createMeasuring({ videos, ffmpeg }: MeasuringParts, signal: AbortSignal): MeasureFile {
  let last: { readonly file: string; readonly measured: MeasuredFile | AppError } | null = null;

  async function measure(file: string): Promise<MeasuredFile | AppError> {
    try {
      const print = await videos.fingerprint(file);
      const { probe, ptsUs } = await probeVideo({ ffmpeg, path: file, signal });
      if ((await videos.fingerprint(file)) !== print) return new AppError('media-missing', words('exchange.fileChanged'));
      return { path: file, fingerprint: print, probe, ptsUs };
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'cancelled') throw error;
      return error;
    }
  }

  return async (file) => {
    last = last?.file === file ? last : { file, measured: await measure(file) };
    return last.measured;
  };
}

export function clockOfFile({ probe, ptsUs }: MeasuredFile): FrameClock {
  const { rate, frameCount } = probe;
  return ptsUs === null ? { rate, frameCount } : { rate, frameCount, ptsUs };
}
