import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { AppError } from '#shared/contract/errors.ts';
import type { FrameClock } from '#shared/domain/time.ts';
import { mediaUrls } from '#shared/contract/media-urls.ts';
import type { Video } from '#shared/domain/video.ts';
import { words } from '#shared/words/words.ts';
import { useHost } from '../api/core-context.tsx';

/** A curve or table that the core serves as bytes; `path` null: nothing is asked. What lies behind a path never changes. */
export function useMediaBytes(path: string | null) {
  const host = useHost();
  return useQuery({
    queryKey: ['media-bytes', path],
    queryFn: async ({ signal }) => {
      const answer = await fetch(host.mediaUrl(path ?? ''), { signal });
      if (!answer.ok) throw new AppError('not-found', words('wire.noMedia', { path: path ?? '', status: answer.status }));
      return new Uint8Array(await answer.arrayBuffer());
    },
    enabled: path !== null,
    retry: 1,
  });
}

/** The video's frame clock; null until a variable rate's frame times have arrived, or when they cannot be had. */
export function useFrameClock({ id, probe }: Pick<Video, 'id' | 'probe'>): {
  readonly clock: FrameClock | null;
  readonly error: Error | null;
} {
  const times = useMediaBytes(probe?.isVariableRate === true ? mediaUrls.frameTimes(id) : null);
  // One clock as long as the video is the same: the player is attached anew for another one.
  const clock = useMemo<FrameClock | null>(() => {
    if (probe === null) return null;
    const constant = { rate: probe.rate, frameCount: probe.frameCount };
    if (!probe.isVariableRate) return constant;
    return times.data === undefined ? null : { ...constant, ptsUs: toFloat64(times.data) };
  }, [probe, times.data]);
  return { clock, error: times.error };
}

/** Little-endian, as every machine that runs this is. */
function toFloat64(bytes: Uint8Array): Float64Array {
  return new Float64Array(bytes.slice().buffer, 0, Math.floor(bytes.byteLength / Float64Array.BYTES_PER_ELEMENT));
}
