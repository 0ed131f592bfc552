import type { NewRun } from '#core/project/detection/detection-service.ts';
import type { VideoId } from '#shared/domain/ids.ts';

/** A detection of a video of 100 frames, with these scores for cuts; left out: it has none. */
export function detectionRun(videoId: VideoId, cut: Float32Array = new Float32Array(100)): NewRun {
  return {
    videoId,
    detector: 'adaptive',
    detectorVersion: '1',
    options: { minShotUs: 0 },
    threshold: 0.5,
    device: null,
    durationMs: 1,
    curve: { cut, transition: null },
  };
}
