import type { ShotId } from '#shared/domain/ids.ts';
import type { EditorStore } from '../../editing/editor-store.ts';
import type { Hit } from './hit-test.ts';
import type { TimelineController } from './timeline-controller.ts';

/** What the timeline asks of the page. */
export interface TimelineActions {
  /** False while the project can only be read: then cuts and threshold cannot be taken in the hand. */
  canEdit(): boolean;
  moveBoundary(shotId: ShotId, frame: number): void;
  tryThreshold(threshold: number): void;
  applyThreshold(): Promise<void>;
  cancelThreshold(): void;
  editCaption(): void;
  openMenu(place: { readonly x: number; readonly y: number }): void;
  /** What the pointer rests on, in page coordinates; null: nothing. */
  hover(hover: TimelineHover | null): void;
}

export interface TimelineHover {
  readonly hit: Hit;
  readonly x: number;
  readonly y: number;
  readonly frame: number;
}

/** What a pressed pointer does until it is let go. */
export interface Gesture {
  move(event: PointerEvent): void;
  end(event: PointerEvent): void;
  cancel(): void;
}

export interface GestureOptions {
  readonly controller: TimelineController;
  readonly store: EditorStore;
  readonly actions: TimelineActions;
}
