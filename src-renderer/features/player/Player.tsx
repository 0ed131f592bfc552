import { hasNoFile } from '#shared/domain/video.ts';
import { useEditorSession } from '../../editing/editor-context.tsx';
import { CutCheck } from './CutCheck.tsx';
import { NoPlayer } from './NoPlayer.tsx';
import classes from './player.module.css';
import { Transport } from './Transport.tsx';
import { VideoSurface } from './VideoSurface.tsx';

/** The video with its transport, and beside it the pictures around the cut; without its file, what can be done about that. */
export function Player() {
  const { video } = useEditorSession();
  if (hasNoFile(video)) return <NoPlayer />;
  return (
    <div className={classes.player}>
      <div className={classes.stage}>
        <VideoSurface />
        <CutCheck />
      </div>
      <Transport />
    </div>
  );
}
