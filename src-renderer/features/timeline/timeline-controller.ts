import type { ShotId } from '#shared/domain/ids.ts';
import type { EditorStore } from '../../editing/editor-store.ts';
import { drawPlayhead, drawTimeline } from './draw/draw-timeline.ts';
import { type LaneLabels, type Lanes, layoutLanes } from './lanes.ts';
import { createSpriteSheets } from './sprite-sheets.ts';
import { readTimelineColours, type TimelineColours } from './timeline-colours.ts';
import type { BoundaryDrag, ThresholdDrag, TimelineContent, TimelineScene } from './timeline-scene.ts';

/** The canvases of one timeline: what is drawn, and when. Gestures change it through the setters. */
export interface TimelineController {
  readonly canvas: HTMLCanvasElement;
  scene(): TimelineScene;
  setContent(content: TimelineContent): void;
  setHoverFrame(frame: number | null): void;
  setBoundaryDrag(drag: BoundaryDrag | null): void;
  setThresholdDrag(drag: ThresholdDrag | null): void;
  dispose(): void;
}

export interface TimelineControllerOptions {
  readonly root: HTMLElement;
  readonly base: HTMLCanvasElement;
  /** Lies over `base`, takes the pointer. */
  readonly overlay: HTMLCanvasElement;
  readonly store: EditorStore;
  readonly content: TimelineContent;
  readonly spriteUrl: (sheet: number) => string;
  readonly labels: LaneLabels;
  readonly onLanes: (lanes: Lanes) => void;
}

/** The parts of the editor's state that the lower canvas shows. */
const baseKeys = ['shots', 'view', 'viewportPx', 'activeIndex', 'selection', 'highlighted', 'inFrame', 'outFrame'] as const;

export function createTimelineController(options: TimelineControllerOptions): TimelineController {
  const { root, base, overlay, store, onLanes } = options;
  let { content } = options;
  const openSheets = () => createSpriteSheets(options.spriteUrl, () => schedule(true));
  let sheets = openSheets();
  let colours: TimelineColours = readTimelineColours(root);
  let lanes: Lanes = {};
  let heightPx = 0;
  let hoverFrame: number | null = null;
  let boundaryDrag: BoundaryDrag | null = null;
  let thresholdDrag: ThresholdDrag | null = null;
  let isBaseDirty = true;
  let request: number | null = null;

  function scene(): TimelineScene {
    const state = store.getState();
    return {
      content,
      sheets,
      colours,
      lanes,
      boundaryDrag,
      thresholdDrag,
      labels: options.labels,
      shots: state.shots,
      view: state.view,
      extent: { frameCount: state.frameCount, widthPx: state.viewportPx },
      activeIndex: state.activeIndex,
      selection: new Set<ShotId>(state.selection),
      highlighted: new Set<ShotId>(state.highlighted),
      inFrame: state.inFrame,
      outFrame: state.outFrame,
    };
  }

  function draw(): void {
    request = null;
    const now = scene();
    if (isBaseDirty) {
      isBaseDirty = false;
      const context = fitCanvas(base, now.extent.widthPx, heightPx);
      if (context !== null) drawTimeline(context, now);
    }
    const context = fitCanvas(overlay, now.extent.widthPx, heightPx);
    if (context !== null) drawPlayhead(context, now, { frame: store.getState().frame, hoverFrame, heightPx });
  }

  function schedule(isBase: boolean): void {
    isBaseDirty ||= isBase;
    request ??= requestAnimationFrame(draw);
  }

  function layout(): void {
    lanes = layoutLanes({
      heightPx,
      hasSpeech: content.segments.length > 0,
      hasWaveform: content.waveform !== null,
      hasCurve: content.curve !== null,
    });
    onLanes(lanes);
    schedule(true);
  }

  const resizing = new ResizeObserver(([entry]) => {
    if (entry === undefined || entry.contentRect.width === 0) return;
    heightPx = Math.floor(entry.contentRect.height);
    store.actions.setViewport(Math.floor(entry.contentRect.width));
    layout();
  });
  resizing.observe(root);
  const recolouring = new MutationObserver(() => {
    colours = readTimelineColours(root);
    schedule(true);
  });
  recolouring.observe(document.documentElement, { attributes: true, attributeFilter: ['data-mantine-color-scheme'] });
  const unsubscribe = store.subscribe((state, before) => {
    const isBase = baseKeys.some((key) => state[key] !== before[key]);
    if (isBase || state.frame !== before.frame) schedule(isBase);
  });

  return {
    canvas: overlay,
    scene,
    setContent(next) {
      // New geometry means new sheets under the same addresses.
      if (next.sprite !== content.sprite) {
        sheets.dispose();
        sheets = openSheets();
      }
      content = next;
      layout();
    },
    setHoverFrame(frame) {
      if (frame === hoverFrame) return;
      hoverFrame = frame;
      schedule(false);
    },
    setBoundaryDrag(drag) {
      boundaryDrag = drag;
      schedule(true);
    },
    setThresholdDrag(drag) {
      thresholdDrag = drag;
      schedule(true);
    },
    dispose() {
      resizing.disconnect();
      recolouring.disconnect();
      unsubscribe();
      sheets.dispose();
      if (request !== null) cancelAnimationFrame(request);
    },
  };
}

/** Gives the canvas one pixel per device pixel, and a context that counts in CSS pixels. */
function fitCanvas(canvas: HTMLCanvasElement, widthPx: number, heightPx: number): CanvasRenderingContext2D | null {
  const ratio = devicePixelRatio;
  const [width, height] = [Math.round(widthPx * ratio), Math.round(heightPx * ratio)];
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext('2d');
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}
