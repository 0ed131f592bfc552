import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { explainStorage } from '#core/base/db/storage-trouble.ts';
import type { HistoryService } from '#core/project/history/history-service.ts';
import type { EventBus } from '#core/base/events/event-bus.ts';
import type { JobsService } from '#core/steps/jobs-service.ts';
import type { NewSegment, TranscriptsService } from '#core/project/transcripts/transcripts-service.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { AppError, wordsOf } from '#shared/contract/errors.ts';
import { stepsOnAtFirst } from '#shared/steps/from-steps.ts';
import type { ProjectInfo } from '#shared/contract/views.ts';
import { words } from '#shared/words/words.ts';
import { isProjectFolder } from '#core/project/folder/project-folder.ts';
import type { ProjectsService } from '#core/project/folder/projects-service.ts';

const NAME = 'Sample';
const ACTOR = 'studio';

/** What the video's script wrote down beside it; only the narration is used here. */
const SampleTruth = z.object({
  shots: z.array(z.object({ narration: z.object({ text: z.string(), startUs: z.int(), endUs: z.int() }).nullable() })),
});

export interface SampleProjectParts {
  readonly projectsDir: string;
  /** Null where the product carries no sample video. */
  readonly videoPath: string | null;
  readonly events: EventBus;
  readonly projects: ProjectsService;
  readonly videos: VideosService;
  readonly transcripts: TranscriptsService;
  readonly history: HistoryService;
  readonly jobs: JobsService;
}

/** The project that a newcomer meets: the sample video, split, captioned and ready to review. */
export function createSampleProject({ projectsDir, videoPath, events, projects, videos, transcripts, history, jobs }: SampleProjectParts) {
  /** Makes the project the first time; later it is opened as it was left. */
  async function open(): Promise<ProjectInfo> {
    if (videoPath === null) throw new AppError('unsupported', words('app.noSample'));
    const folder = path.join(projectsDir, `${NAME}.shotluck`);
    const opened = await (isProjectFolder(folder) ? projects.openFolder(folder) : projects.createIn(projectsDir, NAME));
    // Without history nobody has worked in it: it is new, or its making was interrupted.
    if (history.list(1).length > 0) return opened;
    const { added } = await videos.addFiles([videoPath], ACTOR);
    for (const videoId of added) transcripts.replace(videoId, narrationOf(videoPath), { actor: ACTOR, label: words('edits.addNarration') });
    // What is said is known already.
    jobs.enqueueNeeded(added, ACTOR, { steps: new Set([...stepsOnAtFirst].filter((id) => id !== 'transcribe')) });
    return { ...opened, videoCount: added.length };
  }

  return {
    open,
    /** For a start, which must not fail because the disk is full or the project is damaged. */
    async openOrNotify(): Promise<void> {
      try {
        await open();
      } catch (error) {
        const message = wordsOf(explainStorage(error) ?? error);
        events.emit('notice', { level: 'warning', title: words('app.sampleNotOpened'), message });
      }
    },
  };
}

/** The narration as its script placed it. */
function narrationOf(videoPath: string): NewSegment[] {
  const file = path.join(path.dirname(videoPath), 'boundaries.json');
  const truth = SampleTruth.parse(JSON.parse(readFileSync(file, 'utf8')));
  return truth.shots.flatMap(({ narration }) => (narration === null ? [] : [{ ...narration, origin: 'import' as const }]));
}
