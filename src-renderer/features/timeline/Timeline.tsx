import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ShotId } from '#shared/domain/ids.ts';
import { mediaUrls } from '#shared/contract/media-urls.ts';
import { useHost } from '../../api/core-context.tsx';
import { useEditRefusal } from '../../api/use-edit-refusal.ts';
import { useEditorSession } from '../../editing/editor-context.tsx';
import type { Lanes } from './lanes.ts';
import { ShotListbox } from './ShotListbox.tsx';
import { ShotMenu, type MenuPlace } from './ShotMenu.tsx';
import { ThresholdSlider } from './ThresholdSlider.tsx';
import { createTimelineController, type TimelineController } from './timeline-controller.ts';
import { attachGestures } from './timeline-gestures.ts';
import type { TimelineActions, TimelineHover } from './gesture.ts';
import classes from './timeline.module.css';
import { TimelineToolbar } from './TimelineToolbar.tsx';
import { TimelineTooltip } from './TimelineTooltip.tsx';
import { useThreshold } from './use-threshold.ts';
import { useTimelineContent } from './use-timeline-content.ts';

export interface TimelineProps {
  readonly onMoveBoundary: (shotId: ShotId, frame: number) => void;
  readonly onEditCaption: () => void;
}

/** Thumbnails, shots, speech, audio and detector scores of a video on one canvas, with the tools that cut it. */
export function Timeline({ onMoveBoundary, onEditCaption }: TimelineProps) {
  const { t } = useTranslation();
  const host = useHost();
  const { video, store } = useEditorSession();
  const { content, run } = useTimelineContent();
  const trial = useThreshold(run);
  const canEdit = useEditRefusal() === null;
  const [lanes, setLanes] = useState<Lanes>({});
  const [hover, setHover] = useState<TimelineHover | null>(null);
  const [menuPlace, setMenuPlace] = useState<MenuPlace | null>(null);
  const rootRef = useRef<HTMLDivElement>(null);
  const baseRef = useRef<HTMLCanvasElement>(null);
  const overlayRef = useRef<HTMLCanvasElement>(null);
  const controllerRef = useRef<TimelineController | null>(null);

  // The canvas lives as long as the page; gestures always meet the newest closures and content.
  const newest = useRef({ content, onMoveBoundary, onEditCaption, trial, canEdit });
  useEffect(() => {
    newest.current = { content, onMoveBoundary, onEditCaption, trial, canEdit };
  });
  useEffect(() => {
    const [root, base, overlay] = [rootRef.current, baseRef.current, overlayRef.current];
    if (root === null || base === null || overlay === null) return undefined;
    const spriteUrl = (sheet: number): string => host.mediaUrl(mediaUrls.sprite(video.id, sheet));
    const labels = { waveform: t('editor.timeline.waveformLane'), curve: t('editor.timeline.curveLane') };
    const controller = createTimelineController({
      root,
      base,
      overlay,
      store,
      content: newest.current.content,
      spriteUrl,
      labels,
      onLanes: setLanes,
    });
    controllerRef.current = controller;
    const actions: TimelineActions = {
      canEdit: () => newest.current.canEdit,
      moveBoundary: (shotId, frame) => newest.current.onMoveBoundary(shotId, frame),
      tryThreshold: (threshold) => newest.current.trial.attempt(threshold),
      applyThreshold: () => newest.current.trial.apply(),
      cancelThreshold: () => newest.current.trial.cancel(),
      editCaption: () => newest.current.onEditCaption(),
      openMenu: setMenuPlace,
      hover: setHover,
    };
    const detach = attachGestures({ controller, store, actions });
    return () => {
      detach();
      controller.dispose();
      controllerRef.current = null;
    };
  }, [store, host, video.id, t]);
  useEffect(() => controllerRef.current?.setContent(content), [content]);
  useEffect(() => controllerRef.current?.setThresholdDrag(trial.drag), [trial.drag]);

  return (
    <section className={classes.panel} aria-label={t('editor.timeline.title')}>
      <TimelineToolbar />
      <div ref={rootRef} className={classes.canvases} data-testid="timeline">
        <canvas ref={baseRef} className={classes.base} aria-hidden />
        <canvas ref={overlayRef} className={classes.overlay} aria-hidden data-testid="timeline-canvas" />
        <ShotListbox texts={content.texts} />
        {lanes.curve !== undefined && content.threshold !== null && (
          <ThresholdSlider lane={lanes.curve} threshold={content.threshold} trial={trial} />
        )}
        {hover !== null && menuPlace === null && <TimelineTooltip hover={hover} content={content} />}
      </div>
      <ShotMenu place={menuPlace} onClose={() => setMenuPlace(null)} />
    </section>
  );
}
