import path from 'node:path';
import { inTransaction } from '#core/base/db/database.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { words } from '#shared/words/words.ts';
import type { HistoryService } from '../history/history-service.ts';
import type { VideoPlaces } from './video-places.ts';
import { forgetStepsDone } from './steps-done.ts';
import * as repository from './video-repository.ts';

export interface LinkingParts {
  readonly project: ProjectAccess;
  readonly history: Pick<HistoryService, 'note'>;
  readonly places: Pick<VideoPlaces, 'choose'>;
}

export interface FileLink {
  readonly videoId: VideoId;
  readonly file: string;
  readonly print: string | null;
}

/** Points a video at a file, and notes who did: what the file is made of is sampled, not proven (`fingerprint`). */
export function createLinking({ project, history, places }: LinkingParts) {
  return function linkTo({ videoId, file, print }: FileLink, actor: string): void {
    const { db } = project.session();
    const { video, fingerprint: before } = repository.getVideo(db, videoId);
    // What was measured holds for the same content alone.
    const isSame = video.probe !== null && print === before;
    inTransaction(db, () => {
      repository.setFile(db, videoId, file, print);
      places.choose(videoId, file);
      repository.setState(db, videoId, isSame ? 'ok' : 'pending', null);
      if (!isSame) forgetStepsDone(db, videoId);
      const names = { video: video.name, file: path.basename(file) };
      const isOther = before !== null && print !== before;
      history.note(db, { actor, label: isOther ? words('edits.relinkToOther', names) : words('edits.relinkVideo', names), videoId });
    });
  };
}
