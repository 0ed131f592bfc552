import type { VideoProbe } from '#shared/domain/video.ts';

/** Probe of a video that tests only pretend to have: 640×360 at 25 frames a second. */
export function makeProbe(frameCount: number, rest: Partial<VideoProbe> = {}): VideoProbe {
  return {
    container: 'mov,mp4,m4a,3gp,3g2,mj2',
    videoCodec: 'h264',
    pixelFormat: 'yuv420p',
    width: 640,
    height: 360,
    displayWidth: 640,
    displayHeight: 360,
    rotation: 0,
    sampleAspectRatio: { num: 1, den: 1 },
    rate: { num: 25, den: 1 },
    timeBase: { num: 1, den: 12800 },
    frameCount,
    durationUs: frameCount * 40_000,
    startUs: 0,
    leadUs: 0,
    isVariableRate: false,
    audioTracks: [],
    stream: null,
    sizeBytes: 0,
    notes: [],
    ...rest,
  };
}
