import type { EditorStore } from '../../editing/editor-store.ts';

/** Reports to the store which frame can be seen: that of the still where one lies over the video, else that of the video. */
export interface PictureReport {
  readonly video: (frame: number | null) => void;
  readonly still: (frame: number | null) => void;
}

export function createPictureReport({ actions }: EditorStore): PictureReport {
  let videoFrame: number | null = null;
  let stillFrame: number | null = null;
  const report = (): void => actions.showPicture(stillFrame ?? videoFrame);
  return {
    video(frame) {
      videoFrame = frame;
      report();
    },
    still(frame) {
      stillFrame = frame;
      report();
    },
  };
}
