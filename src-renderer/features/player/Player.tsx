import { CutCheck } from './CutCheck.tsx';
import classes from './player.module.css';
import { Transport } from './Transport.tsx';
import { VideoSurface } from './VideoSurface.tsx';

/** The film with its transport, and beside it the pictures around the cut. */
export function Player() {
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
