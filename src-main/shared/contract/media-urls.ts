import type { DetectionRunId, JobId, VideoId } from '../domain/ids.ts';

/**
 * Every picture, video and curve that the core serves, by id. Electron answers under `shotluck://core`, `serve` under its own
 * origin; `HostApi.mediaUrl` puts the origin in front.
 */
export const mediaUrls = {
  /** The original file, with byte ranges. */
  video: (videoId: VideoId): string => `/media/${videoId}`,
  /** One frame decoded exactly, JPEG, at most `width` pixels wide. */
  frame: (videoId: VideoId, frame: number, width: number): string => `/frame/${videoId}/${frame}?w=${width}`,
  /** Sheet of thumbnails, JPEG; geometry in `SpriteInfo`. */
  sprite: (videoId: VideoId, sheet: number): string => `/sprite/${videoId}/${sheet}`,
  /** One byte (0–255) per 1/`peaksPerSecond` s: the loudest sample in it. */
  waveform: (videoId: VideoId): string => `/waveform/${videoId}`,
  /** One byte (0–255) per frame: the detector's cut score; `transition` gives its second head (404 where it has none). */
  curve: (runId: DetectionRunId, head: 'cut' | 'transition'): string => `/curve/${runId}/${head}`,
  /** Start of each frame in microseconds, float64 little-endian; 404 for a constant rate. */
  frameTimes: (videoId: VideoId): string => `/frame-times/${videoId}`,
  /** A file that an export job wrote. */
  exportFile: (jobId: JobId, file: string): string => `/export/${jobId}/${encodeURIComponent(file)}`,
} as const;

/** In the place of a file's name: every clip that a job wrote, as one ZIP. Only in a browser; on the desktop the folder is at hand. Exports in folders have names of their own. */
export const CLIPS_ARCHIVE = 'clips.zip';
