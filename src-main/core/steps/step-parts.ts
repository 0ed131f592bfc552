import type { CheckFinding } from '#core/base/db/check-database.ts';
import type { EventBus } from '#core/base/events/event-bus.ts';
import type { FileGrants } from '#core/base/files/file-grants.ts';
import type { Clock } from '#core/base/host.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import type { Engines } from '#core/engines/open-engines.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import type { DetectionService } from '#core/project/detection/detection-service.ts';
import type { ProjectDocuments } from '#core/project/documents/project-documents.ts';
import type { ExportedFiles } from '#core/project/exported/exported-files.ts';
import type { ExportsService } from '#core/exchange/exports/exports-service.ts';
import type { ImportsService } from '#core/exchange/imports/imports-service.ts';
import type { ScreenTextService } from '#core/project/screen-text/screen-text-service.ts';
import type { ShotsService } from '#core/project/shots/shots-service.ts';
import type { TextsService } from '#core/project/texts/texts-service.ts';
import type { TranscriptsService } from '#core/project/transcripts/transcripts-service.ts';
import type { ChosenPlaces } from '#core/project/chosen-places.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import type { Events } from '#shared/contract/events.ts';
import type { VideoId } from '#shared/domain/ids.ts';

/** The services that steps work with. */
export interface StepServices {
  readonly project: ProjectAccess;
  readonly events: EventBus;
  readonly grants: FileGrants;
  readonly places: ChosenPlaces;
  readonly ffmpeg: Ffmpeg;
  readonly videos: VideosService;
  readonly shots: ShotsService;
  readonly detection: DetectionService;
  readonly texts: TextsService;
  readonly transcripts: TranscriptsService;
  readonly screenText: ScreenTextService;
  readonly documents: ProjectDocuments;
  readonly exports: ExportsService;
  readonly imports: ImportsService;
}

/** All that the work of steps is made of; each room takes what it needs, by these names. */
export interface StepParts extends StepServices, Engines {
  readonly clock: Clock;
  readonly documentOf: ProjectDocuments['documentOf'];
  readonly exportedFiles: ExportedFiles;
  /** Programs of ffmpeg that may run side by side. */
  readonly parallel: number;
  /** Of the person, for folders that they choose. */
  readonly umask?: number | undefined;
  checkDatabase(file: string): CheckFinding | Promise<CheckFinding>;
  compactDatabase(file: string): void | Promise<void>;
  /** On the disk of a folder. */
  freeBytes(folder: string): Promise<number>;
  /** What a model has written so far. */
  onText(event: Events['captionText']): void;
  /** Videos that were measured beside the queue. */
  onMeasured(videoIds: readonly VideoId[], actor: string): void;
}
