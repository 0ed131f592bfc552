import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import { TransitionKind } from '#shared/domain/shot.ts';
import type { Command } from '../../app/commands/command.ts';
import { useEditorSession } from '../../editing/editor-context.tsx';
import { activeCutIndex, activeShot, targetCuts, targetShots } from '../../editing/editor-store.ts';
import { findShot, isDoubtfulCut } from '../../editing/shot-texts.ts';
import { useEnqueue } from '../../editing/use-enqueue.ts';
import { cutToMoveHere, mergeTargets, type ShotActions } from '../shots/use-shot-actions.ts';
import { useImportForVideo } from '../transfer/use-import-for-video.tsx';

/** Going from shot to shot, and cutting. */
export function useShotCommands(shotActions: ShotActions): Command[] {
  return [...useTravelCommands(), ...useCutCommands(shotActions)];
}

function useTravelCommands(): Command[] {
  const { t } = useTranslation();
  const { store } = useEditorSession();
  const { actions } = store;
  const now = () => store.getState();
  const hasShots = (): boolean => now().shots.length > 0;
  const goToDoubtful = (direction: 1 | -1) => (): void => {
    const index = findShot(now().shots, { from: now().activeIndex, direction }, (shot, i) => i > 0 && isDoubtfulCut(shot));
    if (index >= 0) actions.goToShot(index);
    else notifications.show({ id: 'no-doubtful-cut', color: 'green', message: t('editor.found.noDoubtfulCut'), autoClose: 2500 });
  };
  /** From the middle of a shot, "previous" first goes to its beginning, as players do. */
  const previous = (): void => {
    const { activeIndex, frame } = now();
    const isInside = frame > (activeShot(now())?.startFrame ?? 0);
    actions.goToShot(isInside ? activeIndex : activeIndex - 1);
  };
  const group = 'shots';
  return [
    {
      id: 'shots.previous',
      label: 'editor.commands.previousShot',
      group,
      shortcuts: ['ArrowUp'],
      repeats: true,
      when: () => hasShots() && now().frame > 0,
      run: previous,
    },
    {
      id: 'shots.next',
      label: 'editor.commands.nextShot',
      group,
      shortcuts: ['ArrowDown'],
      repeats: true,
      when: () => now().activeIndex < now().shots.length - 1,
      run: () => actions.goToShot(now().activeIndex + 1),
    },
    { id: 'shots.nextToCheck', label: 'editor.commands.nextToCheck', group, shortcuts: ['N'], when: hasShots, run: goToDoubtful(1) },
    {
      id: 'shots.previousToCheck',
      label: 'editor.commands.previousToCheck',
      group,
      shortcuts: ['P'],
      when: hasShots,
      run: goToDoubtful(-1),
    },
    {
      id: 'shots.selectAll',
      label: 'editor.commands.selectAll',
      group,
      shortcuts: ['Mod+A'],
      when: hasShots,
      run: () => actions.setSelection(now().shots.map((shot) => shot.id)),
    },
    {
      id: 'shots.selectNone',
      label: 'editor.commands.selectNone',
      group,
      shortcuts: ['Escape'],
      when: () => now().selection.length > 0,
      run: () => actions.setSelection([]),
    },
  ];
}

function useCutCommands(shotActions: ShotActions): Command[] {
  const { t } = useTranslation();
  const { video, store } = useEditorSession();
  const enqueue = useEnqueue();
  const { choose } = useImportForVideo();
  const now = () => store.getState();
  const hasCut = (): boolean => activeCutIndex(now()) > 0;
  const canSplit = (): boolean => {
    const shot = activeShot(now());
    return shot !== undefined && now().frame > shot.startFrame && now().frame < shot.endFrame;
  };
  const group = 'shots';
  return [
    {
      id: 'shots.split',
      changesProject: true,
      label: 'editor.commands.split',
      group,
      shortcuts: { studio: ['S', 'B'], nle: ['S', 'B', 'Mod+B'] },
      when: canSplit,
      run: shotActions.splitAtPlayhead,
    },
    {
      id: 'shots.merge',
      changesProject: true,
      label: 'editor.commands.merge',
      dynamicLabel: () =>
        now().selection.length > 1 ? t('editor.commands.mergeSelected', { count: now().selection.length }) : t('editor.commands.merge'),
      group,
      shortcuts: ['M'],
      when: () => mergeTargets(now().shots, targetShots(now())).length > 1,
      run: shotActions.mergeSelection,
    },
    {
      id: 'shots.deleteCut',
      changesProject: true,
      label: 'editor.commands.deleteCut',
      group,
      shortcuts: { studio: ['Delete'], losslesscut: ['Backspace', 'Delete'] },
      when: hasCut,
      run: shotActions.deleteCut,
    },
    {
      id: 'shots.nudgeEarlier',
      changesProject: true,
      label: 'editor.commands.nudgeEarlier',
      group,
      shortcuts: ['Alt+ArrowLeft'],
      repeats: true,
      when: hasCut,
      run: () => shotActions.nudge(-1),
    },
    {
      id: 'shots.nudgeLater',
      changesProject: true,
      label: 'editor.commands.nudgeLater',
      group,
      shortcuts: ['Alt+ArrowRight'],
      repeats: true,
      when: hasCut,
      run: () => shotActions.nudge(1),
    },
    {
      id: 'shots.cutHere',
      changesProject: true,
      label: 'editor.commands.cutHere',
      dynamicLabel: () => {
        const index = cutToMoveHere(now());
        return index > 0 ? t('editor.commands.cutOfShotHere', { number: index + 1 }) : t('editor.commands.cutHere');
      },
      group,
      shortcuts: ['C'],
      when: () => now().shots[cutToMoveHere(now())]?.startFrame !== now().frame && cutToMoveHere(now()) > 0,
      run: shotActions.cutHere,
    },
    // Two commands, not a switch: whoever confirms cut after cut must not set one free that is confirmed already.
    {
      id: 'shots.lock',
      changesProject: true,
      label: 'editor.commands.lock',
      group,
      shortcuts: ['Shift+L'],
      when: () => targetCuts(now()).some((shot) => !shot.locked),
      run: () => shotActions.setCutsLocked(true),
    },
    {
      id: 'shots.unlock',
      changesProject: true,
      label: 'editor.commands.unlock',
      group,
      shortcuts: ['Shift+U'],
      when: () => targetCuts(now()).some((shot) => shot.locked),
      run: () => shotActions.setCutsLocked(false),
    },
    ...TransitionKind.options.map((kind): Command => ({
      id: `shots.transition.${kind}`,
      changesProject: true,
      label: `editor.transition.${kind}`,
      group,
      shortcuts: [],
      when: hasCut,
      run: () => shotActions.setTransition(kind),
    })),
    {
      id: 'shots.detect',
      changesProject: true,
      label: 'editor.commands.detect',
      group,
      shortcuts: [],
      run: () => enqueue({ kind: 'detect', videoId: video.id }),
    },
    {
      id: 'shots.import',
      changesProject: true,
      label: 'editor.commands.importCuts',
      group,
      shortcuts: [],
      run: () => choose('cuts', video.id),
    },
  ];
}
