import { assertNever } from '#shared/assert.ts';
import { frameToUs } from '#shared/domain/time.ts';
import { shotIndexAt } from '../../editing/shot-index.ts';
import { frameAtX, panBy } from '../../editing/timeline-geometry.ts';
import { startBoundaryDrag } from './boundary-drag.ts';
import { hitTest, type Hit } from './hit-test.ts';
import { yToScore } from './lanes.ts';
import type { Gesture, GestureOptions } from './gesture.ts';

const WHEEL_ZOOM_PER_PX = 0.0022;
const MIDDLE_BUTTON = 1;

/** Connects pointer and wheel with the timeline. Returns its end. */
export function attachGestures(options: GestureOptions): () => void {
  const { controller, store, actions } = options;
  const { canvas } = controller;
  let gesture: Gesture | null = null;

  function hitAt(event: MouseEvent): Hit {
    const { view, lanes, shots, extent, content } = controller.scene();
    const toUs = (frame: number): number => frameToUs(content.clock, Math.max(0, Math.floor(frame)));
    const scene = { view, lanes, shots, frameCount: extent.frameCount, threshold: content.threshold, segments: content.segments, toUs };
    return hitTest(scene, event.offsetX, event.offsetY);
  }

  function onDown(event: PointerEvent): void {
    if (event.button > MIDDLE_BUTTON) return;
    actions.hover(null);
    gesture = event.button === MIDDLE_BUTTON ? startPan(options, event) : startGesture(options, hitAt(event), event);
    canvas.setPointerCapture(event.pointerId);
    // The middle button would start the browser's own scrolling.
    if (event.button === MIDDLE_BUTTON) event.preventDefault();
  }

  function onMove(event: PointerEvent): void {
    if (gesture !== null) {
      gesture.move(event);
      return;
    }
    const hit = hitAt(event);
    canvas.style.cursor = cursorOf(hit, actions.canEdit());
    const { view, extent } = controller.scene();
    const frame = frameAtX(view, event.offsetX, extent.frameCount);
    controller.setHoverFrame(hit.kind === 'nothing' || hit.kind === 'threshold' ? null : frame);
    actions.hover(hit.kind === 'nothing' ? null : { hit, x: event.clientX, y: event.clientY, frame });
  }

  function onUp(event: PointerEvent): void {
    gesture?.end(event);
    gesture = null;
  }

  function onCancel(): void {
    gesture?.cancel();
    gesture = null;
  }

  function onLeave(): void {
    controller.setHoverFrame(null);
    actions.hover(null);
  }

  function onWheel(event: WheelEvent): void {
    event.preventDefault();
    actions.hover(null);
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    if (event.ctrlKey || event.metaKey) {
      store.actions.zoomBy(Math.exp(-event.deltaY * unit * WHEEL_ZOOM_PER_PX), event.offsetX);
      return;
    }
    const { view, extent } = controller.scene();
    store.actions.setView(panBy(view, (event.deltaX + event.deltaY) * unit, extent));
  }

  function onMenu(event: MouseEvent): void {
    event.preventDefault();
    const { view, extent, shots, selection, activeIndex } = controller.scene();
    const frame = frameAtX(view, event.offsetX, extent.frameCount);
    const index = shotIndexAt(shots, frame);
    const shot = shots[index];
    if (shot !== undefined && index !== activeIndex && !selection.has(shot.id)) {
      store.actions.setSelection([]);
      store.actions.seek(frame);
    }
    actions.openMenu({ x: event.clientX, y: event.clientY });
  }

  function onDoubleClick(event: MouseEvent): void {
    if (hitAt(event).kind === 'shot') actions.editCaption();
  }

  function onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || gesture === null) return;
    event.preventDefault();
    onCancel();
  }

  const listeners = new AbortController();
  const { signal } = listeners;
  canvas.addEventListener('pointerdown', onDown, { signal });
  canvas.addEventListener('pointermove', onMove, { signal });
  canvas.addEventListener('pointerup', onUp, { signal });
  canvas.addEventListener('pointercancel', onCancel, { signal });
  canvas.addEventListener('pointerleave', onLeave, { signal });
  canvas.addEventListener('wheel', onWheel, { signal, passive: false });
  canvas.addEventListener('contextmenu', onMenu, { signal });
  canvas.addEventListener('dblclick', onDoubleClick, { signal });
  document.addEventListener('keydown', onKey, { signal, capture: true });
  return () => listeners.abort();
}

function startGesture(options: GestureOptions, hit: Hit, event: PointerEvent): Gesture | null {
  const canEdit = options.actions.canEdit();
  switch (hit.kind) {
    case 'nothing':
      return null;
    case 'boundary':
      return canEdit ? startBoundaryDrag(options, hit.shotIndex) : startScrub(options, event);
    case 'threshold':
      return canEdit ? startThresholdDrag(options) : null;
    case 'shot':
      if (chooseShots(options, hit.shotIndex, event)) return null;
      return startScrub(options, event);
    case 'seek':
    case 'speech':
      return startScrub(options, event);
    default:
      return assertNever(hit);
  }
}

/** Ctrl adds or removes one shot, Shift chooses all up to it. False: a plain click, which chooses nothing. */
function chooseShots({ store }: GestureOptions, shotIndex: number, event: PointerEvent): boolean {
  const { shots, selection, activeIndex } = store.getState();
  const id = shots[shotIndex]?.id;
  const active = shots[activeIndex]?.id;
  if (id === undefined || active === undefined) return false;
  if (event.shiftKey) {
    const [from, to] = [Math.min(activeIndex, shotIndex), Math.max(activeIndex, shotIndex)];
    store.actions.setSelection(shots.slice(from, to + 1).map((shot) => shot.id));
    return true;
  }
  if (event.ctrlKey || event.metaKey) {
    const chosen = new Set(selection.length === 0 ? [active] : selection);
    if (!chosen.delete(id)) chosen.add(id);
    store.actions.setSelection([...chosen]);
    return true;
  }
  store.actions.setSelection([]);
  return false;
}

function startScrub({ controller, store }: GestureOptions, event: PointerEvent): Gesture {
  const rate = store.getState().rate;
  const seek = (x: number): void => {
    const { view, extent } = controller.scene();
    store.actions.seek(frameAtX(view, x, extent.frameCount));
  };
  seek(event.offsetX);
  let hasMoved = false;
  return {
    move(moved) {
      // Scrubbing is done by hand: the video stands still meanwhile and plays on afterwards.
      if (!hasMoved && rate !== 0) store.actions.setRate(0);
      hasMoved = true;
      seek(moved.offsetX);
    },
    end() {
      if (hasMoved && rate > 0) store.actions.setRate(rate);
    },
    cancel: () => undefined,
  };
}

function startPan({ controller, store }: GestureOptions, event: PointerEvent): Gesture {
  const { view, extent } = controller.scene();
  return {
    move: (moved) => store.actions.setView(panBy(view, event.offsetX - moved.offsetX, extent)),
    end: () => undefined,
    cancel: () => store.actions.setView(view),
  };
}

function startThresholdDrag({ controller, actions }: GestureOptions): Gesture {
  let hasMoved = false;
  return {
    move(event) {
      const lane = controller.scene().lanes.curve;
      if (lane === undefined) return;
      hasMoved = true;
      actions.tryThreshold(yToScore(lane, event.offsetY));
    },
    end() {
      if (hasMoved) void actions.applyThreshold();
    },
    cancel: () => actions.cancelThreshold(),
  };
}

function cursorOf(hit: Hit, canEdit: boolean): string {
  switch (hit.kind) {
    case 'boundary':
      return canEdit ? 'ew-resize' : 'pointer';
    case 'threshold':
      return canEdit ? 'ns-resize' : 'default';
    case 'nothing':
      return 'default';
    case 'shot':
    case 'seek':
    case 'speech':
      return 'pointer';
    default:
      return assertNever(hit);
  }
}
