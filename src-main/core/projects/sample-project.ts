import { existsSync } from 'node:fs';
import path from 'node:path';
import type { JobsService } from '#core/jobs/jobs-service.ts';
import type { VideosService } from '#core/videos/videos-service.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { ProjectInfo } from '#shared/contract/views.ts';
import type { ProjectsService } from './projects-service.ts';

const NAME = 'Sample';
const ACTOR = 'studio';

export interface SampleProjectParts {
  readonly projectsDir: string;
  /** Null where the product carries no sample film. */
  readonly filmPath: string | null;
  readonly projects: ProjectsService;
  readonly videos: VideosService;
  readonly jobs: JobsService;
}

/** The project that a newcomer meets: the sample film, split, captioned and ready to review. */
export function createSampleProject({ projectsDir, filmPath, projects, videos, jobs }: SampleProjectParts) {
  return {
    /** Makes the project the first time; later it is opened as it was left. */
    async open(): Promise<ProjectInfo> {
      if (filmPath === null) throw new AppError('unsupported', 'This copy of the studio carries no sample film. Add a video of your own instead.');
      const folder = path.join(projectsDir, `${NAME}.shotluck`);
      if (existsSync(folder)) return projects.openFolder(folder);
      const made = await projects.createIn(projectsDir, NAME);
      const { added } = await videos.addFiles([filmPath], ACTOR);
      jobs.enqueueNewVideos(added, ACTOR, { steps: { detect: true, caption: true, summarise: true } });
      return { ...made, videoCount: added.length };
    },
  };
}
