import type { Command } from '../../app/commands/command.ts';
import { useEditorSession } from '../../editing/editor-context.tsx';
import { frameAfterSeconds } from '../player/frame-stepping.ts';
import { nextShuttleRate } from '../player/shuttle.ts';

const SPEED_STEPS = [0.1, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2] as const;

/** Playing, stepping and the timeline's view. */
export function usePlayerCommands(): Command[] {
  return [...usePlaybackCommands(), ...useStepCommands(), ...useViewCommands()];
}

function usePlaybackCommands(): Command[] {
  const { store } = useEditorSession();
  const { actions } = store;
  const now = () => store.getState();
  const changeSpeed = (step: 1 | -1) => (): void => {
    const at = SPEED_STEPS.findIndex((speed) => speed >= now().speed);
    actions.setSpeed(SPEED_STEPS[Math.min(SPEED_STEPS.length - 1, Math.max(0, at + step))] ?? 1);
  };
  const group = 'playback';
  return [
    {
      id: 'player.toggle',
      label: 'editor.commands.toggle',
      group,
      shortcuts: ['Space'],
      run: () => actions.setRate(now().rate === 0 ? 1 : 0),
    },
    {
      id: 'player.backward',
      label: 'editor.commands.backward',
      group,
      shortcuts: ['J'],
      run: () => actions.setRate(nextShuttleRate(now().rate, 'backward')),
    },
    { id: 'player.stop', label: 'editor.commands.stop', group, shortcuts: ['K'], run: () => actions.setRate(0) },
    {
      id: 'player.forward',
      label: 'editor.commands.forward',
      group,
      shortcuts: ['L'],
      run: () => actions.setRate(nextShuttleRate(now().rate, 'forward')),
    },
    { id: 'player.loop', label: 'editor.commands.loop', group, shortcuts: ['R'], run: () => actions.setLooping(!now().isLooping) },
    { id: 'player.slower', label: 'editor.commands.slower', group, shortcuts: ['['], run: changeSpeed(-1) },
    { id: 'player.faster', label: 'editor.commands.faster', group, shortcuts: [']'], run: changeSpeed(1) },
    {
      id: 'player.mute',
      label: 'editor.commands.mute',
      group,
      shortcuts: ['Shift+M'],
      run: () => actions.setVolume(now().volume === 0 ? 1 : now().volume, !now().isMuted),
    },
    { id: 'player.setIn', label: 'editor.commands.setIn', group, shortcuts: ['I'], run: () => actions.setIn(now().frame) },
    { id: 'player.setOut', label: 'editor.commands.setOut', group, shortcuts: ['O'], run: () => actions.setOut(now().frame) },
    {
      id: 'player.clearRange',
      label: 'editor.commands.clearRange',
      group,
      shortcuts: ['Alt+X'],
      when: () => now().inFrame !== null || now().outFrame !== null,
      run: () => {
        actions.setIn(null);
        actions.setOut(null);
      },
    },
  ];
}

function useStepCommands(): Command[] {
  const { store, clock } = useEditorSession();
  const { actions } = store;
  const now = () => store.getState();
  /** Whoever steps wants to look at pictures: playing ends. */
  const step = (to: () => number) => (): void => {
    actions.setRate(0);
    actions.seek(to());
  };
  const group = 'playback';
  return [
    {
      id: 'player.previousFrame',
      label: 'editor.commands.previousFrame',
      group,
      shortcuts: { studio: ['ArrowLeft', ','], losslesscut: [','] },
      repeats: true,
      when: () => now().frame > 0,
      run: step(() => now().frame - 1),
    },
    {
      id: 'player.nextFrame',
      label: 'editor.commands.nextFrame',
      group,
      shortcuts: { studio: ['ArrowRight', '.'], losslesscut: ['.'] },
      repeats: true,
      when: () => now().frame < now().frameCount - 1,
      run: step(() => now().frame + 1),
    },
    {
      id: 'player.previousSecond',
      label: 'editor.commands.previousSecond',
      group,
      shortcuts: { studio: ['Shift+ArrowLeft'], losslesscut: ['ArrowLeft'] },
      repeats: true,
      run: step(() => frameAfterSeconds(clock, now().frame, -1)),
    },
    {
      id: 'player.nextSecond',
      label: 'editor.commands.nextSecond',
      group,
      shortcuts: { studio: ['Shift+ArrowRight'], losslesscut: ['ArrowRight'] },
      repeats: true,
      run: step(() => frameAfterSeconds(clock, now().frame, 1)),
    },
    { id: 'player.start', label: 'editor.commands.start', group, shortcuts: ['Home'], run: step(() => 0) },
    { id: 'player.end', label: 'editor.commands.end', group, shortcuts: ['End'], run: step(() => now().frameCount - 1) },
  ];
}

const ZOOM_STEP = 1.5;

function useViewCommands(): Command[] {
  const { store } = useEditorSession();
  const { actions } = store;
  const group = 'view';
  return [
    {
      id: 'timeline.zoomIn',
      label: 'editor.commands.zoomIn',
      group,
      shortcuts: ['=', '+'],
      repeats: true,
      run: () => actions.zoomBy(ZOOM_STEP),
    },
    {
      id: 'timeline.zoomOut',
      label: 'editor.commands.zoomOut',
      group,
      shortcuts: ['-'],
      repeats: true,
      run: () => actions.zoomBy(1 / ZOOM_STEP),
    },
    {
      id: 'timeline.zoomToFit',
      label: 'editor.commands.zoomToFit',
      group,
      shortcuts: { studio: ['Shift+Z'], nle: ['\\', 'Shift+Z'] },
      run: actions.zoomToFit,
    },
    { id: 'timeline.zoomToShot', label: 'editor.commands.zoomToShot', group, shortcuts: ['Z'], run: actions.zoomToShot },
    {
      id: 'timeline.snap',
      label: 'editor.commands.snap',
      group,
      shortcuts: ['Shift+S'],
      run: () => actions.setSnapping(!store.getState().isSnapping),
    },
  ];
}
