import type { VideoDocument } from '#core/project/documents/video-document.ts';

/** A video by its name, for programs that look for it beside the list: where it lies is nobody's business but this computer's. */
export function mediaAddress({ video }: VideoDocument): string {
  return encodeURIComponent(video.name.toWellFormed());
}
