import type { WriteClipsRequest } from '#core/media/clip-writer.ts';
import type { VideosService } from '../videos/videos-service.ts';
import type { VideoDocument } from '../documents/video-document.ts';
import type { VideoId } from '#shared/domain/ids.ts';

/** What the clips of a video are cut from; they end where it is replaced meanwhile. @throws AppError as `openSource` */
export async function clipSource(
  videos: Pick<VideosService, 'openSource'>,
  {
    videoId,
    probe,
    clock,
  }: { readonly videoId: VideoId; readonly probe: WriteClipsRequest['probe']; readonly clock: VideoDocument['clock'] },
): Promise<Pick<WriteClipsRequest, 'path' | 'sourceId' | 'requireUnchanged' | 'probe' | 'clock'>> {
  const { path, fingerprint, requireUnchanged } = await videos.openSource(videoId);
  return { path, sourceId: fingerprint ?? '', requireUnchanged, probe, clock };
}
