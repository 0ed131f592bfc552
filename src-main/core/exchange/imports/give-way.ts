import type { SameFile } from '#core/project/videos/same-file.ts';

/** What becomes of the videos that the project has of a record's file. */
export interface SameVideos {
  /** Nobody has worked on these: the annotated video takes their place. */
  readonly givingWay: readonly SameFile[];
  /** For people, of those that stay beside it. */
  readonly notes: readonly string[];
}

/**
 * @param videos of the project, with the file of a record
 * @param onlyOf the person whose videos alone may give way; null: all may
 */
export function sortSameVideos(videos: readonly SameFile[], onlyOf: string | null): SameVideos {
  const mayGive = ({ standing, addedBy }: SameFile): boolean => standing === 'untouched' && (onlyOf === null || addedBy === onlyOf);
  return {
    givingWay: videos.filter(mayGive),
    notes: videos.flatMap((video) => {
      if (video.standing === 'annotated' || mayGive(video)) return [];
      const why = video.standing === 'worked-on' ? 'somebody has worked on that' : 'somebody else has added that';
      return [`the project has its file already as “${video.name}”, and ${why}: both stand`];
    }),
  };
}
