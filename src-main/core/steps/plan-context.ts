import type { FileGrants } from '#core/base/files/file-grants.ts';
import type { ShotsService } from '#core/project/shots/shots-service.ts';
import type { ChosenPlaces } from '#core/project/chosen-places.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { Role } from '#shared/contract/define.ts';
import type { Settings } from '#shared/contract/views.ts';
import type { PersonId, ShotId, VideoId } from '#shared/domain/ids.ts';
import type { Video } from '#shared/domain/video.ts';
import { words } from '#shared/words/words.ts';
import type { PlanContext } from './step-room.ts';

export interface PlanContextParts {
  readonly videos: Pick<VideosService, 'get' | 'ids'>;
  readonly shots: Pick<ShotsService, 'list'>;
  readonly settings: Settings;
  readonly grants: FileGrants;
  readonly places: Pick<ChosenPlaces, 'choose'>;
  readonly sender: PersonId | null;
  readonly role: Role;
  readonly askedAfter: number;
}

/** For the requests of one command: they may be ten thousand of one video, which is looked up once. */
export function createPlanContext({ videos, shots, settings, grants, places, sender, role, askedAfter }: PlanContextParts): PlanContext {
  const videoOf = new Map<VideoId, Pick<Video, 'id' | 'name'>>();
  const shotsOf = new Map<VideoId, ReadonlySet<ShotId>>();
  let known: ReadonlySet<VideoId> | null = null;

  function video(videoId: VideoId): Pick<Video, 'id' | 'name'> {
    const found = videoOf.get(videoId);
    if (found !== undefined) return found;
    const { id, name } = videos.get(videoId);
    videoOf.set(videoId, { id, name });
    return { id, name };
  }

  return {
    settings,
    grants,
    places,
    sender,
    role,
    askedAfter,
    video,
    chosenFolder: (grantId, purpose) => (grantId === undefined ? null : places.choose(grants.resolveFolder(grantId), purpose)),
    requireVideos(videoIds) {
      known ??= videos.ids();
      const there = known;
      if (!videoIds.every((id) => there.has(id))) throw new AppError('not-found', words('steps.videoGone'));
    },
    requireShots(videoId, shotIds) {
      const there = shotsOf.get(videoId) ?? new Set(shots.list(videoId).map(({ id }) => id));
      shotsOf.set(videoId, there);
      if (!shotIds.every((id) => there.has(id))) throw new AppError('not-found', words('steps.shotGone', { video: video(videoId).name }));
    },
  };
}
