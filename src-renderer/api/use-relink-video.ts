import { useCallback } from 'react';
import type { VideoId } from '#shared/domain/ids.ts';
import { useFileChoice } from './file-choice.ts';
import { useCoreMutation } from './mutations.ts';
import { useShowError } from './use-show-error.ts';

/** Lets a person point a video at another file; the core refuses one of other content and says so. */
export function useRelinkVideo(): (videoId: VideoId) => void {
  const { pick } = useFileChoice();
  const showError = useShowError();
  const relink = useCoreMutation('videos', 'relink').mutate;
  return useCallback(
    (videoId: VideoId) => {
      pick('videos')
        .then(([grant]) => {
          if (grant !== undefined) relink({ videoId, grantId: grant.grantId });
        })
        .catch(showError);
    },
    [pick, relink, showError],
  );
}
