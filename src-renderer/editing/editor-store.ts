import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ShotId, VideoId } from '#shared/domain/ids.ts';
import type { TextBox } from '#shared/domain/screen-text.ts';
import type { Shot } from '#shared/domain/shot.ts';
import { shotIndexAt } from './shot-index.ts';
import type { TimelineView } from './timeline-geometry.ts';
import { clampView, fitView, reveal, viewOfRange, zoomAbout } from './timeline-geometry.ts';

/**
 * Where a person is in one video: playhead, playing, selection, zoom. One store per editor page. Things that move at the
 * screen's rate (canvas, timecode) subscribe to it directly; React components select only what changes rarely.
 */
export interface EditorState {
  readonly videoId: VideoId;
  readonly frameCount: number;
  /** Shots as last received from the core: a mirror, so that drawing and playing need not go through React. */
  readonly shots: readonly Shot[];

  /** The frame that the playhead stands on: numbers and commands speak of it. */
  readonly frame: number;
  /** The frame whose picture is on the screen, which follows `frame` as fast as it comes; null: no picture. */
  readonly pictureFrame: number | null;
  /** Rises with every jump that a person or command asks for; playback itself only moves `frame`. */
  readonly seekCount: number;
  /** Playing speed of the shuttle: 0 stands still, negative runs backwards. */
  readonly rate: number;
  /** Normal speed of Space and L, e.g. 0.5 for half. */
  readonly speed: number;
  readonly isLooping: boolean;
  readonly volume: number;
  readonly isMuted: boolean;
  readonly inFrame: number | null;
  readonly outFrame: number | null;

  /** Shots chosen for one common command; empty: the active shot alone. */
  readonly selection: readonly ShotId[];
  /** The same as shots, in their order: ten thousand may be chosen, and buttons ask for them with every frame. */
  readonly selectedShots: readonly Shot[];
  /** The shot whose text is being typed: the inspector stays with it wherever the playhead goes. */
  readonly pinnedShotId: ShotId | null;
  /** Index of the shot that commands and the inspector speak of; -1 without shots. */
  readonly activeIndex: number;
  /** Shots that something else points at, e.g. a sentence of the summary. */
  readonly highlighted: readonly ShotId[];
  /** Corners of a line of text that is to be shown in the picture. */
  readonly outlinedText: TextBox | null;

  readonly view: TimelineView;
  readonly viewportPx: number;
  readonly isSnapping: boolean;

  readonly inspectorTab: InspectorTab;
  /** Someone asked to write the caption: its box takes the focus as soon as it is there. */
  readonly isCaptionWanted: boolean;
}

export type InspectorTab = 'shot' | 'summary';

export interface EditorActions {
  setShots(shots: readonly Shot[]): void;
  seek(frame: number): void;
  /** What playing has come to: a frame that is on the screen. */
  reportFrame(frame: number): void;
  showPicture(pictureFrame: number | null): void;
  setRate(rate: number): void;
  setSpeed(speed: number): void;
  setLooping(isLooping: boolean): void;
  setVolume(volume: number, isMuted: boolean): void;
  setIn(frame: number | null): void;
  setOut(frame: number | null): void;
  goToShot(index: number): void;
  setSelection(shotIds: readonly ShotId[]): void;
  pinShot(shotId: ShotId | null): void;
  highlight(shotIds: readonly ShotId[]): void;
  outlineText(outlinedText: TextBox | null): void;
  setView(view: TimelineView): void;
  setViewport(widthPx: number): void;
  zoomBy(factor: number, x?: number): void;
  zoomToFit(): void;
  zoomToShot(): void;
  setSnapping(isSnapping: boolean): void;
  showTab(inspectorTab: InspectorTab): void;
  focusCaption(): void;
  /** The box has taken the focus. */
  captionFocused(): void;
}

export type EditorStore = StoreApi<EditorState> & { readonly actions: EditorActions };

/** What is worth remembering of a visit. */
export type RememberedPlace = Pick<EditorState, 'frame' | 'view'>;

export interface EditorStoreOptions {
  readonly videoId: VideoId;
  readonly frameCount: number;
  readonly place?: RememberedPlace | null;
}

const INITIAL_VIEWPORT_PX = 1000;

export function createEditorStore({ videoId, frameCount, place = null }: EditorStoreOptions): EditorStore {
  const extent = { frameCount, widthPx: INITIAL_VIEWPORT_PX };
  const store = createStore<EditorState>(() => ({
    videoId,
    frameCount,
    shots: [],
    frame: clamp(place?.frame ?? 0, frameCount),
    pictureFrame: null,
    seekCount: 0,
    rate: 0,
    speed: 1,
    isLooping: false,
    volume: 1,
    isMuted: false,
    inFrame: null,
    outFrame: null,
    selection: [],
    selectedShots: [],
    pinnedShotId: null,
    activeIndex: -1,
    highlighted: [],
    outlinedText: null,
    view: place?.view ?? fitView(extent),
    viewportPx: INITIAL_VIEWPORT_PX,
    isSnapping: true,
    inspectorTab: 'shot',
    isCaptionWanted: false,
  }));
  return Object.assign(store, { actions: { ...placeActions(store), ...playActions(store), ...viewActions(store) } });
}

/** The shot that commands speak of; undefined without shots. */
export function activeShot(state: EditorState): Shot | undefined {
  return state.shots[state.activeIndex];
}

/** The shots that a command works on: the selection, or the active shot. */
export function targetShots(state: EditorState): readonly Shot[] {
  if (state.selection.length > 0) return state.selectedShots;
  const shot = activeShot(state);
  return shot === undefined ? [] : [shot];
}

/**
 * THE cut that commands and the cut check mean: the one at which the active shot begins. Index of that shot; -1 in the first shot,
 * which begins with the video, and so has no cut that could be moved, removed or confirmed.
 */
export function activeCutIndex({ activeIndex }: Pick<EditorState, 'activeIndex'>): number {
  return activeIndex > 0 ? activeIndex : -1;
}

/** The shots whose cuts a command works on: of the selection, or of the active shot; never the first, which begins with no cut. */
export function targetCuts(state: EditorState): readonly Shot[] {
  const first = state.shots[0];
  const targets = targetShots(state);
  return targets[0] === first ? targets.slice(1) : targets;
}

/** True when there are cuts to speak of and all of them are confirmed. */
export function areCutsLocked(state: EditorState): boolean {
  const cuts = targetCuts(state);
  return cuts.length > 0 && cuts.every((shot) => shot.locked);
}

/** `[startFrame, endFrame)` that looping repeats: in and out where set, else the active shot. */
export function loopRange(state: EditorState): { readonly startFrame: number; readonly endFrame: number } {
  const shot = activeShot(state);
  return {
    startFrame: state.inFrame ?? (state.outFrame === null ? (shot?.startFrame ?? 0) : 0),
    endFrame:
      state.outFrame === null ? (state.inFrame === null ? (shot?.endFrame ?? state.frameCount) : state.frameCount) : state.outFrame + 1,
  };
}

function placeActions(store: StoreApi<EditorState>) {
  const seek = (frame: number): void =>
    store.setState((state) => ({
      ...moved(state, frame),
      seekCount: state.seekCount + 1,
      view: reveal(state.view, frame, extentOf(state)),
    }));
  return {
    seek,
    setShots(shots: readonly Shot[]): void {
      store.setState((state) => {
        const ids = new Set(shots.map((shot) => shot.id));
        const selection = state.selection.every((id) => ids.has(id)) ? state.selection : state.selection.filter((id) => ids.has(id));
        return { shots, ...chosen(shots, selection), activeIndex: findActive({ ...state, shots }) };
      });
    },
    reportFrame(frame: number): void {
      store.setState((state) =>
        frame === state.frame ? state : { ...moved(state, frame), pictureFrame: frame, view: reveal(state.view, frame, extentOf(state)) },
      );
    },
    showPicture(pictureFrame: number | null): void {
      if (store.getState().pictureFrame !== pictureFrame) store.setState({ pictureFrame });
    },
    goToShot(index: number): void {
      const { shots, pinnedShotId } = store.getState();
      const shot = shots[Math.min(shots.length - 1, Math.max(0, index))];
      if (shot === undefined) return;
      // Whoever is typing goes on typing in the shot that they went to.
      store.setState({ pinnedShotId: pinnedShotId === null ? null : shot.id, ...chosen(shots, []) });
      seek(shot.startFrame);
    },
    setSelection(selection: readonly ShotId[]): void {
      store.setState(({ shots }) => chosen(shots, selection));
    },
    pinShot(pinnedShotId: ShotId | null): void {
      store.setState((state) => ({ pinnedShotId, activeIndex: findActive({ ...state, pinnedShotId }) }));
    },
    highlight(highlighted: readonly ShotId[]): void {
      store.setState({ highlighted });
    },
    outlineText(outlinedText: TextBox | null): void {
      store.setState({ outlinedText });
    },
  };
}

function playActions(store: StoreApi<EditorState>) {
  return {
    setRate: (rate: number): void => store.setState({ rate }),
    setSpeed: (speed: number): void => store.setState({ speed }),
    setLooping: (isLooping: boolean): void => store.setState({ isLooping }),
    setVolume: (volume: number, isMuted: boolean): void => store.setState({ volume: Math.min(1, Math.max(0, volume)), isMuted }),
    setIn: (frame: number | null): void =>
      store.setState(({ outFrame }) => ({
        inFrame: frame,
        outFrame: frame !== null && outFrame !== null && outFrame < frame ? null : outFrame,
      })),
    setOut: (frame: number | null): void =>
      store.setState(({ inFrame }) => ({
        outFrame: frame,
        inFrame: frame !== null && inFrame !== null && inFrame > frame ? null : inFrame,
      })),
  };
}

function viewActions(store: StoreApi<EditorState>) {
  return {
    setView: (view: TimelineView): void => store.setState((state) => ({ view: clampView(view, extentOf(state)) })),
    /** A wider canvas shows the same part of the video, unless all of it was shown: then still all of it. */
    setViewport(widthPx: number): void {
      store.setState((state) => {
        const scale = state.viewportPx / Math.max(1, widthPx);
        const view = { startFrame: state.view.startFrame, framesPerPixel: state.view.framesPerPixel * scale };
        return { viewportPx: widthPx, view: clampView(view, { frameCount: state.frameCount, widthPx }) };
      });
    },
    /** About the pointer's `x`, or about the playhead. */
    zoomBy(factor: number, x?: number): void {
      store.setState((state) => {
        const playheadX = (state.frame + 0.5 - state.view.startFrame) / state.view.framesPerPixel;
        const isVisible = playheadX >= 0 && playheadX <= state.viewportPx;
        const anchorX = x ?? (isVisible ? playheadX : state.viewportPx / 2);
        return { view: zoomAbout(state.view, { x: anchorX, factor }, extentOf(state)) };
      });
    },
    zoomToFit: (): void => store.setState((state) => ({ view: fitView(extentOf(state)) })),
    zoomToShot: (): void =>
      store.setState((state) => {
        const shot = activeShot(state);
        return shot === undefined ? state : { view: viewOfRange(shot, extentOf(state)) };
      }),
    setSnapping: (isSnapping: boolean): void => store.setState({ isSnapping }),
    showTab: (inspectorTab: InspectorTab): void => store.setState({ inspectorTab }),
    focusCaption: (): void => store.setState({ inspectorTab: 'shot', isCaptionWanted: true }),
    captionFocused: (): void => store.setState({ isCaptionWanted: false }),
  };
}

function moved(state: EditorState, to: number): Pick<EditorState, 'frame' | 'activeIndex'> {
  const frame = clamp(to, state.frameCount);
  return { frame, activeIndex: findActive({ ...state, frame }) };
}

function chosen(shots: readonly Shot[], selection: readonly ShotId[]): Pick<EditorState, 'selection' | 'selectedShots'> {
  const ids = new Set(selection);
  return { selection, selectedShots: ids.size === 0 ? [] : shots.filter((shot) => ids.has(shot.id)) };
}

function findActive(state: Pick<EditorState, 'shots' | 'frame' | 'pinnedShotId'>): number {
  const pinned = state.pinnedShotId === null ? -1 : state.shots.findIndex((shot) => shot.id === state.pinnedShotId);
  return pinned >= 0 ? pinned : shotIndexAt(state.shots, state.frame);
}

function extentOf(state: EditorState) {
  return { frameCount: state.frameCount, widthPx: state.viewportPx };
}

function clamp(frame: number, frameCount: number): number {
  return Math.min(Math.max(0, frameCount - 1), Math.max(0, Math.round(frame)));
}
