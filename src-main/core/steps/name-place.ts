import { EngineDiedError } from '#core/engines/engine-client.ts';
import type { VideoDocument } from '#core/project/documents/video-document.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { Shot } from '#shared/domain/shot.ts';
import { words, type Words } from '#shared/words/words.ts';

/** Where in the video a model ended its process, twice: what can be looked at, and left out. Other errors pass as they are. */
export async function namingPlace<T>(place: Words, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EngineDiedError)
      throw new AppError(error.code, words('steps.placed', { place, reason: error.words }), { cause: error });
    throw error;
  }
}

/** A shot as people call it. */
export function placeOfShot({ shots, video }: Pick<VideoDocument, 'shots' | 'video'>, shot: Shot): Words {
  return words('steps.theShot', { number: shots.findIndex(({ id }) => id === shot.id) + 1, video: video.name });
}
