import { useEffect, useMemo, useRef, useState, type CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { mediaUrls } from '#shared/contract/media-urls.ts';
import { useHost } from '../../api/core-context.tsx';
import { codecName } from '../../components/format.ts';
import { useEditor, useEditorSession } from '../../editing/editor-context.tsx';
import { useWording } from '../../i18n/use-wording.ts';
import { attachExactStill, stillWidth } from './exact-still.ts';
import { createPictureReport } from './picture-report.ts';
import type { StillTrouble } from './still-loader.ts';
import { attachPlayback } from './playback.ts';
import classes from './player.module.css';
import { TextOutline } from './TextOutline.tsx';

/**
 * The picture: a `<video>`, and over it, while it stands still, the very frame as the core decodes it. A video that the browser
 * cannot play is shown by such frames alone.
 */
export function VideoSurface() {
  const { t } = useTranslation();
  const wording = useWording();
  const host = useHost();
  const { video, probe, clock, store } = useEditorSession();
  const videoRef = useRef<HTMLVideoElement>(null);
  const stillRef = useRef<HTMLImageElement>(null);
  const [isPlayable, setPlayable] = useState(true);
  const [trouble, setTrouble] = useState<StillTrouble | null>(null);
  const pictures = useMemo(() => createPictureReport(store), [store]);
  const isLate = useEditor((state) => state.pictureFrame !== state.frame);

  useEffect(() => {
    const element = videoRef.current;
    if (element === null) return undefined;
    const detach = attachPlayback({
      video: element,
      store,
      clock,
      startUs: probe.startUs,
      onPicture: pictures.video,
      onUnplayable: () => setPlayable(false),
    });
    element.src = host.mediaUrl(mediaUrls.video(video.id));
    return () => {
      detach();
      pictures.video(null);
      element.removeAttribute('src');
      element.load();
    };
  }, [host, video.id, store, clock, probe.startUs, isPlayable, pictures]);

  useEffect(() => {
    const image = stillRef.current;
    if (image === null) return undefined;
    const urlOf = (frame: number): string => host.mediaUrl(mediaUrls.frame(video.id, frame, stillWidth(image, probe.displayWidth)));
    return attachExactStill({ image, store, clock, urlOf, isOnlyPicture: !isPlayable, onPicture: pictures.still, onTrouble: setTrouble });
  }, [host, video.id, store, clock, probe.displayWidth, isPlayable, pictures]);

  const shape: CSSProperties & Record<'--aspect', number> = { '--aspect': probe.displayWidth / probe.displayHeight };
  return (
    <div className={classes.surface}>
      <div className={classes.frame} style={shape} data-late={isLate} data-testid="picture">
        {isPlayable && (
          // oxlint-disable-next-line jsx-a11y/media-has-caption -- what is said stands in the timeline and the inspector
          <video ref={videoRef} className={classes.picture} preload="auto" playsInline aria-label={video.name} tabIndex={-1} />
        )}
        <img ref={stillRef} className={classes.still} alt={t('editor.player.stillAlt')} data-testid="exact-still" />
        <TextOutline />
      </div>
      {trouble !== null && (
        <output className={classes.note} data-tone="bad">
          {t('editor.player.noStill', { frame: trouble.frame, reason: trouble.reason === null ? '' : wording(trouble.reason) })}
        </output>
      )}
      {!isPlayable && trouble === null && (
        <output className={classes.note}>{t('editor.player.stillsOnly', { codec: codecName(probe.videoCodec) })}</output>
      )}
    </div>
  );
}
